package dev.gatekeeper.audit;

import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.chain.InconsistentLog;
import dev.gatekeeper.files.LockTimeout;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The log could not take or read a record. */
public final class AuditException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient AuditFault fault;

  public AuditException(AuditFault fault) {
    super(fault.text());
    this.fault = fault;
  }

  AuditException(Kind kind, String text, @Nullable Throwable cause) {
    super(text, cause);
    this.fault = new AuditFault(kind, text);
  }

  /** What the system said, in words that tell what to do. */
  public static AuditException of(IOException e, Path directory) {
    if (e instanceof InconsistentLog) {
      return inconsistent(
          Objects.requireNonNullElse(e.getMessage(), "the log does not fit its state"), directory);
    }
    if (e instanceof LockTimeout) {
      return new AuditException(
          Kind.LOCKED, "the audit log is busy: " + e.getMessage() + "; try again", e);
    }
    String message =
        e instanceof FileSystemException f && f.getReason() != null
            ? f.getReason() + ": " + f.getFile()
            : e.getClass().getSimpleName() + ": " + e.getMessage();
    String lower = message.toLowerCase(Locale.ROOT);
    // ENOSPC, EFBIG, EDQUOT: Java gives the system's words, not its number.
    if (lower.contains("no space") || lower.contains("too large") || lower.contains("quota")) {
      return new AuditException(
          Kind.FULL,
          "the audit log has no room on the disk ("
              + message
              + "); free some space at "
              + directory,
          e);
    }
    return new AuditException(
        Kind.NOT_WRITABLE,
        "the audit log cannot be written (" + message + "); look at " + directory,
        e);
  }

  static AuditException inconsistent(String what, Path directory) {
    return new AuditException(
        new AuditFault(
            Kind.INCONSISTENT,
            what
                + "; run 'gatekeeper audit verify', then 'gatekeeper audit recover' (log: "
                + directory
                + ")"));
  }

  /** Neither verification nor recovery can bring it back: the keys of the log were in it. */
  static AuditException withoutState(Path directory) {
    return new AuditException(
        new AuditFault(
            Kind.INCONSISTENT,
            "the file 'state' is missing or damaged, which held the keys of the audit log; put it"
                + " back into "
                + directory
                + ", or move that folder away to begin a new log (what was moved can be verified"
                + " still)"));
  }

  public AuditFault fault() {
    return fault;
  }
}
