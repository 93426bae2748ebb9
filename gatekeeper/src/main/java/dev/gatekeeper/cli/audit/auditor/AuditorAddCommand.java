package dev.gatekeeper.cli.audit.auditor;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.auditor.Auditor;
import dev.gatekeeper.trust.auditor.OwnKeys;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.text.VaultException;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit auditor add NAME IDENTITY}. */
@Command(
    name = "add",
    description = {
      "Make somebody an auditor: from now on the MAC keys of the log are sealed to them, too.",
      "They can check what is written from now on, not what is older; they read nothing by it, and"
          + " who holds such a key can make MACs of its epoch as well."
    })
final class AuditorAddCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "NAME", description = "What the log calls them.")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "IDENTITY",
      description =
          "What gatekeeper vault identity prints on their side; audit auditor key where they have"
              + " no vault.")
  private String identity = "";

  AuditorAddCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PublicIdentity person = Shown.parse(identity);
    Auditor auditor = auditor(person);
    AuditorChange change = new AuditorChange(console);
    change.make(
        RecordedAuditors.text("added", name, Shown.fingerprint(auditor)),
        new AuditorChange.Step() {
          @Override
          public void check(Auditors auditors, OwnKeys own) throws TrustException, VaultException {
            auditors.check(auditor, own);
          }

          @Override
          public void apply(Auditors auditors, Presence presence, OwnKeys own)
              throws TrustException, VaultException {
            auditors.add(auditor, presence, own);
          }
        });
    console
        .out()
        .println(
            "Added "
                + auditor.name()
                + ": "
                + person.fingerprint()
                + ". Compare this with them by voice.");
    change.begin("nothing that is written is sealed to them");
    console
        .out()
        .println(
            "They check what is written from now on: gatekeeper audit verify "
                + (Shown.isKey(person) ? "--key-file FILE BUNDLE" : "--key BUNDLE"));
    return 0;
  }

  private Auditor auditor(PublicIdentity person) throws CommandFailure {
    try {
      return new Auditor(
          name,
          person.sealKey(),
          person.signKey(),
          console.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          String.valueOf(e.getMessage()), "gatekeeper audit auditor add --help");
    }
  }
}
