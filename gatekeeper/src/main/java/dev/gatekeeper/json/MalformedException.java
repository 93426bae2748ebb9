package dev.gatekeeper.json;

/**
 * Bytes that are not what they have to be: not strict JSON, or not a JSON-RPC envelope.
 *
 * <p>Says why and where, never what stood there: the bytes may hold a secret.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String why;
  private final int position;

  /** The reason, a constant text without content, and the offset in bytes at which it was found. */
  public MalformedException(String why, int position) {
    // No stack trace: a flood of bad frames must not cost more than good ones.
    super(why + " at byte " + position, null, false, false);
    this.why = why;
    this.position = position;
  }

  /** The reason, without the position. */
  public String why() {
    return why;
  }

  /** Offset in bytes from the start of what was read. */
  public int position() {
    return position;
  }

  MalformedException from(int origin) {
    return new MalformedException(why, position - origin);
  }
}
