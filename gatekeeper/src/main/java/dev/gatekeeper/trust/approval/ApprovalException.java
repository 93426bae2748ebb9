package dev.gatekeeper.trust.approval;

/** A request or an answer that cannot be kept, or cannot be believed. Holds no foreign text. */
public final class ApprovalException extends Exception {
  private static final long serialVersionUID = 1L;

  ApprovalException(String message) {
    super(message);
  }
}
