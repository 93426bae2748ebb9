package dev.gatekeeper.cli.audit.auditor;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.trust.auditor.KeyFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit auditor key FILE}. */
@Command(
    name = "key",
    description = {
      "For an auditor who has no vault: make a key, whose private half is written into FILE, and"
          + " print the word to send.",
      "Whoever owns the log types gatekeeper audit auditor add NAME WORD. Compare the fingerprint"
          + " by voice, since whoever changes the word on its way is the auditor in your place.",
      "What is written from then on you check with gatekeeper audit verify --key-file FILE BUNDLE,"
          + " or java Verify.java DIR --key FILE."
    })
final class AuditorKeyCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      description = "A new file, for its owner alone. Whoever reads it can check, and make, MACs.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "As a JSON object.")
  private boolean json;

  AuditorKeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
    SealKeyPair pair = SealKeyPair.generate();
    try {
      KeyFile.create(console.directory().resolve(file), pair);
    } catch (FileAlreadyExistsException e) {
      throw CommandFailure.no(
          Console.printable(file.toString()) + " is there already", "name a new file");
    } catch (NoSuchFileException e) {
      throw CommandFailure.no(
          "there is no folder for " + Console.printable(file.toString()), "make it first");
    } finally {
      pair.wipe();
    }
    PublicIdentity half = Shown.ofKey(pair.publicKey());
    if (json) {
      console.print(
          Json.object().put("identity", Shown.word(half)).put("fingerprint", half.fingerprint()));
    } else {
      console.out().println(Shown.word(half));
      console.out().println("fingerprint: " + half.fingerprint());
    }
    return 0;
  }
}
