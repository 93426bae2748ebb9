package dev.gatekeeper.report.source;

/** What was asked for cannot be told; the message is for the person who asked. */
public final class ReportException extends Exception {
  private static final long serialVersionUID = 1;

  ReportException(String message) {
    super(message);
  }

  ReportException(String message, Throwable cause) {
    super(message, cause);
  }
}
