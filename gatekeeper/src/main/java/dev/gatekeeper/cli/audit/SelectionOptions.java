package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.report.Row;
import dev.gatekeeper.report.Selection;
import dev.gatekeeper.report.When;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which records a reading command reads. */
final class SelectionOptions {
  @Option(names = "--server", paramLabel = "NAME", description = "Only records of this server.")
  private @Nullable String server;

  @Option(names = "--tool", paramLabel = "NAME", description = "Only records of this tool.")
  private @Nullable String tool;

  @Option(
      names = "--secret",
      paramLabel = "REF",
      description = "Only records of this secret, e.g. github/token or secret:github/token.")
  private @Nullable String secret;

  @Option(names = "--session", paramLabel = "ID", description = "Only records of this session.")
  private @Nullable String session;

  @Option(
      names = "--agent",
      paramLabel = "NAME",
      description = "Only records of this agent, e.g. claude-code.")
  private @Nullable String agent;

  @Option(
      names = "--event",
      paramLabel = "EVENT",
      description = "Only records of this event: call, call.denied, grant, server.start, …")
  private @Nullable String event;

  @Option(
      names = "--outcome",
      paramLabel = "WORD",
      description = "Only what ended so: ok, error, tool_error, denied, in_flight, …")
  private @Nullable String outcome;

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description =
          "Only records since then: 30m, 12h, 7d, 1y, 2026-01-31 or 2026-01-31T12:00:00Z.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "WHEN", description = "Only records before then.")
  private @Nullable String until;

  Selection selection(Clock clock) throws CommandFailure {
    Selection all = Selection.ALL;
    all = with(all, Field.SERVER, server);
    all = with(all, Field.TOOL, tool);
    all = with(all, Field.SECRET, secret);
    all = with(all, Field.SESSION, session);
    all = with(all, Field.AGENT, agent);
    all = event == null ? all : all.event(known(event));
    all = outcome == null ? all : all.outcome(outcome);
    all = since == null ? all : all.since(time("--since", since, clock));
    return until == null ? all : all.until(time("--until", until, clock));
  }

  /** Whether nothing is left out. */
  boolean isAll() {
    return Stream.of(server, tool, secret, session, agent, event, outcome, since, until)
        .allMatch(Objects::isNull);
  }

  /** What of the logs is asked for, in words. */
  String range(Clock clock) throws CommandFailure {
    List<String> said = new ArrayList<>();
    say(said, "server", server);
    say(said, "tool", tool);
    say(said, "secret", secret);
    say(said, "session", session);
    say(said, "agent", agent);
    say(said, "event", event);
    say(said, "outcome", outcome);
    say(said, "since", since == null ? null : time("--since", since, clock).toString());
    say(said, "until", until == null ? null : time("--until", until, clock).toString());
    return said.isEmpty() ? "all records" : "records with " + String.join(", ", said);
  }

  private static void say(List<String> said, String name, @Nullable String value) {
    if (value != null) {
      said.add(name + " " + value);
    }
  }

  private static Selection with(Selection selection, Field field, @Nullable String value) {
    return value == null ? selection : selection.with(field, value);
  }

  /** The events are a closed set: of another one nothing would be found, and nothing said. */
  private static String known(String event) throws CommandFailure {
    List<String> all = new ArrayList<>(List.of(Row.CALL));
    Stream.of(Event.values()).map(Event::text).forEach(all::add);
    if (!all.contains(event)) {
      throw CommandFailure.usage(
          "there is no event " + Console.printable(event) + "; there are " + String.join(" ", all),
          "gatekeeper audit show --event grant");
    }
    return event;
  }

  private static Instant time(String option, String text, Clock clock) throws CommandFailure {
    return When.parse(text, clock)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    option + " is not a time", "gatekeeper audit show " + option + " 7d"));
  }
}
