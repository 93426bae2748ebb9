package dev.gatekeeper.audit;

/**
 * Why the log took no record.
 *
 * @param text the cause and what to do, in one or two sentences for a person or an agent; no value
 *     of a call
 */
public record AuditFault(Kind kind, String text) {
  /** What went wrong, by what it takes to mend it. */
  public enum Kind {
    /** No room on the disk. Heals when there is. */
    FULL(true),
    /** Another process kept the lock. Heals when it lets go. */
    LOCKED(true),
    /**
     * The directory or a file in it cannot be written, or others can write it. Heals when that
     * changes.
     */
    NOT_WRITABLE(true),
    /** A sync failed: what the disk holds is unknown. Does not heal. */
    SYNC(false),
    /** Log and state contradict each other. Heals only when the missing file comes back. */
    INCONSISTENT(false),
    /** A record of more than 65,535 bytes, or more records waiting than are kept in memory. */
    TOO_MUCH(false),
    /** The log was closed. */
    CLOSED(false);

    private final boolean heals;

    Kind(boolean heals) {
      this.heals = heals;
    }

    boolean heals() {
      return heals;
    }
  }
}
