package dev.gatekeeper.cli.allowlist.review;

import dev.gatekeeper.allowlist.edit.Suggestion;
import dev.gatekeeper.allowlist.edit.Suggestion.Narrowed;
import dev.gatekeeper.allowlist.edit.Usage;
import dev.gatekeeper.audit.opening.Openings;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.report.Selection;
import dev.gatekeeper.report.When;
import dev.gatekeeper.report.source.ReportException;
import dev.gatekeeper.report.source.Sources;
import dev.gatekeeper.trust.Project;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper allowlist suggest}: the list that what was used would have needed. */
@Command(
    name = "suggest",
    description = {
      "Print a narrower list as a diff that git apply takes: tools that nobody called are left"
          + " out, and prompts and resources that nobody asked for.",
      "Reads this machine's log, of this project. Changes nothing; what it says goes to stderr, the"
          + " diff to stdout."
    })
public final class AllowListSuggestCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description = "Look at calls since then: 14d (the default), 12h, 2026-01-31.")
  private String since = "14d";

  @Option(
      names = "--arguments",
      description = {
        "Also fix arguments that had the same value in each of at least five calls. The log holds"
            + " no values: they are read from what opens its commitments, kept for 30 days on this"
            + " machine, and shown to a person only."
      })
  private boolean arguments;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  AllowListSuggestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Instant from =
        When.parse(since, console.clock())
            .orElseThrow(
                () ->
                    CommandFailure.usage(
                        "--since is not a time", "gatekeeper allowlist suggest --since 14d"));
    PersonalVault personal = PersonalVault.of(console);
    if (arguments) {
      personal.provePresence("allowlist suggest --arguments");
    }
    Project project = Project.find(console.environment(), console.directory());
    ReviewedPair pair = ReviewedPair.ofTree(project);
    if (!pair.isThere()) {
      throw CommandFailure.cannotJudge(
          "there is no list at " + Console.printable(project.list().toString()),
          "gatekeeper allowlist import");
    }
    Path log = personal.home().resolve("audit");
    LoggedUsage usage = usage(log, from, project);
    if (usage.count() == 0) {
      console.err().println("gatekeeper: no call in this project since " + from);
      if (json) {
        json(usage, from, Map.of(), "");
      }
      return 0;
    }
    SortedMap<String, Usage> byServer;
    try (Openings openings = new Openings(log)) {
      byServer = arguments ? usage.byServer(openings) : usage.byServer();
    }
    Suggestion suggestion = Suggestion.of(pair.text().orElseThrow(), pair.content(), byServer);
    Path root = project.repository().orElse(project.directory());
    String patch = suggestion.patch(root.relativize(project.list()).toString().replace('\\', '/'));
    if (json) {
      json(usage, from, suggestion.servers(), patch);
    } else {
      explain(usage, suggestion.servers());
      console.out().print(patch);
      console.out().flush();
    }
    return 0;
  }

  private LoggedUsage usage(Path log, Instant from, Project project) throws Exception {
    try (Sources sources = Sources.open(List.of(log.toString()), console.directory())) {
      return LoggedUsage.read(sources, Selection.ALL.since(from), project.directory().toString());
    } catch (CannotJudge e) {
      throw CommandFailure.cannotJudge(e.text(), "gatekeeper audit verify");
    } catch (ReportException e) {
      throw CommandFailure.cannotJudge(
          Console.printable(String.valueOf(e.getMessage())), "gatekeeper audit verify");
    }
  }

  private void explain(LoggedUsage usage, Map<String, Narrowed> servers) {
    console.err().println("gatekeeper: " + usage.count() + " calls, the first on " + usage.first());
    int tokens = 0;
    for (Map.Entry<String, Narrowed> each : servers.entrySet()) {
      Narrowed narrowed = each.getValue();
      tokens += narrowed.tokens();
      StringBuilder line = new StringBuilder(each.getKey());
      if (!narrowed.unused().isEmpty()) {
        line.append(": never used: ").append(String.join(", ", narrowed.unused()));
        line.append(" (about ").append(narrowed.tokens()).append(" tokens)");
      }
      if (!narrowed.fixed().isEmpty()) {
        line.append(": always the same: ").append(String.join(", ", narrowed.fixed()));
      }
      console.err().println("gatekeeper: " + Console.printable(line.toString()));
    }
    if (tokens > 0) {
      console.err().println("gatekeeper: about " + tokens + " tokens of each conversation less");
    }
  }

  private void json(LoggedUsage usage, Instant from, Map<String, Narrowed> servers, String patch) {
    console.print(
        Json.object()
            .put("since", from.toString())
            .put("calls", usage.count())
            .object(
                "servers",
                object ->
                    servers.forEach(
                        (name, narrowed) -> object.object(name, entry -> write(narrowed, entry))))
            .put("patch", patch));
  }

  private static void write(Narrowed narrowed, JsonWriter entry) {
    entry
        .array("unused", array -> narrowed.unused().forEach(array::add))
        .put("tokens", narrowed.tokens())
        .array("fixed", array -> narrowed.fixed().forEach(array::add));
  }
}
