package dev.gatekeeper.team.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What is hashed, signed or bound: each use under a name of its own. */
public final class Bytes {
  private static final String DOMAIN = TeamText.VERSION + "/";

  private Bytes() {}

  /** One after the other. */
  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** {@code message}, so marked that it is taken for nothing else that the same key signs. */
  public static byte[] statement(String purpose, byte[] message) {
    return concat((DOMAIN + purpose + "\0").getBytes(UTF_8), message);
  }

  /** SHA-256 of a {@link #statement}. */
  public static byte[] sha256(String purpose, byte[] message) {
    return sha256(statement(purpose, message));
  }

  /** SHA-256 of these bytes alone. */
  public static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("SHA-256 is part of every JDK", e);
    }
  }
}
