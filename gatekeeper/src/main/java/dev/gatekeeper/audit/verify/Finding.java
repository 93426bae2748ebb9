package dev.gatekeeper.audit.verify;

/**
 * One thing that must not be.
 *
 * @param n number of the record at which it shows
 * @param offset bytes from the start of {@code file}
 * @param file path inside the directory of the log
 */
public record Finding(Kind kind, long n, String file, long offset, String text) {
  /** Classes of findings; the names are stable, for scripts. */
  public enum Kind {
    /** A line is not a record. */
    LINE,
    /** A record does not have the number that its place gives it. */
    NUMBER,
    /** A record belongs to another log. */
    LOG_ID,
    /** A record does not follow from the one before. */
    LINK,
    /** A record was not made by the log's appender at its time. */
    MAC,
    /** A new signing key was introduced in a way that the old one did not sign. */
    EPOCH,
    /** A checkpoint does not fit the records, or its signatures do not hold. */
    CHECKPOINT,
    /** Records or files that were there are missing. */
    LOST,
    /** The state of the live log does not fit its records. */
    STATE,
    /** The log has another identity than the one that was asked for. */
    IDENTITY
  }
}
