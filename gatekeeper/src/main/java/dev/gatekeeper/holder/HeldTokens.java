package dev.gatekeeper.holder;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.trust.follow.FollowException;
import dev.gatekeeper.trust.follow.Tokens;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;

/**
 * Tokens for the holder's own questions: what a followed branch has decides what it releases. Each
 * is granted in the log like one that a session takes.
 */
final class HeldTokens implements Tokens {
  private final Home home;
  private final HeldVault vault;
  private final String project;

  HeldTokens(Home home, HeldVault vault, String project) {
    this.home = home;
    this.vault = vault;
    this.project = project;
  }

  @Override
  public Token take(Upstream upstream) throws FollowException {
    String name = upstream.credential().orElseThrow().secret();
    try {
      OpenSecrets present = vault.present();
      present.info(name); // before anything is granted
      Header header = present.header();
      AuditLog log = log();
      try {
        long n =
            log.append(
                about(Event.GRANT, upstream, name)
                    .with(Field.SOURCE, "vault")
                    .with(Field.GENERATION, header.generation()));
        Entry revoke = about(Event.REVOKE, upstream, name).with(Field.REF, n);
        return new Token(reveal(present, name, log, revoke), () -> end(log, revoke));
      } catch (AuditException | VaultException | RuntimeException e) {
        log.close();
        throw e;
      }
    } catch (AuditException e) {
      throw new FollowException("no token without a record: " + e.fault().text());
    } catch (VaultException e) {
      throw new FollowException(String.valueOf(e.getMessage()));
    }
  }

  private AuditLog log() throws AuditException {
    AuditContext context = new AuditContext();
    context.project(project);
    return AuditLog.open(
        home.resolve("audit"), AuditOptions.of(context).recipients(new Auditors(home)::recipients));
  }

  private static Entry about(Event event, Upstream upstream, String name) {
    return Entry.of(event)
        .with(Field.SERVER, upstream.grantee())
        .with(Field.SECRET, "secret:" + name)
        .with(Field.VARIABLE, "authorization");
  }

  private static SecretValue reveal(OpenSecrets present, String name, AuditLog log, Entry revoke)
      throws VaultException {
    try {
      return present.reveal(name);
    } catch (VaultException e) {
      log.submit(revoke.with(Field.OUTCOME, "refused"), receipt -> {});
      throw e;
    }
  }

  private static void end(AuditLog log, Entry revoke) {
    log.submit(revoke, receipt -> {});
    log.close();
  }
}
