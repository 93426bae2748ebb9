package dev.gatekeeper.http;

import java.io.IOException;

/**
 * A request that got no answer, or none that is taken. The message is a clause for a person, such
 * as "cannot be reached: connection refused", of which the origin is the subject. It holds no path,
 * no query, no header and no body: those may hold a secret.
 */
public final class HttpFault extends IOException {
  private static final long serialVersionUID = 1;

  /** What the other side has of the request. */
  public enum Reach {
    /** Nothing: it may be sent again. */
    UNSENT,
    /** Perhaps all of it. */
    UNKNOWN,
    /** Perhaps all of it, and for some time nothing came: a read may go on. */
    SILENT,
    /** The request, and its answer is not one that is taken. */
    ANSWERED,
    /** The request, and its answer is a redirect that is not followed. */
    REDIRECTED,
    /** Whatever it has: we called it off. */
    CALLED_OFF
  }

  private final Reach reach;

  /** A fault of which {@code message} tells. */
  public HttpFault(Reach reach, String message) {
    super(message);
    this.reach = reach;
  }

  /** What the other side has of the request. */
  public Reach reach() {
    return reach;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
