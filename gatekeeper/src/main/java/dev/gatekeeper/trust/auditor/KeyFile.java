package dev.gatekeeper.trust.auditor;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/**
 * The private half of an auditor who has no vault: 32 bytes in base64url and LF, as other verifiers
 * of the log take it, too. Whoever reads it checks the MACs of the epochs that are sealed to it,
 * and can make them.
 */
public final class KeyFile {
  private static final int DIGITS = 43; // of 32 bytes in base64url
  private static final int LENGTH = DIGITS + 1;

  private KeyFile() {}

  /**
   * Writes a new file, owner-only and durable.
   *
   * @throws java.nio.file.FileAlreadyExistsException where anything has that name
   */
  public static void create(Path file, SealKeyPair pair) throws IOException {
    byte[] half = pair.unsafePrivateKey();
    byte[] digits = Base64.getUrlEncoder().withoutPadding().encode(half);
    byte[] text = Arrays.copyOf(digits, LENGTH);
    text[DIGITS] = '\n';
    try {
      DurableFile.create(file, text);
    } finally {
      Arrays.fill(half, (byte) 0);
      Arrays.fill(digits, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
  }

  /**
   * Reads one; the caller wipes the pair.
   *
   * @throws IOException where it is missing, is a link, others can read it, or it is not as {@link
   *     #create} writes it, byte for byte; without quoting it
   */
  public static SealKeyPair read(Path file) throws IOException {
    OwnerOnly.check(file);
    if (Files.size(file) != LENGTH) {
      throw notOne(file);
    }
    byte[] text = DurableFile.readBounded(file, LENGTH);
    byte[] half = {};
    try {
      // In place: a copy of the digits would stay on the heap.
      half = Base64.getUrlDecoder().decode(ByteBuffer.wrap(text, 0, DIGITS)).array();
      if (text[DIGITS] == '\n' && isSpelledSo(half, text)) {
        return SealKeyPair.of(half);
      }
      throw notOne(file);
    } catch (IllegalArgumentException e) {
      throw notOne(file);
    } finally {
      Arrays.fill(text, (byte) 0);
      Arrays.fill(half, (byte) 0);
    }
  }

  /** A key has one spelling: the last digit has bits that decide nothing. */
  private static boolean isSpelledSo(byte[] half, byte[] text) {
    byte[] digits = Base64.getUrlEncoder().withoutPadding().encode(half);
    boolean same = Arrays.equals(digits, 0, digits.length, text, 0, DIGITS);
    Arrays.fill(digits, (byte) 0);
    return same;
  }

  private static IOException notOne(Path file) {
    return new IOException(file + " holds no key that gatekeeper audit auditor key made");
  }
}
