package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Hashing;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the verifier looks at in the state file of a live log. Offsets are those of {@code
 * docs/audit-format.md}.
 */
final class StateView {
  private static final int GENERATION = 8;
  private static final int LOG_ID = 16;
  private static final int N = 32;
  private static final int OFFSET = 40;
  private static final int SEGMENT = 48;
  private static final int ACKED = 56;
  private static final int EPOCHS_END = 72;
  private static final int FAULT = 80;
  private static final int MAC_KEY = 88;
  private static final int HASH = 120;
  private static final int EPOCH = 216;
  private static final int EPOCH_SEED = 240;
  private static final int EPOCH_PUBLIC = 272;

  private final ByteBuffer slot;

  private StateView(ByteBuffer slot) {
    this.slot = slot;
  }

  /** The newer of the whole slots; nothing when there is none. */
  static Optional<StateView> parse(Hashing hashing, byte[] file) {
    StateView newest = null;
    for (int at = 0; at + Format.SLOT <= file.length && at < 2 * Format.SLOT; at += Format.SLOT) {
      byte[] slot = Arrays.copyOfRange(file, at, at + Format.SLOT);
      int end = Format.SLOT - Format.HASH;
      byte[] sum = hashing.sha256(Arrays.copyOf(slot, end));
      if (Arrays.equals(sum, 0, Format.HASH, slot, end, Format.SLOT)
          && Arrays.equals(Format.STATE_MAGIC, Arrays.copyOf(slot, GENERATION))) {
        StateView view = new StateView(ByteBuffer.wrap(slot));
        if (newest == null || view.number(GENERATION) > newest.number(GENERATION)) {
          newest = view;
        }
      }
    }
    return Optional.ofNullable(newest);
  }

  private long number(int at) {
    return slot.getLong(at);
  }

  private byte[] bytes(int at, int length) {
    byte[] bytes = new byte[length];
    slot.get(at, bytes);
    return bytes;
  }

  byte[] logId() {
    return bytes(LOG_ID, Format.LOG_ID);
  }

  /** Durable records. */
  long n() {
    return number(N);
  }

  long offset() {
    return number(OFFSET);
  }

  long segment() {
    return number(SEGMENT);
  }

  long acked() {
    return number(ACKED);
  }

  /** Bytes of the checkpoints of closed epochs. */
  long epochsEnd() {
    return number(EPOCHS_END);
  }

  boolean isClosedByFault() {
    return number(FAULT) != 0;
  }

  byte[] macKey() {
    return bytes(MAC_KEY, Format.HASH);
  }

  /** Of the last durable record. */
  byte[] hash() {
    return bytes(HASH, Format.HASH);
  }

  long epoch() {
    return number(EPOCH);
  }

  byte[] epochKey() {
    return bytes(EPOCH_PUBLIC, Format.HASH);
  }

  /**
   * Whether the private half fits the public half: shown by a signature, since public halves are
   * for all to copy.
   */
  boolean holdsEpochKey() {
    try {
      byte[] probe = bytes(HASH, Format.HASH);
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(
                  new EdECPrivateKeySpec(
                      NamedParameterSpec.ED25519, bytes(EPOCH_SEED, Format.HASH))));
      signer.update(probe);
      return SignedCheckpoint.verify(epochKey(), probe, signer.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
