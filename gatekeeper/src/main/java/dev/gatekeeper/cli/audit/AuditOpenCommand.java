package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.opening.Opening;
import dev.gatekeeper.audit.opening.Openings;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit open}: what a call was called with. */
@Command(
    name = "open",
    description = {
      "Print the arguments of a call, as far as they were kept.",
      "With --argument one of them with the proof that it was sent (docs/audit-format.md), to be"
          + " handed to somebody else; of the others it holds hashes alone."
    })
final class AuditOpenCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "N", description = "Number of the record of the call.")
  private long n;

  @Option(names = "--argument", paramLabel = "NAME", description = "The argument to disclose.")
  private @Nullable String argument;

  AuditOpenCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure, VaultException {
    PersonalVault personal = PersonalVault.of(console);
    personal.provePresence("audit open");
    Path log = personal.home().resolve(NamedLog.DIRECTORY);
    String root = ArgumentsRoot.of(log, n).root();
    try (Openings openings = new Openings(log)) {
      Opening opening = openings.find(root).orElseThrow(() -> ArgumentsRoot.forgotten(n));
      if (argument == null) {
        opening.arguments().forEach(this::print);
      } else {
        String proof =
            opening
                .disclose(argument)
                .orElseThrow(
                    () ->
                        CommandFailure.no(
                            "record " + n + " has no such argument", "gatekeeper audit open " + n));
        console.out().println(proof);
      }
    }
    return 0;
  }

  private void print(Opening.Kept one) {
    String text = one.kept().map(Console::printable).orElse("(only its digest is kept)");
    String note = one.kept().isPresent() && !one.exact() ? "  (masked or cut)" : "";
    console.out().println(Console.printable(one.name()) + ": " + text + note);
  }
}
