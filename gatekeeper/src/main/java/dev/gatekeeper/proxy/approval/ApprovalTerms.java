package dev.gatekeeper.proxy.approval;

/** Under what an approval counts. Asked anew each time: a person may have changed it meanwhile. */
public interface ApprovalTerms {
  /** Names the list, with its lock, that counts now: an approval counts under it alone. */
  String listDigest();

  /** Whether a person said that the client's own dialog approves calls under {@code ask}. */
  boolean dialogApproves();
}
