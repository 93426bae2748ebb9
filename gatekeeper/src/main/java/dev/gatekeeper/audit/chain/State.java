package dev.gatekeeper.audit.chain;

import dev.gatekeeper.audit.checkpoint.Epoch;
import dev.gatekeeper.audit.checkpoint.Frontier;
import dev.gatekeeper.audit.checkpoint.SigningKey;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the appender must remember: the durable end of the chain and the keys of the present. One
 * slot of the state file; never ahead of the durable log.
 */
public final class State {
  private static final int CHECKSUM_AT = Format.SLOT - Format.HASH;

  public final byte[] logId;
  public final SigningKey identity;

  /** Grows with each write; the slot with the larger one holds. */
  public long generation;

  public ChainHead head;

  /** First n of the segment that is appended to; {@code head.offset()} counts in it. */
  public long segment;

  /** Records that were ever acknowledged. A log that ends before it has lost some. */
  public long acked;

  /** Size that the newest checkpoint covers. */
  public long checkpoint;

  /** Bytes of the file that holds the checkpoints of closed epochs. */
  public long epochsEnd;

  /** 1 once a sync has failed. */
  public long fault;

  public Epoch epoch;

  /**
   * The epoch that record {@code head.n()} introduces, while it is being begun. Its {@code first}
   * is that n.
   */
  public @Nullable Epoch pending;

  /** MAC key of the first record after the one that introduces {@code pending}. */
  public byte[] pendingMacKey = new byte[Format.HASH];

  /** The n of the record that closes the segment, while that is being done; else 0. */
  public long closing;

  /** The n of the {@code recover} record that a person caused; what it tells is below. Else 0. */
  public long recoverAt;

  /** Records that were acknowledged before they were lost. */
  public long lostTo;

  /** What was set aside then: its size, and its SHA-256. */
  public long asideSize;

  public byte[] asideDigest = new byte[Format.HASH];

  public State(byte[] logId, SigningKey identity, ChainHead head, Epoch epoch) {
    this.logId = logId;
    this.identity = identity;
    this.head = head;
    this.epoch = epoch;
  }

  /** A log without a record: a new identity, a new id. */
  public static State found(Digests digests, Epoch first) {
    byte[] logId = new byte[Format.LOG_ID];
    new SecureRandom().nextBytes(logId);
    byte[] hash = new byte[Format.HASH];
    ChainHead head = new ChainHead(digests, logId, 0, 0, Epoch.newMacKey(), hash, new Frontier());
    return new State(logId, SigningKey.generate(), head, first);
  }

  /** Whether that record gives up records that were acknowledged, and begins an epoch. */
  public boolean isLoss() {
    return lostTo > recoverAt;
  }

  public byte[] encode(Digests digests) {
    ByteBuffer out = ByteBuffer.allocate(Format.SLOT);
    out.put(Format.STATE_MAGIC).putLong(generation).put(logId).putLong(head.n());
    out.putLong(head.offset()).putLong(segment).putLong(acked).putLong(checkpoint);
    out.putLong(epochsEnd).putLong(fault).put(head.key()).put(head.hash());
    put(out, identity);
    put(out, epoch);
    out.put((byte) (pending == null ? 0 : 1));
    put(out, pending == null ? epoch : pending);
    out.put(pendingMacKey);
    head.tree().write(out);
    out.putLong(closing).putLong(recoverAt).putLong(lostTo).putLong(asideSize).put(asideDigest);
    out.position(CHECKSUM_AT);
    return out.put(digests.hash(Arrays.copyOf(out.array(), CHECKSUM_AT))).array();
  }

  /** The state in {@code slot}, or nothing when the slot is not whole. */
  public static Optional<State> decode(Digests digests, byte[] slot) {
    byte[] checksum = digests.hash(Arrays.copyOf(slot, CHECKSUM_AT));
    if (!MessageDigest.isEqual(checksum, Arrays.copyOfRange(slot, CHECKSUM_AT, Format.SLOT))) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(slot);
    if (!Arrays.equals(bytes(in, Format.STATE_MAGIC.length), Format.STATE_MAGIC)) {
      return Optional.empty();
    }
    long generation = in.getLong();
    byte[] logId = bytes(in, Format.LOG_ID);
    long n = in.getLong();
    long offset = in.getLong();
    long[] counts =
        new long[] {in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong()};
    byte[] macKey = bytes(in, Format.HASH);
    byte[] hash = bytes(in, Format.HASH);
    SigningKey identity = key(in);
    Epoch epoch = epoch(in);
    boolean pending = in.get() == 1;
    Epoch other = epoch(in);
    byte[] pendingMacKey = bytes(in, Format.HASH);
    Frontier tree = Frontier.read(in, n);
    long[] later = new long[] {in.getLong(), in.getLong(), in.getLong(), in.getLong()};
    byte[] asideDigest = bytes(in, Format.HASH);
    State state =
        new State(
            logId, identity, new ChainHead(digests, logId, n, offset, macKey, hash, tree), epoch);
    state.generation = generation;
    state.segment = counts[0];
    state.acked = counts[1];
    state.checkpoint = counts[2];
    state.epochsEnd = counts[3];
    state.fault = counts[4];
    state.pending = pending ? other : null;
    state.pendingMacKey = pendingMacKey;
    state.closing = later[0];
    state.recoverAt = later[1];
    state.lostTo = later[2];
    state.asideSize = later[3];
    state.asideDigest = asideDigest;
    return Optional.of(state);
  }

  private static void put(ByteBuffer out, SigningKey key) {
    out.put(key.unsafeSeed()).put(key.publicKey());
  }

  private static void put(ByteBuffer out, Epoch epoch) {
    out.putLong(epoch.number()).putLong(epoch.first()).putLong(epoch.started());
    put(out, epoch.key());
    out.put(epoch.recipients());
  }

  private static SigningKey key(ByteBuffer in) {
    byte[] seed = bytes(in, Format.HASH);
    return new SigningKey(seed, bytes(in, Format.HASH));
  }

  private static Epoch epoch(ByteBuffer in) {
    long number = in.getLong();
    long first = in.getLong();
    long started = in.getLong();
    SigningKey key = key(in);
    return new Epoch(number, first, started, key, bytes(in, Format.HASH));
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
