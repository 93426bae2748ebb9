package dev.gatekeeper.audit;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** How a log is kept. Immutable; each method gives a changed copy. */
public final class AuditOptions {
  /** Bytes after which a segment is closed. */
  private static final long SEGMENT = 64L << 20;

  /** A writer holds the append lock for milliseconds; whoever waits longer is told. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final AuditContext context;
  private final Clock clock;
  private final Supplier<Map<String, byte[]>> recipients;
  private final boolean sync;
  private final long segmentBytes;
  private final Duration patience;

  private AuditOptions(
      AuditContext context,
      Clock clock,
      Supplier<Map<String, byte[]>> recipients,
      boolean sync,
      long segmentBytes,
      Duration patience) {
    this.context = context;
    this.clock = clock;
    this.recipients = recipients;
    this.sync = sync;
    this.segmentBytes = segmentBytes;
    this.patience = patience;
  }

  /** The system's clock, and nobody who could check MACs. */
  public static AuditOptions of(AuditContext context) {
    return new AuditOptions(context, Clock.systemUTC(), Map::of, true, SEGMENT, PATIENCE);
  }

  /**
   * Seals the MAC key of each epoch to these X25519 public keys (32 bytes each), by label. Labels
   * are of {@code [A-Za-z0-9._-]}, at most 64 characters; at most 64 keys. Asked when the log is
   * opened, where a change begins a new epoch, and at each new epoch; on a thread of the log.
   */
  public AuditOptions recipients(Supplier<Map<String, byte[]>> labelled) {
    return new AuditOptions(context, clock, labelled, sync, segmentBytes, patience);
  }

  /** The clock that dates records. */
  public AuditOptions clock(Clock other) {
    return new AuditOptions(context, other, recipients, sync, segmentBytes, patience);
  }

  /** For benchmarks alone: records are acknowledged before they survive a power loss. */
  public AuditOptions unsafeWithoutSync() {
    return new AuditOptions(context, clock, recipients, false, segmentBytes, patience);
  }

  /** For tests: a segment is closed when it has this many bytes. */
  AuditOptions segmentBytes(long bytes) {
    return new AuditOptions(context, clock, recipients, sync, bytes, patience);
  }

  /** For tests on a machine with too much else to do: how long the append lock is waited for. */
  AuditOptions patience(Duration longest) {
    return new AuditOptions(context, clock, recipients, sync, segmentBytes, longest);
  }

  Duration patience() {
    return patience;
  }

  long segmentBytes() {
    return segmentBytes;
  }

  AuditContext context() {
    return context;
  }

  /** The clock that dates records. */
  public Clock clock() {
    return clock;
  }

  /** Who the MAC key of an epoch is sealed to, by label. */
  public Map<String, byte[]> recipients() {
    return recipients.get();
  }

  /** Whether what is acknowledged is synced first. */
  public boolean sync() {
    return sync;
  }
}
