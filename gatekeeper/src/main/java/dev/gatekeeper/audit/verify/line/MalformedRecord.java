package dev.gatekeeper.audit.verify.line;

/** A line that is not a record. Says where and what, never the content. */
public final class MalformedRecord extends Exception {
  private static final long serialVersionUID = 1;

  private final String text;

  /**
   * @param position bytes from the start of the line
   */
  public MalformedRecord(int position, String what) {
    super(what);
    this.text = what + " at byte " + position + " of the line";
  }

  public String text() {
    return text;
  }
}
