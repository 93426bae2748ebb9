package dev.gatekeeper.allowlist;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The name under which the agent knows a tool or prompt: {@code server__name}.
 *
 * <p>Guarantees: it depends on the server's name and the tool's name only, so adding a server
 * renames nothing; its characters are {@code [A-Za-z0-9_-]}; with the client's own prefix {@code
 * mcp__gatekeeper__} it has at most 64 characters, the least that known clients allow. A name that
 * had to be changed ends in a hash of the original, so two originals do not meet in one name.
 */
public final class PublicName {
  /** 64 characters, the strictest client's bound, less the 17 of {@code mcp__gatekeeper__}. */
  static final int MAX_LENGTH = 64 - "mcp__gatekeeper__".length();

  private static final String SEPARATOR = "__";

  /** Eight hex digits: a server that wants two of its own names to meet gains nothing by it. */
  private static final int HASH_LENGTH = 8;

  private PublicName() {}

  /** The public name of {@code name} on {@code server}. */
  public static String of(String server, String name) {
    String whole = server + SEPARATOR + name;
    String safe = safe(whole);
    if (safe.equals(whole) && whole.length() <= MAX_LENGTH) {
      return whole;
    }
    int keep = Math.min(safe.length(), MAX_LENGTH - HASH_LENGTH - 1);
    return safe.substring(0, keep) + "_" + hash(whole);
  }

  /** No regular expression: hundreds of names stand between an agent and its first list. */
  private static String safe(String whole) {
    char[] safe = whole.toCharArray();
    for (int i = 0; i < safe.length; i++) {
      char c = safe[i];
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (c < '0' || c > '9') && c != '_' && c != '-') {
        safe[i] = '_';
      }
    }
    return new String(safe);
  }

  /** What the agent calls it: names get the server's prefix, URIs stay as they are. */
  public static String of(String server, Subject.Kind kind, String name) {
    return switch (kind) {
      case TOOL, PROMPT -> of(server, name);
      case RESOURCE, TEMPLATE -> name;
    };
  }

  /** The server that a public name belongs to; empty for a name that no server can have. */
  public static Optional<String> serverOf(String publicName) {
    // Server names have no underscore, so the first separator ends them.
    int at = publicName.indexOf(SEPARATOR);
    return at <= 0 ? Optional.empty() : Optional.of(publicName.substring(0, at));
  }

  /**
   * The server's own name, where the public name says it whole. Empty for a name that was changed:
   * only the server's list tells the original.
   */
  public static Optional<String> plainNameOf(String publicName) {
    return serverOf(publicName)
        .map(server -> publicName.substring(server.length() + SEPARATOR.length()))
        .filter(name -> !name.isEmpty())
        .filter(name -> of(serverOf(publicName).orElseThrow(), name).equals(publicName));
  }

  /** Whether a name ends as a changed one does; then only the server's list tells what it means. */
  public static boolean mayBeChanged(String publicName) {
    return publicName.matches("(?s).*_[0-9a-f]{" + HASH_LENGTH + "}");
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
