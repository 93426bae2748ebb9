package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.vault.key.Aead;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.VaultException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole file as lines, nothing opened: header, its MAC, the sealed index, the sealed parts.
 * Specified in {@code docs/vault-format.md}. What {@link #parse} accepts, {@link #print} writes
 * back byte for byte.
 *
 * @param mac HMAC of the header, canonical base64url
 * @param index sealed, canonical base64url
 * @param signature of all lines before it by the trust key, canonical base64url
 * @param parts sealed, canonical base64url, in the order of the index
 */
record VaultText(Header header, String mac, String index, String signature, List<String> parts) {
  static final String VERSION = "gatekeeper-vault/1";

  private static final String SIGNED = VERSION + "/signature\0";

  /** 16 MiB: a thousand secrets of the longest kind would fit four times over a usual vault. */
  static final int MAX_BYTES = 16 << 20;

  static final int MAX_PARTS = 16_384;

  /** Longest secret, in bytes: the system takes no longer variable (MAX_ARG_STRLEN is 128 KiB). */
  static final int MAX_SECRET_BYTES = 64 << 10;

  private static final int MAX_INDEX_BYTES = 8 << 20;

  VaultText {
    parts = List.copyOf(parts);
  }

  static VaultText parse(byte[] bytes) throws VaultException {
    LineReader reader = new LineReader("vault", bytes);
    Header header = Header.parse(reader);
    String mac = reader.base64(reader.words("mac", 1, 1).getFirst(), 32, 32);
    String index =
        reader.base64(reader.words("index", 1, 1).getFirst(), Aead.OVERHEAD_BYTES, MAX_INDEX_BYTES);
    String signature =
        reader.base64(
            reader.words("signature", 1, 1).getFirst(),
            Ed25519.SIGNATURE_BYTES,
            Ed25519.SIGNATURE_BYTES);
    List<String> parts = new ArrayList<>();
    while (reader.hasNext()) {
      if (parts.size() == MAX_PARTS) {
        throw reader.fault("a part too many");
      }
      parts.add(
          reader.base64(
              reader.words("part", 1, 1).getFirst(),
              Aead.OVERHEAD_BYTES,
              MAX_SECRET_BYTES + Aead.OVERHEAD_BYTES));
    }
    return new VaultText(header, mac, index, signature, parts);
  }

  /**
   * Demands the signature of the trust key that the file names itself: so that who cannot sign by
   * the person's key cannot alter a word beside it, nor for whoever reads the header alone.
   */
  void requireSignature() throws VaultException {
    if (!header.verifiesTrust(statement(header, mac, index), Base64Url.parse(signature))) {
      throw new VaultException(
          "the vault was altered, or written without its passphrase: its trust key did not sign it",
          "restore the file from a copy that you trust");
    }
  }

  /** What the trust key signs; no other statement of that key starts like it. */
  static byte[] statement(Header header, String mac, String index) {
    return (SIGNED + unsigned(header, mac, index)).getBytes(US_ASCII);
  }

  private static String unsigned(Header header, String mac, String index) {
    return header.print() + "mac " + mac + "\nindex " + index + "\n";
  }

  byte[] print() {
    StringBuilder text = new StringBuilder(unsigned(header, mac, index));
    text.append("signature ").append(signature).append('\n');
    parts.forEach(part -> text.append("part ").append(part).append('\n'));
    return text.toString().getBytes(US_ASCII);
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("SHA-256 is part of every JDK", e);
    }
  }
}
