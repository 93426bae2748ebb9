package dev.gatekeeper.cli.audit.auditor;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.auditor.Auditor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit auditor list}. */
@Command(
    name = "list",
    description = {
      "List the auditors; asks for no passphrase.",
      "Exit status 1 where the trust store has others than the log says were added, 3 where it"
          + " cannot be told who they are."
    })
final class AuditorListCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "One JSON object an auditor.")
  private boolean json;

  AuditorListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    Auditors auditors = new Auditors(personal.home());
    Optional<String> obstacle = auditors.obstacle();
    if (obstacle.isPresent()) {
      throw unknown(obstacle.get());
    }
    List<Auditor> all;
    try {
      all = auditors.all();
    } catch (TrustException e) {
      throw unknown(String.valueOf(e.getMessage()));
    }
    for (Auditor one : all) {
      if (json) {
        console.print(
            Json.object()
                .put("name", one.name())
                .put("since", one.since())
                .put("fingerprint", Shown.fingerprint(one))
                .put("identity", Shown.word(Shown.identity(one))));
      } else {
        String padding = " ".repeat(34 - one.name().length());
        console
            .out()
            .println(one.name() + padding + Shown.fingerprint(one) + "  since " + one.since());
      }
    }
    compare(personal, all);
    return 0;
  }

  /** The store can be begun anew, or put back by a process that signed none of it. */
  private static void compare(PersonalVault personal, List<Auditor> all) throws CommandFailure {
    List<String> differences;
    try {
      differences = new RecordedAuditors(personal.home().resolve("audit")).differences(all);
    } catch (CannotJudge e) {
      throw CommandFailure.cannotJudge(
          "whether these are the auditors that the log tells of cannot be judged: " + e.text(),
          "gatekeeper audit verify");
    }
    if (!differences.isEmpty()) {
      throw CommandFailure.no(
          "the trust store has other auditors than the log tells of: by the log "
              + String.join(", ", differences),
          "gatekeeper audit show --event trust; then add each anew, or gatekeeper audit auditor"
              + " remove NAME");
    }
  }

  private static CommandFailure unknown(String why) {
    return CommandFailure.cannotJudge(
        "who the auditors are cannot be told: " + why,
        "gatekeeper allowlist trust, and each auditor anew");
  }
}
