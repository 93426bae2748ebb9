package dev.gatekeeper.fingerprint.print;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Arrays;

/**
 * The file of a repository's key, which says whose it is.
 *
 * @param place what names the repository
 */
public record KeyText(String place, PrintKey key) {
  /** Most bytes of a file: a path of 4,096 bytes, and a key. */
  public static final int MAX_BYTES = 8 << 10;

  /** The place of all that is no project. */
  public static final String ELSEWHERE = "elsewhere";

  private static final String VERSION = "gatekeeper-fingerprint-key/1";
  private static final int LONGEST_PLACE = 4_608; // a path, and one within it

  /** The one form of it, to be wiped. */
  public byte[] print() {
    byte[] bytes = key.unsafeCopy();
    try {
      String words =
          "place " + Base64Url.of(place.getBytes(UTF_8)) + "\nkey " + Base64Url.of(bytes);
      return (VERSION + "\n" + words + "\n").getBytes(US_ASCII);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Reads one.
   *
   * @throws VaultException where it has another form than {@link #print} gives it
   */
  public static KeyText parse(byte[] bytes) throws VaultException {
    LineReader reader = new LineReader("key of fingerprints", bytes);
    if (!reader.line().equals(VERSION)) {
      throw reader.fault("not a key of a version that this program knows");
    }
    String place = reader.base64(reader.words("place", 1, 1).getFirst(), 1, LONGEST_PLACE);
    String key =
        reader.base64(reader.words("key", 1, 1).getFirst(), PrintKey.BYTES, PrintKey.BYTES);
    if (reader.hasNext()) {
      throw new VaultException("key of fingerprints: more than a key at the end");
    }
    String name = new String(Base64Url.parse(place), UTF_8);
    if (!name.equals(ELSEWHERE) && name.indexOf(0) < 1) {
      throw new VaultException("key of fingerprints: of no place");
    }
    return new KeyText(name, PrintKey.taking(Base64Url.parse(key)));
  }
}
