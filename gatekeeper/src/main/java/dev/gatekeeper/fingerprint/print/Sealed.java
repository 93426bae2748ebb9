package dev.gatekeeper.fingerprint.print;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.key.Aead;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.VaultException;

/**
 * The file of a {@link PrintList}: sealed under the key of its repository, signed by the trust key
 * of the vault that it was made of. So whoever has the key, as a program of the user has, reads it
 * and writes none that counts.
 */
public final class Sealed {
  /** Most bytes of a file: 16,384 fingerprints of names that are long. */
  public static final int MAX_BYTES = 8 << 20;

  static final String VERSION = "gatekeeper-fingerprints/1";

  private static final String SIGNED = VERSION + "/signature\0";

  private Sealed() {}

  /** Signs by the trust key of a vault. */
  public interface Signing {
    byte[] sign(byte[] statement) throws VaultException;
  }

  /** Tells whether the trust key of a vault signed something. */
  public interface Verifying {
    boolean verifies(byte[] statement, byte[] signature);
  }

  /** The bytes of a file, signed by a person's vault. */
  public static byte[] write(PrintList list, PrintKey key, OpenVault vault) throws VaultException {
    byte[] bytes = seal(list.print(), key, vault::signTrust);
    if (bytes.length > MAX_BYTES) {
      throw new VaultException("the fingerprints have more than " + MAX_BYTES + " bytes");
    }
    // What is written must be what a reader accepts: read it as one.
    PrintList _ = read(bytes, key, vault.header()::verifiesTrust, list.place());
    return bytes;
  }

  static byte[] seal(byte[] list, PrintKey key, Signing signing) throws VaultException {
    byte[] aad = VERSION.getBytes(US_ASCII);
    String head = head(Base64Url.of(Aead.seal(key.derive("seal"), aad, list)));
    String signature = Base64Url.of(signing.sign(statement(head)));
    return (head + "signature " + signature + "\n").getBytes(US_ASCII);
  }

  private static String head(String sealed) {
    return VERSION + "\nsealed " + sealed + "\n";
  }

  private static byte[] statement(String head) {
    return (SIGNED + head).getBytes(US_ASCII);
  }

  /**
   * Reads a file.
   *
   * @param signer the trust key of the vault that must have signed it
   * @param place digest of the repository that it must be of
   * @throws VaultException where a single bit of it was altered, or it is another's
   */
  public static PrintList read(byte[] bytes, PrintKey key, Verifying signer, String place)
      throws VaultException {
    LineReader reader = new LineReader("fingerprints", bytes);
    if (!reader.line().equals(VERSION)) {
      throw reader.fault("not a file of a version that this program knows");
    }
    String sealed =
        reader.base64(
            reader.words("sealed", 1, 1).getFirst(), Aead.OVERHEAD_BYTES, Sealed.MAX_BYTES);
    String signature =
        reader.base64(
            reader.words("signature", 1, 1).getFirst(),
            Ed25519.SIGNATURE_BYTES,
            Ed25519.SIGNATURE_BYTES);
    if (reader.hasNext()) {
      throw new VaultException("fingerprints: more than a signature at the end");
    }
    if (!signer.verifies(statement(head(sealed)), Base64Url.parse(signature))) {
      throw new VaultException(
          "fingerprints: altered, or written without the vault's passphrase: its trust key did not"
              + " sign them");
    }
    byte[] plain =
        Aead.open(key.derive("seal"), VERSION.getBytes(US_ASCII), Base64Url.parse(sealed))
            .orElseThrow(
                () -> new VaultException("fingerprints: the key beside them does not open them"));
    PrintList list = PrintList.parse(plain);
    if (!list.place().equals(place)) {
      throw new VaultException("fingerprints: of another repository");
    }
    return list;
  }
}
