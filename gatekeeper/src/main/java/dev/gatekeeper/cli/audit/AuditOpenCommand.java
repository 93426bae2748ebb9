package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.opening.KeptSecret;
import dev.gatekeeper.audit.opening.Opening;
import dev.gatekeeper.audit.opening.Openings;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.cli.audit.proof.Disclosing;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit open}: what a call was called with. */
@Command(
    name = "open",
    description = {
      "Print the arguments of a call, as far as they were kept, and which secrets stood in them;",
      "of a revoke, which value had been granted: whether it is the one of now.",
      "With --argument one of them with the proof that the call had it, to be handed to somebody"
          + " else; of the others it holds hashes alone. gatekeeper audit verify --proof checks it"
          + " anywhere, with the public key only."
    })
final class AuditOpenCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "N", description = "Number of the record of the call.")
  private long n;

  @Option(names = "--argument", paramLabel = "NAME", description = "The argument to disclose.")
  private @Nullable String argument;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "With --argument: prove under this checkpoint of the log, not the newest.")
  private @Nullable Path checkpoint;

  @Option(names = "--json", description = "Print one JSON object; not with --argument.")
  private boolean json;

  @Option(
      names = "--log",
      paramLabel = "DIR|BUNDLE",
      description =
          "A log, or a bundle of one that was made with openings; by default the one of the home.")
  private @Nullable Path directory;

  AuditOpenCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure, VaultException {
    if (checkpoint != null && argument == null) {
      throw CommandFailure.usage(
          "--checkpoint is for a disclosure",
          "gatekeeper audit open " + n + " --argument NAME --checkpoint FILE");
    }
    if (json && argument != null) {
      throw CommandFailure.usage(
          "a disclosure has a form of its own, and --json is for all arguments",
          "gatekeeper audit open " + n + " --json");
    }
    Path log = NamedLog.directory(console, directory);
    Optional<OpenVault> vault = KeptArguments.admit(console, log, "audit open");
    try (PrintedSecrets secrets = new PrintedSecrets(console, vault)) {
      AuditRecord record = ArgumentsRoot.record(log, n);
      if (record.event() == Event.REVOKE && argument == null) {
        print(List.of(), List.of(PrintedSecrets.of(record)), secrets);
        return 0;
      }
      Opening opening = opening(log);
      if (argument == null) {
        print(opening.arguments(), opening.secrets(), secrets);
      } else {
        new Disclosing(console, log, Optional.ofNullable(checkpoint)).print(n, opening, argument);
      }
    }
    return 0;
  }

  private Opening opening(Path log) throws IOException, CommandFailure {
    ArgumentsRoot root = ArgumentsRoot.of(log, n);
    try (Openings openings = new Openings(log)) {
      Opening opening = openings.find(root.root()).orElseThrow(() -> ArgumentsRoot.forgotten(n));
      if (!opening.holds() || !opening.holdsSecrets(root.secrets())) {
        throw CommandFailure.no(
            "what was kept of the arguments of record " + n + " is not what the record commits to",
            "gatekeeper audit verify says whether the log was altered as well");
      }
      return opening;
    }
  }

  private void print(List<Opening.Kept> arguments, List<KeptSecret> kept, PrintedSecrets secrets) {
    if (json) {
      console.print(
          Json.object()
              .put("n", n)
              .array("arguments", all -> arguments.forEach(it -> all.object(one(it))))
              .array(
                  "secrets",
                  all -> kept.forEach(it -> all.object(object -> secrets.print(it, object)))));
    } else {
      arguments.forEach(this::print);
      kept.forEach(secrets::print);
    }
  }

  /** Without a text where only its digest is kept. */
  private static Consumer<JsonWriter> one(Opening.Kept it) {
    return object -> {
      object.put("name", it.name()).put("whole", it.kept().isPresent() && it.exact());
      it.kept().ifPresent(text -> object.put("text", text));
    };
  }

  private void print(Opening.Kept one) {
    String text = one.kept().map(Console::printable).orElse("(only its digest is kept)");
    String note = one.kept().isPresent() && !one.exact() ? "  (masked or cut)" : "";
    console.out().println(Console.printable(one.name()) + ": " + text + note);
  }
}
