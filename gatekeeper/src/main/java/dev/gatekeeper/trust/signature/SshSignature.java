package dev.gatekeeper.trust.signature;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Base64;

/**
 * A signature as {@code ssh-keygen -Y sign} writes it (OpenSSH's PROTOCOL.sshsig, version 1): who
 * made it is the key that it carries, which means nothing before somebody is known by that key.
 */
public final class SshSignature {
  /** Bytes of a file; one of an RSA key of 16,384 bits has 6 KiB. */
  public static final int MAX_BYTES = 16 << 10;

  private static final byte[] MAGIC = "SSHSIG".getBytes(US_ASCII);
  private static final String BEGIN = "-----BEGIN SSH SIGNATURE-----";
  private static final String END = "-----END SSH SIGNATURE-----";

  private final SshKey key;
  private final String namespace;
  private final byte[] reserved;
  private final String hash;
  private final byte[] value;

  private SshSignature(SshKey key, String namespace, byte[] reserved, String hash, byte[] value) {
    this.key = key;
    this.namespace = namespace;
    this.reserved = reserved;
    this.hash = hash;
    this.value = value;
  }

  /** Reads the text of a signature file. */
  public static SshSignature parse(byte[] file) throws SignatureException {
    if (file.length > MAX_BYTES) {
      throw new SignatureException("has more than " + MAX_BYTES + " bytes");
    }
    String text = new String(file, US_ASCII).replace("\r\n", "\n").strip();
    if (!text.startsWith(BEGIN + "\n") || !text.endsWith("\n" + END)) {
      throw new SignatureException("is not an SSH signature");
    }
    String base64 = text.substring(BEGIN.length(), text.length() - END.length()).replace("\n", "");
    try {
      return read(new SshBytes(Base64.getDecoder().decode(base64)));
    } catch (IllegalArgumentException e) {
      throw new SignatureException("is not base64");
    }
  }

  private static SshSignature read(SshBytes in) throws SignatureException {
    in.expect(MAGIC);
    in.expect(new byte[] {0, 0, 0, 1});
    SshKey key = SshKey.parse(in.string());
    String namespace = in.name();
    byte[] reserved = in.string();
    String hash = in.name();
    byte[] value = in.string();
    in.end();
    return new SshSignature(key, namespace, reserved, hash, value);
  }

  /** Whoever made it holds the private half. */
  public SshKey key() {
    return key;
  }

  /** Whether its key made it over {@code message}, for {@code purpose} and no other. */
  public boolean verifies(byte[] message, String purpose) throws SignatureException {
    if (!namespace.equals(purpose) || purpose.isEmpty()) {
      return false;
    }
    byte[] hashed =
        switch (hash) {
          case "sha256" -> SshKey.sha("SHA-256", message);
          case "sha512" -> SshKey.sha("SHA-512", message);
          default -> throw new SignatureException("has the unknown hash " + hash);
        };
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes(MAGIC);
    SshBytes.put(signed, namespace.getBytes(US_ASCII));
    SshBytes.put(signed, reserved);
    SshBytes.put(signed, hash.getBytes(US_ASCII));
    SshBytes.put(signed, hashed);
    return key.verifies(signed.toByteArray(), value);
  }
}
