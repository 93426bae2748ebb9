package dev.gatekeeper.audit;

/** What became of a record. */
public sealed interface Receipt {
  /**
   * The record survives a power loss.
   *
   * @param n its number in the log
   */
  record Durable(long n) implements Receipt {}

  /** The record counts as not written: what it announces must not happen. */
  record Refused(AuditFault fault) implements Receipt {}
}
