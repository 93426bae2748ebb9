package dev.gatekeeper.audit.opening;

/**
 * One argument of a call: its name, its bytes as the agent sent them, and the text that may be kept
 * of it.
 */
public final class NamedValue {
  private final String name;
  private final byte[] value;
  private final String kept;

  /**
   * @param value the bytes that are committed to; not copied
   * @param kept the text for the opening, with known secrets masked; not looked at for {@link
   *     ArgumentsPolicy#DIGEST}
   */
  public NamedValue(String name, byte[] value, String kept) {
    this.name = name;
    this.value = value;
    this.kept = kept;
  }

  String name() {
    return name;
  }

  byte[] value() {
    return value;
  }

  String kept() {
    return kept;
  }
}
