package dev.gatekeeper.audit.opening;

/** What is kept of the arguments of a call, beside the commitment that the record always holds. */
public enum ArgumentsPolicy {
  /** Names, and values as far as they are short, with known secrets masked. The default. */
  REDACTED,
  /** Names alone: a value can be confirmed by whoever knows it, not read. */
  DIGEST,
  /** Names, and whole values; known secrets are masked in these as well. */
  FULL
}
