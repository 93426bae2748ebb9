package dev.gatekeeper.audit.record;

/** What a record tells of. The names are part of the format. */
public enum Event {
  LOG_OPEN("log.open", true),
  SESSION_OPEN("session.open", false),
  SESSION_CLOSE("session.close", false),
  SERVER_START("server.start", false),
  SERVER_STOP("server.stop", false),
  CALL_INTENT("call.intent", true),
  CALL_OUTCOME("call.outcome", false),
  CALL_DENIED("call.denied", true),
  GRANT("grant", true),
  REVOKE("revoke", false),
  APPROVAL("approval", true),
  TRUST("trust", true),
  VAULT_CHANGE("vault.change", true),
  KEY_EPOCH("key.epoch", true),
  SEGMENT_CLOSE("segment.close", true),
  SEGMENT_OPEN("segment.open", true),
  PEER_SEEN("peer.seen", false),
  ANCHOR("anchor", false),
  RECOVER("recover", true),
  PRUNE("prune", true),
  FORGET("forget", true),
  CLOCK_STEP("clock.step", false),
  FAULT("fault", false),
  EXPORT("export", false),
  HOOK("hook", false),
  MASKED("masked", false),
  LOGIN("login", true),
  REFRESH("refresh", false),
  LOGOUT("logout", true);

  private final String text;
  private final boolean durable;

  Event(String text, boolean durable) {
    this.text = text;
    this.durable = durable;
  }

  /** The name in a record. */
  public String text() {
    return text;
  }

  /**
   * Whether the record is synced before it is acknowledged at once; others are synced within 50 ms.
   */
  public boolean durable() {
    return durable;
  }
}
