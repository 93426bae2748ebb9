package dev.gatekeeper.login.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The {@code Bearer} challenge of a {@code WWW-Authenticate} field (RFC 9110 section 11.6.1, RFC
 * 6750 section 3).
 *
 * @param parameters by name in lower case
 */
public record Challenge(Map<String, String> parameters) {
  private static final int MAX_LENGTH = 16 << 10;

  /** Nothing was said. */
  public static final Challenge NONE = new Challenge(Map.of());

  public Challenge {
    parameters = Map.copyOf(parameters);
  }

  /** The first one of this scheme; {@link #NONE} where there is none, or none can be read. */
  public static Challenge of(List<String> fields) {
    for (String field : fields) {
      if (field.length() <= MAX_LENGTH) {
        for (Map.Entry<String, Map<String, String>> one : new Parser(field).challenges()) {
          if (one.getKey().equals("bearer")) {
            return new Challenge(one.getValue());
          }
        }
      }
    }
    return NONE;
  }

  /** Where the metadata of the resource lie (RFC 9728 section 5.1). */
  public Optional<String> resourceMetadata() {
    return Optional.ofNullable(parameters.get("resource_metadata"));
  }

  public Optional<String> error() {
    return Optional.ofNullable(parameters.get("error"));
  }

  /** The scopes that it asks for; empty where it says nothing. */
  public SortedSet<String> scopes() {
    return scopes(parameters.getOrDefault("scope", ""));
  }

  /** Scope tokens of RFC 6749 section 3.3; what is none is left out. */
  public static SortedSet<String> scopes(String text) {
    SortedSet<String> scopes = new TreeSet<>();
    for (String word : text.split(" ", -1)) {
      if (word.length() <= 256 && word.matches("[\\x21\\x23-\\x5b\\x5d-\\x7e]+")) {
        scopes.add(word);
      }
    }
    return scopes;
  }

  /** Schemes and their parameters, as far as the field can be read. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    List<Map.Entry<String, Map<String, String>>> challenges() {
      List<Map.Entry<String, Map<String, String>>> found = new ArrayList<>();
      while (true) {
        skip(" \t,");
        String scheme = token();
        if (scheme.isEmpty()) {
          return found;
        }
        Map<String, String> parameters = new TreeMap<>();
        found.add(Map.entry(scheme.toLowerCase(Locale.ROOT), parameters));
        if (!parameters(parameters)) {
          return found;
        }
      }
    }

    /** False where the rest makes no sense. */
    private boolean parameters(Map<String, String> parameters) {
      while (true) {
        skip(" \t,");
        int start = at;
        String name = token();
        skip(" \t");
        if (name.isEmpty()) {
          return at == text.length();
        }
        if (at == text.length() || text.charAt(at) != '=') {
          at = start; // the next scheme
          return true;
        }
        at++;
        skip(" \t");
        Optional<String> value =
            at < text.length() && text.charAt(at) == '"' ? quoted() : Optional.of(token());
        if (value.isEmpty()) {
          return false;
        }
        parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value.get());
      }
    }

    private Optional<String> quoted() {
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '"') {
          at++;
          return Optional.of(value.toString());
        }
        if (c == '\\' && at + 1 < text.length()) {
          c = text.charAt(++at);
        }
        value.append(c);
      }
      return Optional.empty();
    }

    private String token() {
      int start = at;
      while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at);
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}
