package dev.gatekeeper.cli.allowlist;

import dev.gatekeeper.allowlist.Access;
import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.Glob;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Lifetime;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Review;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.review.LiteralSecrets;
import dev.gatekeeper.allowlist.review.LockedList;
import dev.gatekeeper.allowlist.review.Power;
import dev.gatekeeper.allowlist.review.Quoted;
import dev.gatekeeper.cli.allowlist.edit.EditedList;
import dev.gatekeeper.cli.allowlist.edit.WhichList;
import dev.gatekeeper.cli.allowlist.trust.AcceptedHere;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.trust.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist show}: what a list lets through, in words. */
@picocli.CommandLine.Command(
    name = "show",
    description = "Show what a list lets through, and what it weighs; secrets by reference.")
final class AllowListShowCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "Default: this project's list.")
  private @Nullable Path file;

  @Mixin private WhichList which = new WhichList();

  AllowListShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    EditedList file = which.existing(console, Optional.ofNullable(this.file));
    AllowList list = file.parsed();
    LockedList pair = new LockedList(list, file.parsedLock());
    SortedMap<String, String> accepted = accepted(pair);
    if (json) {
      console.print(json(pair, accepted));
      return 0;
    }
    for (Server server : list.servers().values()) {
      Map<String, String> rows = server(server);
      rows.put("weight", new Weight(pair, server).words());
      put(rows, "accepted", Optional.ofNullable(accepted.get(server.name())).stream().toList());
      print(server.name(), rows);
    }
    list.commands().values().forEach(c -> print("run " + c.name(), command(c)));
    int tokens = list.servers().values().stream().mapToInt(s -> new Weight(pair, s).tokens()).sum();
    console.out().println("about " + tokens + " tokens of each conversation");
    console.out().println(list.digest());
    return 0;
  }

  /** By the name of a server; of a file that is named nobody accepted anything. */
  private SortedMap<String, String> accepted(LockedList pair) throws IOException {
    Optional<Home> home = Home.existing(console.environment());
    return home.isEmpty() || file != null
        ? Collections.emptySortedMap()
        : AcceptedHere.of(
                console,
                home.get(),
                Project.find(console.environment(), console.directory()),
                pair.lock())
            .sentences();
  }

  private static JsonWriter json(LockedList pair, SortedMap<String, String> accepted) {
    AllowList list = pair.list();
    int tokens = list.servers().values().stream().mapToInt(s -> new Weight(pair, s).tokens()).sum();
    return Json.object()
        .put("digest", list.digest())
        .put("tokens", tokens)
        .object(
            "servers",
            servers ->
                list.servers()
                    .values()
                    .forEach(
                        server ->
                            servers.object(
                                server.name(),
                                entry -> {
                                  server(server).forEach(entry::put);
                                  new Weight(pair, server).write(entry);
                                  Optional.ofNullable(accepted.get(server.name()))
                                      .ifPresent(it -> entry.put("accepted", it));
                                })))
        .object(
            "commands",
            commands ->
                list.commands()
                    .values()
                    .forEach(c -> commands.object(c.name(), e -> command(c).forEach(e::put))));
  }

  private void print(String name, Map<String, String> rows) {
    console.out().println(Console.printable(name));
    rows.forEach(
        (row, value) ->
            console
                .out()
                .println("  " + row + " ".repeat(11 - row.length()) + Console.printable(value)));
    console.out().println();
  }

  private static Map<String, String> server(Server server) {
    Map<String, String> rows = review(server.review());
    switch (server) {
      case StdioServer stdio -> {
        program(stdio.program(), rows);
        stdio.sandbox().ifPresent(sandbox -> rows.put("sandbox", sandbox.words()));
        rows.put("lifetime", lifetime(stdio.lifetime()));
      }
      case HttpServer http -> {
        rows.put("address", Quoted.address(http));
        put(rows, "headers", pairs(http.headers()));
        http.oauth().ifPresent(oauth -> rows.put("login", Power.login(oauth)));
        http.caFile().ifPresent(file -> rows.put("authority", file.toString()));
        http.proxy().ifPresent(proxy -> rows.put("proxy", proxy));
        rows.put("lifetime", lifetime(http.lifetime()));
      }
    }
    Access access = server.access();
    rows.put("tools", rules(access.tools()));
    put(rows, "arguments", access.arguments().keySet());
    rows.put("prompts", rules(access.prompts()));
    rows.put("resources", rules(access.resources()));
    put(rows, "requests", access.serverRequests());
    put(rows, "methods", access.methods());
    rows.put("timeout", access.timeout().toSeconds() + "s");
    access.limits().callsPerMinute().ifPresent(n -> rows.put("limit", n + " calls a minute"));
    return rows;
  }

  private static Map<String, String> command(Command command) {
    Map<String, String> rows = review(command.review());
    program(command.program(), rows);
    rows.put("arguments", command.arguments().isPresent() ? "by a rule" : "no further");
    return rows;
  }

  private static Map<String, String> review(Review review) {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("reason", review.reason().orElse("none"));
    rows.put("owner", review.owner().orElse("nobody"));
    review.expires().ifPresent(date -> rows.put("until", date.toString()));
    return rows;
  }

  private static void program(Program program, Map<String, String> rows) {
    List<String> words = new ArrayList<>(List.of(program.command().toString()));
    String option = "";
    for (Template arg : program.args()) {
      words.add(shown(option, arg));
      option = arg.toString().startsWith("-") ? arg.toString().replaceFirst("^-+", "") : "";
    }
    rows.put("program", String.join(" ", words));
    program.cwd().ifPresent(cwd -> rows.put("directory", cwd.toString()));
    put(rows, "variables", pairs(program.env()));
    List<String> files = new ArrayList<>();
    for (Map.Entry<String, Reference> variable : program.files().entrySet()) {
      files.add(variable.getKey() + "=" + variable.getValue());
    }
    put(rows, "files", files);
  }

  private static List<String> pairs(Map<String, Template> values) {
    List<String> pairs = new ArrayList<>();
    values.forEach((name, value) -> pairs.add(name + "=" + shown(name, value)));
    return pairs;
  }

  /** The text of the list, unless a secret stands in it. */
  private static String shown(String name, Template value) {
    return LiteralSecrets.suspects(name, value) ? "(looks like a secret)" : value.toString();
  }

  private static String rules(Rules rules) {
    List<String> parts = new ArrayList<>();
    part(parts, "", rules.allow());
    part(parts, "ask ", rules.ask());
    part(parts, "but not ", rules.deny());
    return rules.isEmpty() ? "none" : String.join("; ", parts);
  }

  private static void part(List<String> parts, String word, List<Glob> globs) {
    if (!globs.isEmpty()) {
      parts.add(word + String.join(", ", globs.stream().map(Glob::pattern).toList()));
    }
  }

  private static String lifetime(Lifetime lifetime) {
    return switch (lifetime) {
      case Lifetime.Call call -> "one call";
      case Lifetime.Idle idle -> "until idle for " + idle.after().toSeconds() + "s";
      case Lifetime.Session session -> "the session";
    };
  }

  private static void put(Map<String, String> rows, String row, Collection<String> values) {
    if (!values.isEmpty()) {
      rows.put(row, String.join(", ", values));
    }
  }
}
