package dev.gatekeeper.trust.signature;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** A public key of SSH, and what a signature has to be to be one of its private half. */
public final class SshKey {
  /** Bytes: an RSA key of 16,384 bits. */
  private static final int MAX_BYTES = 8 << 10;

  private static final String SECURITY_KEY = "sk-";
  private static final String SECURITY_KEY_END = "@openssh.com";
  private static final int USER_PRESENT = 1; // FIDO2: the device was touched

  private final String type;
  private final byte[] blob;
  private final KeyMath math;
  private final byte[] application;

  private SshKey(String type, byte[] blob, KeyMath math, byte[] application) {
    this.type = type;
    this.blob = blob;
    this.math = math;
    this.application = application;
  }

  /**
   * Reads a key as it stands in a signature, or in base64 in a {@code .pub} file (RFC 4253 section
   * 6.6, RFC 5656 section 3.1, RFC 8709 section 4, OpenSSH's PROTOCOL.u2f).
   */
  static SshKey parse(byte[] blob) throws SignatureException {
    if (blob.length > MAX_BYTES) {
      throw new SignatureException("is a key of more than " + MAX_BYTES + " bytes");
    }
    SshBytes in = new SshBytes(blob);
    String type = in.name();
    KeyMath math = KeyMath.read(plain(type), in);
    byte[] application = isSecurityKey(type) ? in.string() : new byte[0];
    in.end();
    return new SshKey(type, blob.clone(), math, application);
  }

  private static boolean isSecurityKey(String type) {
    return type.startsWith(SECURITY_KEY) && type.endsWith(SECURITY_KEY_END);
  }

  /** The algorithm within a security key; those of certificates and others are unknown. */
  private static String plain(String type) throws SignatureException {
    if (type.contains("-cert-")) {
      throw new SignatureException("is a certificate, and only plain keys count");
    }
    if (!isSecurityKey(type)) {
      return type;
    }
    String inner = type.substring(SECURITY_KEY.length(), type.length() - SECURITY_KEY_END.length());
    if (inner.equals("ssh-rsa")) {
      throw new SignatureException("is a key of the unknown type " + type);
    }
    return inner;
  }

  /** For example {@code ssh-ed25519}. */
  String type() {
    return type;
  }

  /** As {@code ssh-keygen -l} prints it: {@code SHA256:} and base64 without padding. */
  public String fingerprint() {
    return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(sha("SHA-256", blob));
  }

  /**
   * Whether {@code signature}, in the form that SSH gives it, is one of this key's over {@code
   * message}. One of a security key needs a touch.
   */
  boolean verifies(byte[] message, byte[] signature) throws SignatureException {
    SshBytes in = new SshBytes(signature);
    String algorithm = in.name();
    byte[] value = in.string();
    if (!isSecurityKey(type)) {
      in.end();
      return math.verifies(algorithm, message, value);
    }
    int flags = in.octet();
    byte[] counter = in.word();
    in.end();
    if (!algorithm.equals(type) || (flags & USER_PRESENT) == 0) {
      return false;
    }
    ByteBuffer signed = ByteBuffer.allocate(32 + 1 + 4 + 32);
    signed.put(sha("SHA-256", application)).put((byte) flags).put(counter);
    signed.put(sha("SHA-256", message));
    return math.verifies(plain(type), signed.array(), value);
  }

  static byte[] sha(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SshKey key && Arrays.equals(key.blob, blob);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(blob);
  }

  @Override
  public String toString() {
    return type + " " + fingerprint();
  }
}
