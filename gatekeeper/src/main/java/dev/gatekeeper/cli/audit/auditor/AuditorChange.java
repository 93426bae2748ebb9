package dev.gatekeeper.cli.audit.auditor;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.LostTrust;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.auditor.OwnKeys;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;

/**
 * A change of who the auditors are: a record, durable; the trust store, under the vault's key; then
 * an epoch of the log that is sealed to those who are auditors now.
 */
final class AuditorChange {
  private final Console console;
  private final PersonalVault personal;

  AuditorChange(Console console) throws IOException {
    this.console = console;
    this.personal = PersonalVault.of(console);
  }

  /** What is done to the trust store. */
  interface Step {
    /** Throws where it cannot be done; nothing is recorded then. */
    default void check(Auditors auditors, OwnKeys own) throws TrustException, VaultException {}

    void apply(Auditors auditors, Presence presence, OwnKeys own)
        throws TrustException, VaultException;
  }

  /**
   * Asks for the passphrase, and does it; {@link #begin} follows.
   *
   * @param what for the record
   */
  void make(String what, Step step) throws CommandFailure, VaultException {
    personal.refuseAgents("audit auditor");
    Auditors auditors = new Auditors(personal.home());
    LostTrust lost = LostTrust.warned(console, personal.home());
    try (OpenVault vault = personal.open();
        AuditLog log = personal.log()) {
      OwnKeys own = PersonalVault.ownKeys(vault);
      step.check(auditors, own);
      String reason = what + lost.reason().map(why -> "; " + why).orElse("");
      log.append(
          Entry.of(Event.TRUST).with(Field.REASON, reason).with(Field.APPROVER, "passphrase"));
      vault.recordingTo(personal.recording(log, vault));
      step.apply(auditors, vault.presence(), own);
    } catch (TrustException e) {
      throw CommandFailure.no(String.valueOf(e.getMessage()), "gatekeeper audit auditor list");
    } catch (AuditException e) {
      throw CommandFailure.cannotJudge(
          "no trust without a record: " + e.fault().text(), "gatekeeper audit verify");
    }
  }

  /**
   * Whoever opens the log now finds other recipients than it has, and begins an epoch.
   *
   * @param until what is true of the auditor as long as none has begun
   */
  void begin(String until) throws CommandFailure {
    try {
      AuditLog.checkpoint(personal.home().resolve("audit"), personal.auditOptions());
    } catch (AuditException e) {
      throw CommandFailure.cannotJudge(
          "the log could not begin an epoch: " + e.fault().text() + "; until it does, " + until,
          "gatekeeper audit checkpoint, which begins one");
    }
  }
}
