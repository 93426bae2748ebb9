package dev.gatekeeper.audit;

import org.jspecify.annotations.Nullable;

/** The log could not take or read a record. */
public final class AuditException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient AuditFault fault;

  public AuditException(AuditFault fault) {
    super(fault.text());
    this.fault = fault;
  }

  AuditException(AuditFault.Kind kind, String text, @Nullable Throwable cause) {
    super(text, cause);
    this.fault = new AuditFault(kind, text);
  }

  public AuditFault fault() {
    return fault;
  }
}
