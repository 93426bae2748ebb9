package dev.gatekeeper.allowlist.lock;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.pin.Digest;
import java.nio.charset.StandardCharsets;

/**
 * One tool, prompt, resource or resource template as a server defined it.
 *
 * @param name the server's own name, URI or URI template
 * @param publicName what the agent calls it
 * @param canonical the whole definition in its RFC 8785 form
 */
public record Definition(Subject.Kind kind, String name, String publicName, String canonical) {
  /** Bytes of JSON text to one token, of the models that are in use: an estimate, no count. */
  private static final int BYTES_PER_TOKEN = 4;

  /** {@code sha256:} and the hexadecimal SHA-256 of the RFC 8785 form in UTF-8. */
  public String digest() {
    return digestOf(canonical);
  }

  /** About how many tokens of each conversation it takes, listed: a quarter of its bytes. */
  public int tokens() {
    int bytes = canonical.getBytes(StandardCharsets.UTF_8).length;
    return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
  }

  /** The member of a definition that names it. */
  public static String key(Subject.Kind kind) {
    return switch (kind) {
      case TOOL, PROMPT -> "name";
      case RESOURCE -> "uri";
      case TEMPLATE -> "uriTemplate";
    };
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of {@code text} in UTF-8. */
  public static String digestOf(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
