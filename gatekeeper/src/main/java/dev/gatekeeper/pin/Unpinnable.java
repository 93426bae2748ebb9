package dev.gatekeeper.pin;

/** What a person is told whose program cannot be pinned. */
final class Unpinnable {
  /** The way out that is always there. */
  static final String DECLARE = "write \"unpinned\": \"why\" into the entry, and have it reviewed";

  private Unpinnable() {}
}
