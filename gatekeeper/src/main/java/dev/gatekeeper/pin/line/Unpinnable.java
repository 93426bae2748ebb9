package dev.gatekeeper.pin.line;

/** What a person is told whose program cannot be pinned. */
public final class Unpinnable {
  /** The way out that is always there. */
  public static final String DECLARE =
      "write \"unpinned\": \"why\" into the entry, and have it reviewed";

  private Unpinnable() {}
}
