package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Base64Url;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.audit.verify.line.RecordLine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Follows the MAC ratchet with the keys that an opener gives. */
final class MacCheck {
  /** Sealed keys in a record: more than a line can hold. */
  private static final int MAX_RECIPIENTS = 64;

  private static final byte[] LABEL = Format.MAC_LABEL.getBytes(StandardCharsets.US_ASCII);

  private final Hashing hashing;
  private final @Nullable MacKeyOpener opener;
  private byte @Nullable [] key;

  /**
   * Input of an HMAC over a number, {@code tag ‖ u64}, and of a MAC, in the words of the format.
   */
  private final ByteBuffer numbered = ByteBuffer.allocate(1 + 8);

  private final ByteBuffer covered =
      ByteBuffer.allocate(LABEL.length + Format.LOG_ID + 8 + 2 * Format.HASH).put(LABEL);
  private final byte[] recordKey = new byte[Format.HASH];
  private final byte[] mac = new byte[Format.HASH];
  private long checked;
  private long unchecked;

  MacCheck(Hashing hashing, @Nullable MacKeyOpener opener) {
    this.hashing = hashing;
    this.opener = opener;
  }

  /** Goes on with the key that {@code line} holds sealed, which is the key of record {@code n}. */
  void rekey(RecordLine line, byte[] logId, long n) {
    key = null;
    if (opener == null) {
      return;
    }
    byte[] info = Format.SEAL_INFO.getBytes(StandardCharsets.US_ASCII);
    byte[] aad = ByteBuffer.allocate(Format.LOG_ID + 8).put(logId).putLong(n).array();
    String[] seals = line.get(Field.MAC_SEAL).orElse(Format.NO_SEAL).split(" ", MAX_RECIPIENTS + 1);
    for (String seal : seals) {
      int colon = seal.indexOf(':');
      byte[] text = seal.substring(colon + 1).getBytes(StandardCharsets.US_ASCII);
      int length = text.length * 6 / 8;
      if (colon < 0 || !Base64Url.isCanonical(text, 0, text.length, length)) {
        continue;
      }
      Optional<byte[]> opened =
          opener.open(seal.substring(0, colon), info, aad, Base64Url.decode(text, 0, length));
      if (opened.isPresent() && opened.get().length == Format.HASH) {
        key = opened.get().clone();
        return;
      }
    }
  }

  /**
   * Whether the MAC of record {@code n} holds, as far as there is a key; moves on to the next one.
   *
   * @param bodies the digest of the record's body stands here at {@code at}
   */
  boolean holds(RecordLine line, byte[] bodies, int at, byte[] logId, long n, byte[] previous) {
    byte[] now = key;
    if (now == null) {
      unchecked++;
      return true;
    }
    hashing.hmac(now, numbered.put(0, Format.RECORD_KEY).putLong(1, n).array(), recordKey);
    covered.position(LABEL.length).put(logId).putLong(n).put(previous).put(bodies, at, Format.HASH);
    hashing.hmac(recordKey, covered.array(), mac);
    hashing.hmac(now, numbered.put(0, Format.NEXT_KEY).array(), now);
    checked++;
    return line.hashIs(Field.MAC, mac);
  }

  /** Moves past record {@code n}, of which only the hash is left. */
  void skip(long n) {
    byte[] now = key;
    if (now != null) {
      hashing.hmac(now, numbered.put(0, Format.NEXT_KEY).putLong(1, n).array(), now);
    }
    unchecked++;
  }

  /** Whether {@code other} is the key of the next record; yes, when that is not known. */
  boolean isNext(byte[] other) {
    return key == null || Arrays.equals(key, other);
  }

  AuditReport.Macs summary() {
    return new AuditReport.Macs(opener != null, checked, unchecked);
  }
}
