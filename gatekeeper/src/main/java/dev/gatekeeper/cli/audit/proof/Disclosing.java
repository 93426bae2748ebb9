package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.opening.Opening;
import dev.gatekeeper.audit.proof.Disclosure;
import dev.gatekeeper.audit.proof.Prover;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** One argument of a call, handed to somebody else with all that shows that the call had it. */
public final class Disclosing {
  private final Console console;
  private final Path log;
  private final Optional<Path> checkpoint;

  /**
   * @param checkpoint under which it is to be proved; the newest of the log by default
   */
  public Disclosing(Console console, Path log, Optional<Path> checkpoint) {
    this.console = console;
    this.log = log;
    this.checkpoint = checkpoint;
  }

  /** Prints what discloses the argument {@code name} of record {@code n}: checked, or nothing. */
  public void print(long n, Opening opening, String name) throws IOException, CommandFailure {
    String line =
        opening
            .disclose(name)
            .orElseThrow(
                () ->
                    CommandFailure.no(
                        "record " + n + " has no such argument", "gatekeeper audit open " + n));
    Disclosure disclosure =
        Disclosure.parse((line + "\n" + proof(n)).getBytes(StandardCharsets.UTF_8))
            .filter(it -> it.fault().isEmpty())
            .orElseThrow(
                () ->
                    CommandFailure.cannotJudge(
                        "this argument cannot be disclosed by itself: it is too long, or what was"
                            + " kept of it is damaged",
                        "gatekeeper audit bundle --with-openings"));
    console.out().print(disclosure.print());
    if (opening.arguments().stream().filter(one -> one.name().equals(name)).count() > 1) {
      note("the call had several arguments of this name: this is the last one");
    }
    if (disclosure.argument().text().isEmpty()) {
      note(
          "its value was not kept, masked, or is too long to be told: whoever gets this can tell"
              + " whether a guess is right");
    }
  }

  private String proof(long n) throws CommandFailure {
    try {
      Prover prover = Prover.of(log);
      SignedCheckpoint head =
          checkpoint.isPresent() ? NamedLog.checkpoint(console, checkpoint.get()) : prover.newest();
      return prover.inclusion(n, head).print();
    } catch (IOException e) {
      throw CommandFailure.cannotJudge(
          String.valueOf(e.getMessage()), "gatekeeper audit checkpoint, gatekeeper audit verify");
    }
  }

  private void note(String text) {
    console.err().println("gatekeeper: " + text);
  }
}
