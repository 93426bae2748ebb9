package dev.gatekeeper.login;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.login.web.LoginException;
import java.util.Collection;

/** What the log says of logins: names, issuers, scopes and outcomes, never a token. */
public final class LoginLog {
  private final AuditLog log;
  private final String server;
  private final String reference;

  public LoginLog(AuditLog log, Terms terms) {
    this(log, terms.server(), terms.oauth().key().toString());
  }

  /**
   * @param server empty where no entry is left
   * @param reference of the key
   */
  public LoginLog(AuditLog log, String server, String reference) {
    this.log = log;
    this.server = server;
    this.reference = reference;
  }

  /** Before the tokens of a person's login are written: without a record there is none. */
  public void login(String issuer, Collection<String> scopes) throws LoginException {
    append(
        entry(Event.LOGIN, issuer)
            .with(Field.APPROVER, "passphrase")
            .with(Field.REASON, "scopes: " + String.join(" ", scopes)));
  }

  /**
   * Before the tokens of a login that one session alone has are used: without a record there is
   * none. Nobody proved to be present; who spoke for the client opened the page.
   */
  void ofSession(String issuer, Collection<String> scopes) throws LoginException {
    append(
        entry(Event.LOGIN, issuer)
            .with(Field.APPROVER, "client dialog")
            .with(Field.OUTCOME, "session")
            .with(Field.REASON, "scopes: " + String.join(" ", scopes)));
  }

  /** Such a login is over before its session. */
  void forgotten(String issuer) {
    log.submit(
        entry(Event.LOGOUT, issuer)
            .with(Field.APPROVER, "client dialog")
            .with(Field.OUTCOME, "forgotten"),
        receipt -> {});
  }

  /**
   * Before a login is deleted.
   *
   * @param outcome {@code revoked}, {@code kept} where the server offers no revocation, or {@code
   *     failed}
   */
  public void logout(String issuer, String outcome) throws LoginException {
    append(
        entry(Event.LOGOUT, issuer)
            .with(Field.APPROVER, "passphrase")
            .with(Field.OUTCOME, outcome));
  }

  private void append(Entry entry) throws LoginException {
    try {
      long _ = log.append(entry);
    } catch (AuditException e) {
      throw LoginException.fault("no change without a record: " + e.fault().text());
    }
  }

  /** Another access token. */
  void refreshed(String issuer, long sequence) {
    log.submit(
        entry(Event.REFRESH, issuer).with(Field.OUTCOME, "ok").with(Field.GENERATION, sequence),
        receipt -> {});
  }

  void notRefreshed(String issuer, LoginException why) {
    log.submit(
        entry(Event.REFRESH, issuer).with(Field.OUTCOME, "failed").with(Field.ERROR, why.code()),
        receipt -> {});
  }

  /** Something is odd with the file of the login. */
  void fault(String error, String reason) {
    log.submit(
        named(Event.FAULT).with(Field.ERROR, error).with(Field.REASON, reason), receipt -> {});
  }

  private Entry entry(Event event, String issuer) {
    return named(event).with(Field.SOURCE, issuer);
  }

  private Entry named(Event event) {
    Entry entry = Entry.of(event).with(Field.SECRET, reference);
    return server.isEmpty() ? entry : entry.with(Field.SERVER, server);
  }
}
