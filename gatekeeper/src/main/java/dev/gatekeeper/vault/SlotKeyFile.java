package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The file with the private half of a recipient's slot, for a machine on which nobody types: {@code
 * gatekeeper-slot-key/1}, a blank, the 32 bytes in base64url, LF. Whoever reads it reads every
 * secret of the vault, and does nothing else: it proves nobody's presence.
 */
public final class SlotKeyFile {
  /** Names the file. */
  public static final String VARIABLE = "GATEKEEPER_SLOT_KEY_FILE";

  private static final byte[] HEAD = "gatekeeper-slot-key/1 ".getBytes(US_ASCII);
  private static final int DIGITS = 43; // of 32 bytes in base64url
  private static final int LENGTH = HEAD.length + DIGITS + 1;

  private SlotKeyFile() {}

  /**
   * Writes a new file, owner-only and durable.
   *
   * @throws IOException where there is one already
   */
  public static void create(Path file, SealKeyPair pair) throws IOException {
    byte[] half = pair.unsafePrivateKey();
    byte[] digits = Base64.getUrlEncoder().withoutPadding().encode(half);
    byte[] text = Arrays.copyOf(HEAD, LENGTH);
    System.arraycopy(digits, 0, text, HEAD.length, DIGITS);
    text[LENGTH - 1] = '\n';
    try {
      DurableFile.create(file, text);
    } finally {
      Arrays.fill(half, (byte) 0);
      Arrays.fill(digits, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
  }

  /**
   * Opens the secrets of a vault by the key in {@code file}; empty where that is not there.
   *
   * @throws VaultException where others can read the file, it is none of these, or opens nothing
   */
  public static Optional<OpenSecrets> open(VaultFile vault, Path file) throws VaultException {
    Optional<SealKeyPair> pair = read(file);
    if (pair.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(vault.openAs(pair.get()));
    } finally {
      pair.get().wipe();
    }
  }

  private static Optional<SealKeyPair> read(Path file) throws VaultException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    byte[] text = {};
    byte[] half = {};
    try {
      OwnerOnly.check(file);
      text = DurableFile.readBounded(file, LENGTH);
      if (text.length != LENGTH
          || text[LENGTH - 1] != '\n'
          || !Arrays.equals(text, 0, HEAD.length, HEAD, 0, HEAD.length)) {
        throw new VaultException(VARIABLE + ": " + file + " holds no key of a slot");
      }
      // In place: a copy of the digits would stay on the heap.
      half = Base64.getUrlDecoder().decode(ByteBuffer.wrap(text, HEAD.length, DIGITS)).array();
      return Optional.of(SealKeyPair.of(half));
    } catch (IllegalArgumentException e) {
      throw new VaultException(VARIABLE + ": " + file + " holds no key of a slot");
    } catch (IOException e) {
      throw new VaultException(VARIABLE + ": " + e.getMessage());
    } finally {
      Arrays.fill(text, (byte) 0);
      Arrays.fill(half, (byte) 0);
    }
  }
}
