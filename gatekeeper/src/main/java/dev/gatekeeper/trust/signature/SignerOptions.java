package dev.gatekeeper.trust.signature;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The options of one allowed signer ({@code ssh-keygen(1)}, ALLOWED SIGNERS).
 *
 * @param namespaces for which the key may sign; empty means for all
 */
public record SignerOptions(
    Set<String> namespaces, Optional<Instant> after, Optional<Instant> before) {
  static final SignerOptions NONE = new SignerOptions(Set.of(), Optional.empty(), Optional.empty());

  public SignerOptions {
    namespaces = Set.copyOf(namespaces);
  }

  static SignerOptions parse(String word) throws SignatureException {
    SignerOptions options = NONE;
    Set<String> seen = new HashSet<>();
    for (String option : divided(word)) {
      int equals = option.indexOf('=');
      String name = (equals < 0 ? option : option.substring(0, equals)).toLowerCase(Locale.ROOT);
      if (!seen.add(name)) {
        throw new SignatureException("has the option " + name + " twice");
      }
      options = options.with(name, equals < 0 ? "" : option.substring(equals + 1));
    }
    return options;
  }

  private SignerOptions with(String name, String quoted) throws SignatureException {
    return switch (name) {
      case "namespaces" -> new SignerOptions(namespaces(value(name, quoted)), after, before);
      case "valid-after" ->
          new SignerOptions(namespaces, Optional.of(time(value(name, quoted))), before);
      case "valid-before" ->
          new SignerOptions(namespaces, after, Optional.of(time(value(name, quoted))));
      case "cert-authority" ->
          throw new SignatureException(
              "is a cert-authority: whom it certifies is not for this file to say, so name each"
                  + " key");
      default -> throw new SignatureException("has an unknown option");
    };
  }

  private static String value(String name, String quoted) throws SignatureException {
    if (quoted.length() < 2 || !quoted.startsWith("\"") || !quoted.endsWith("\"")) {
      throw new SignatureException("needs a quoted value for " + name);
    }
    return quoted.substring(1, quoted.length() - 1);
  }

  private static Set<String> namespaces(String value) throws SignatureException {
    Set<String> namespaces = new HashSet<>(Arrays.asList(value.split(",", -1)));
    for (String namespace : namespaces) {
      if (namespace.isBlank()
          || namespace.indexOf('*') >= 0
          || namespace.indexOf('?') >= 0
          || namespace.startsWith("!")) {
        throw new SignatureException("has an empty namespace or a pattern; write each out");
      }
    }
    return namespaces;
  }

  /** {@code YYYYMMDDZ} or {@code YYYYMMDDHHMM[SS]Z}. */
  private static Instant time(String value) throws SignatureException {
    int digits = value.length() - 1;
    boolean plain = value.chars().limit(Math.max(0, digits)).allMatch(c -> c >= '0' && c <= '9');
    if (!value.endsWith("Z") || !plain || (digits != 8 && digits != 12 && digits != 14)) {
      throw new SignatureException(
          "has a time that is not YYYYMMDDZ or YYYYMMDDHHMM[SS]Z: without Z it would depend on the"
              + " time zone of the machine");
    }
    String whole = (value.substring(0, digits) + "000000").substring(0, 14);
    try {
      return LocalDateTime.of(
              number(whole, 0, 4),
              number(whole, 4, 6),
              number(whole, 6, 8),
              number(whole, 8, 10),
              number(whole, 10, 12),
              number(whole, 12, 14))
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new SignatureException("has a time that does not exist");
    }
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text.substring(from, to));
  }

  /** Divided at commas outside of double quotes. */
  private static List<String> divided(String word) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    boolean quoted = false;
    for (int i = 0; i <= word.length(); i++) {
      quoted ^= i < word.length() && word.charAt(i) == '"';
      if (i == word.length() || (!quoted && word.charAt(i) == ',')) {
        parts.add(word.substring(from, i));
        from = i + 1;
      }
    }
    return parts;
  }
}
