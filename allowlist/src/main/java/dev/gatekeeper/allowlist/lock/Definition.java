package dev.gatekeeper.allowlist.lock;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.pin.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One tool, prompt, resource or resource template as a server defined it.
 *
 * @param name the server's own name, URI or URI template
 * @param publicName what the agent calls it
 * @param canonical the whole definition in its RFC 8785 form
 * @param nameAt where its name stands in that, as a string in quotes, and no other key of the
 *     definition itself is one of them but for case; negative where that is not known. Two
 *     definitions that differ in nothing else are equal
 */
public record Definition(
    Subject.Kind kind, String name, String publicName, String canonical, int nameAt) {
  /** Bytes of JSON text to one token, of the models that are in use: an estimate, no count. */
  private static final int BYTES_PER_TOKEN = 4;

  /** One of which nobody knows where its name stands. */
  public Definition(Subject.Kind kind, String name, String publicName, String canonical) {
    this(kind, name, publicName, canonical, -1);
  }

  /** The RFC 8785 form with another name; empty where nobody knows where that belongs. */
  public Optional<String> named(String other) {
    if (nameAt < 0) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder(canonical.length() + other.length());
    text.append(canonical, 0, nameAt).append(CanonicalJson.quote(other));
    text.append(canonical, nameAt + CanonicalJson.quote(name).length(), canonical.length());
    return Optional.of(text.toString());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Definition that
        && kind == that.kind
        && name.equals(that.name)
        && publicName.equals(that.publicName)
        && canonical.equals(that.canonical);
  }

  @Override
  public int hashCode() {
    return canonical.hashCode();
  }

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
