package dev.gatekeeper.audit.record;

/**
 * The fields of a record, in the one order in which a line may hold them. A record leaves out what
 * it has no value for.
 */
public enum Field {
  VERSION("v", false),
  N("n", false),
  LOG("log", false),
  /** UTC, milliseconds: {@code 2026-01-31T23:59:59.999Z}. */
  TIME("time", false),
  /** Milliseconds of a clock that no one can set, from an arbitrary start within one boot. */
  MONOTONIC("mono", false),
  BOOT("boot", false),
  EVENT("event", false),
  SESSION("session", true),
  PID("pid", true),
  AGENT("agent", true),
  AGENT_VERSION("agent_version", true),
  PROJECT("project", true),
  /** Digest of the allow-list in force. */
  LIST("list", true),
  /** Digest of the lock file in force. */
  LOCK("lock", true),
  SERVER("server", true),
  /** {@code agent} or {@code server}: who asked. */
  DIRECTION("direction", true),
  METHOD("method", true),
  TOOL("tool", true),
  /** Digest of the tool's definition as the server gave it. */
  DEFINITION("definition", true),
  TOOL_USE("tool_use", true),
  OUTCOME("outcome", true),
  RULE("rule", true),
  /** Class of the error, never its text. */
  ERROR("error", true),
  /** Microseconds. */
  DURATION("duration", true),
  /** Bytes. */
  SIZE("size", true),
  REDACTIONS("redactions", true),
  /** Reference, e.g. {@code secret:github/token}; never a value. */
  SECRET("secret", true),
  VARIABLE("variable", true),
  SOURCE("source", true),
  /** Generation of the vault. */
  GENERATION("generation", true),
  APPROVER("approver", true),
  /** Merkle root of the commitments to the arguments; see {@link Arguments}. */
  ARGUMENTS("arguments", false),
  /** The n of the record that this one answers. */
  REF("ref", true),
  REASON("reason", true),
  DIGEST("digest", true),
  IDENTITY("identity", false),
  EPOCH("epoch", false),
  EPOCH_KEY("epoch_key", false),
  MAC_SEAL("mac_seal", false),
  PREV("prev", false),
  MAC("mac", false);

  private final String key;
  private final boolean free;

  Field(String key, boolean free) {
    this.key = key;
    this.free = free;
  }

  /** The key in a record. */
  public String key() {
    return key;
  }

  /** Whether a caller may set it; the others belong to the chain. */
  public boolean free() {
    return free;
  }
}
