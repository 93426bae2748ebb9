package dev.gatekeeper.trust.approval;

import java.time.Duration;

/** A request of this session that is still of use. Owned by {@link Approvals}. */
public final class Pending {
  private final ApprovalRequest request;
  private final long askedNanos;
  private final Duration lifetime;
  private boolean claimed = true;
  private volatile boolean approved;

  Pending(ApprovalRequest request, long askedNanos, Duration lifetime) {
    this.request = request;
    this.askedNanos = askedNanos;
    this.lifetime = lifetime;
  }

  /** What a person types to answer it. */
  public String id() {
    return request.id();
  }

  ApprovalRequest request() {
    return request;
  }

  /** Whether the time is over by a clock that nobody can set, which stands still in suspend. */
  boolean isOver(long nanos) {
    return nanos - askedNanos >= lifetime.toNanos();
  }

  /** Whether a person approved it already, and what it was used for went to no server. */
  public boolean isApproved() {
    return approved;
  }

  /** It needs no other answer. */
  void approve() {
    approved = true;
  }

  boolean isClaimed() {
    return claimed;
  }

  void claim(boolean value) {
    claimed = value;
  }
}
