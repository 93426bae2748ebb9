package dev.gatekeeper.audit.verify.mac;

import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Base64Url;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.audit.verify.line.RecordLine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Follows the MAC keys from record to record, with those that an opener gives. */
public final class Ratchet {
  /** Sealed keys of a record that are tried. A line holds more, of whoever wrote it. */
  private static final int MAX_SEALS = 64;

  private static final byte[] INFO = Format.SEAL_INFO.getBytes(StandardCharsets.US_ASCII);

  private final Hashing hashing = new Hashing();
  private final @Nullable MacKeyOpener opener;
  private final ByteBuffer numbered = ByteBuffer.allocate(1 + 8).put(0, Format.NEXT_KEY);
  private final byte[] key = new byte[Format.HASH];
  private boolean known;
  private long n;

  /** Without an opener no MAC is checked. */
  public Ratchet(@Nullable MacKeyOpener opener) {
    this.opener = opener;
  }

  /** Whether MACs are to be checked at all. */
  public boolean isAsked() {
    return opener != null;
  }

  /**
   * The key of record {@code first}, as {@code line} holds it sealed. On any thread. Where several
   * seals open the first one counts: with any other choice two verifiers would differ.
   */
  public Optional<byte[]> open(RecordLine line, long first) {
    MacKeyOpener by = opener;
    if (by == null) {
      return Optional.empty();
    }
    byte[] aad = ByteBuffer.allocate(Format.LOG_ID + 8).put(line.logId()).putLong(first).array();
    String[] seals = line.get(Field.MAC_SEAL).orElse(Format.NO_SEAL).split(" ", -1);
    for (int i = 0; i < seals.length && i < MAX_SEALS; i++) {
      String seal = seals[i];
      int colon = seal.indexOf(':');
      byte[] text = seal.substring(colon + 1).getBytes(StandardCharsets.US_ASCII);
      int length = text.length * 6 / 8;
      if (colon < 0 || !Base64Url.isCanonical(text, 0, text.length, length)) {
        continue;
      }
      Optional<byte[]> opened =
          by.open(seal.substring(0, colon), INFO, aad, Base64Url.decode(text, 0, length));
      if (opened.isPresent() && opened.get().length == Format.HASH) {
        return opened;
      }
    }
    return Optional.empty();
  }

  /** Goes on with this key, or without any. */
  public void rekey(Optional<byte[]> opened) {
    known = opened.isPresent();
    opened.ifPresent(fresh -> System.arraycopy(fresh, 0, key, 0, Format.HASH));
  }

  /** Number of the record that the key is of. */
  public long n() {
    return n;
  }

  /** Whether the key is known. */
  public boolean isKnown() {
    return known;
  }

  /** Writes the key to {@code keys} at {@code at}. */
  public void copy(byte[] keys, int at) {
    System.arraycopy(key, 0, keys, at, Format.HASH);
  }

  /** Moves on to the next record. */
  public void advance() {
    if (known) {
      hashing.hmac(key, numbered.putLong(1, n).array(), key);
    }
    n++;
  }
}
