package dev.gatekeeper.cli;

import dev.gatekeeper.allowlist.Names;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.trust.InForce;
import java.util.Optional;

/**
 * The list that counts for a session, as the log names it: in each record, and in one that says by
 * which rule it came into force.
 */
final class CountingList {
  private final AuditContext context;
  private final String how;
  private String counted = "";

  /**
   * @param only the one server of it that the session governs; empty: all of it
   */
  CountingList(AuditContext context, Optional<String> only) {
    this.context = context;
    // A name that no server has is the configuration's text, and not for a log.
    this.how =
        "serve"
            + only.map(name -> Names.isServer(name) ? " --only " + name : " --only ?").orElse("");
  }

  /** From now on records name this list. */
  void is(InForce inForce) {
    context.list(inForce.list().digest());
    context.lock(inForce.lockDigest().orElse(""));
  }

  /** What begins a session's records. */
  Entry opened(InForce inForce) {
    counted = named(inForce);
    return Entry.of(Event.SESSION_OPEN).with(Field.REASON, how).with(Field.RULE, rule(inForce));
  }

  /** Another pair, or another rule: recorded as that. */
  void becomes(InForce inForce, AuditLog log) {
    is(inForce);
    String now = named(inForce);
    if (!now.equals(counted)) {
      counted = now;
      log.submit(
          Entry.of(Event.TRUST).with(Field.OUTCOME, "adopted").with(Field.RULE, rule(inForce)),
          receipt -> {});
    }
  }

  private static String named(InForce inForce) {
    return inForce.list().digest() + inForce.lockDigest().orElse("") + rule(inForce);
  }

  private static String rule(InForce inForce) {
    return "list." + (inForce instanceof InForce.Trusted trusted ? trusted.rule().word() : "none");
  }
}
