package dev.gatekeeper.cli.vault.team;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.team.Handover;
import dev.gatekeeper.team.OpenTeam;
import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper vault give NAME --to IDENTITY}. */
@Command(
    name = "give",
    description = {
      "Seal one secret to one person, as a text that can be pasted into a chat.",
      "Only they open it, with gatekeeper vault take; so compare their fingerprint first. It cannot"
          + " be taken back: the record says what to replace."
    })
public final class VaultGiveCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NAME", description = "As references name it, e.g. github/token.")
  private String name = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "IDENTITY",
      description = "What gatekeeper vault identity prints on their side.")
  private String to = "";

  @Option(names = "--team", description = "A secret of the repository's vault.")
  private boolean team;

  VaultGiveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault vaults = PersonalVault.of(console);
    vaults.refuseAgents("vault give");
    PublicIdentity receiver = PublicIdentity.parse(to);
    try (OpenVault personal = vaults.open();
        AuditLog log = vaults.log()) {
      personal.recordingTo(vaults.recording(log, personal));
      try (TeamIdentity identity = TeamIdentity.need(personal)) {
        String text =
            team ? ofTeam(vaults, identity, receiver, log) : own(personal, identity, receiver, log);
        console.out().print(text);
      }
    }
    console
        .err()
        .println("Given to " + receiver.fingerprint() + ". They type gatekeeper vault take.");
    return 0;
  }

  private String own(
      OpenVault personal, TeamIdentity identity, PublicIdentity receiver, AuditLog log)
      throws VaultException, CommandFailure {
    SecretInfo info = personal.info(name);
    try (SecretValue value = personal.reveal(name)) {
      String text = Handover.give(info, value, receiver, identity);
      record(log, "give " + receiver.fingerprint(), "secret:" + name);
      return text;
    }
  }

  private String ofTeam(
      PersonalVault vaults, TeamIdentity identity, PublicIdentity receiver, AuditLog log)
      throws VaultException, CommandFailure, IOException {
    try (OpenTeam open = OpenTeam.open(vaults.home(), TeamSession.place(console), identity);
        SecretValue value = open.reveal(name)) {
      String text = Handover.give(open.info(name), value, receiver, identity);
      record(log, "give " + receiver.fingerprint(), "team:" + name);
      return text;
    }
  }

  /** No durable record, no secret. */
  static void record(AuditLog log, String what, String secret) throws CommandFailure {
    try {
      log.append(
          Entry.of(Event.VAULT_CHANGE)
              .with(Field.REASON, what)
              .with(Field.SECRET, secret)
              .with(Field.APPROVER, "passphrase"));
    } catch (AuditException e) {
      throw CommandFailure.cannotJudge(
          "nothing is given or taken without a record: " + e.fault().text(),
          "gatekeeper audit verify");
    }
  }
}
