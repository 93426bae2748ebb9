package dev.gatekeeper.remote;

import dev.gatekeeper.downstream.DownstreamListener.Loss;
import dev.gatekeeper.http.HttpFault;

/** A request has no answer; the message is a clause of which the server is the subject. */
final class Unanswered extends Exception {
  private static final long serialVersionUID = 1;

  private final Loss loss;

  Unanswered(Loss loss, String text) {
    super(text, null, false, false);
    this.loss = loss;
  }

  static Unanswered of(HttpFault fault) {
    return new Unanswered(
        fault.reach() == HttpFault.Reach.UNSENT ? Loss.WITHOUT_EFFECT : Loss.UNKNOWN,
        fault.getMessage());
  }

  Loss loss() {
    return loss;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
