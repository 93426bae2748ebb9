package dev.gatekeeper.fingerprint.scan;

/**
 * Where a value stands.
 *
 * @param reference of the secret
 * @param former whether it is a value that was replaced
 * @param encoding {@code plain}, or how it is written there, the innermost first
 * @param part of the file
 * @param path as it was named, with values masked in it
 * @param line counted from 1; 0 where it is not in the text
 */
public record Finding(
    String reference, boolean former, String encoding, Part part, String path, long line) {
  /** Of what is at a path, all may hold a value. */
  public enum Part {
    TEXT,
    NAME,
    /** Where a symbolic link leads to, which git stores like a text. */
    TARGET
  }
}
