package dev.gatekeeper.cli.allowlist;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.check.Finding;
import dev.gatekeeper.allowlist.check.Finding.Severity;
import dev.gatekeeper.allowlist.check.ListCheck;
import dev.gatekeeper.allowlist.check.LockCheck;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.read.LockReader;
import dev.gatekeeper.cli.allowlist.edit.EditedList;
import dev.gatekeeper.cli.allowlist.edit.FindingText;
import dev.gatekeeper.cli.allowlist.edit.WhichList;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist check}: whether a list is fit to be trusted; for CI. */
@Command(
    name = "check",
    description = {
      "Check a list and its lock: valid, no literal secrets, nobody expired, reason and owner"
          + " everywhere, exact versions, locked and in step. Exit 1 where it is not.",
      "Nothing is started: what is installed on the machine, and what a server offers now, is not"
          + " looked at."
    })
final class AllowListCheckCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "Default: this project's list.")
  private @Nullable Path file;

  @Mixin private WhichList which = new WhichList();

  AllowListCheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    EditedList list = which.existing(console, Optional.ofNullable(file));
    List<Finding> findings;
    Optional<AllowList> valid = Optional.empty();
    try {
      valid = Optional.of(list.read());
      findings = new ArrayList<>();
      findings.addAll(ListCheck.check(list.original(), list.shown(), console.today()));
      findings.addAll(lock(list, valid.get()));
    } catch (AllowListException e) {
      findings = e.problems().stream().map(p -> new Finding(Severity.ERROR, "", p)).toList();
    }
    findings = list.place().typed(findings);
    if (json) {
      json(list, valid, findings);
    } else {
      text(list, valid, findings);
    }
    return errors(findings) == 0 ? 0 : CommandFailure.NO;
  }

  /** A lock that is none has problems of its own; a list without one is not locked yet. */
  private static List<Finding> lock(EditedList list, AllowList parsed)
      throws IOException, AllowListException {
    Optional<byte[]> text = list.lock();
    if (text.isPresent()) {
      Lock lock = LockReader.read(text.get(), list.lockShown());
      return LockCheck.check(parsed, lock, text.get(), list.lockShown());
    }
    List<Finding> findings = new ArrayList<>();
    boolean passes =
        parsed.servers().values().stream()
            .anyMatch(
                server ->
                    server.access().dynamic().isEmpty()
                        && !(server.tools().isEmpty()
                            && server.prompts().isEmpty()
                            && server.resources().isEmpty()));
    if (passes) {
      findings.add(unlocked(list));
    }
    findings.addAll(LockCheck.unpinned(parsed, list.lockShown()));
    return findings;
  }

  private static Finding unlocked(EditedList list) {
    Problem problem =
        new Problem(
            list.lockShown(),
            1,
            1,
            "there is no lock: nothing of the servers exists for the agent",
            Optional.of("gatekeeper allowlist lock"));
    return new Finding(Severity.ERROR, "", problem);
  }

  private void text(EditedList list, Optional<AllowList> valid, List<Finding> findings) {
    findings.forEach(finding -> FindingText.print(finding, console));
    String size =
        valid
            .map(
                l ->
                    count(l.servers().size(), "server")
                        + ", "
                        + count(l.commands().size(), "command"))
            .orElse("not valid");
    long errors = errors(findings);
    console
        .out()
        .println(
            list.shown()
                + ": "
                + size
                + "; "
                + count(errors, "error")
                + ", "
                + count(findings.size() - errors, "note"));
  }

  private void json(EditedList list, Optional<AllowList> valid, List<Finding> findings) {
    console.print(
        Json.object()
            .put("file", list.shown())
            .put("valid", valid.isPresent())
            .put("digest", valid.map(AllowList::digest).orElse(""))
            .put("errors", errors(findings))
            .array("findings", array -> findings.forEach(f -> array.object(o -> write(f, o)))));
  }

  private static void write(Finding finding, JsonWriter object) {
    Problem problem = finding.problem();
    object.put("severity", FindingText.word(finding.severity())).put("path", finding.path());
    object.put("file", problem.file());
    object.put("line", problem.line()).put("column", problem.column());
    object.put("message", problem.message()).put("hint", problem.hint().orElse(""));
  }

  private static long errors(List<Finding> findings) {
    return findings.stream().filter(f -> f.severity() == Severity.ERROR).count();
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
