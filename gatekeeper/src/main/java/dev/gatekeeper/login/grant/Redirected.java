package dev.gatekeeper.login.grant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the browser brought back (RFC 6749 section 4.1.2). Without {@code toString}. */
public final class Redirected {
  private static final Pattern AND = Pattern.compile("&");

  private final Map<String, String> parameters;

  private Redirected(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /**
   * Takes a query apart.
   *
   * @param query as it stands in the address
   * @return empty where it is none, or names something twice
   */
  public static Optional<Redirected> parse(String query) {
    Map<String, String> parameters = new HashMap<>();
    try {
      for (String pair : AND.splitAsStream(query).toList()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        boolean twice =
            parameters.put(URLDecoder.decode(name, UTF_8), URLDecoder.decode(value, UTF_8)) != null;
        if (twice) {
          return Optional.empty();
        }
      }
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return Optional.of(new Redirected(parameters));
  }

  /** Whether it answers the request of this state. */
  public boolean answers(String state) {
    byte[] said = parameters.getOrDefault("state", "").getBytes(UTF_8);
    return MessageDigest.isEqual(said, state.getBytes(UTF_8));
  }

  Optional<String> code() {
    return Optional.ofNullable(parameters.get("code")).filter(code -> !code.isEmpty());
  }

  Optional<String> issuer() {
    return Optional.ofNullable(parameters.get("iss"));
  }

  /** The code of a refusal; other words of the server's are not passed on. */
  Optional<String> error() {
    return Optional.ofNullable(parameters.get("error"))
        .map(word -> word.matches("[a-z_.:-]{1,64}") ? word : "an error");
  }
}
