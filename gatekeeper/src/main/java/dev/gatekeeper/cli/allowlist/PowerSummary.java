package dev.gatekeeper.cli.allowlist;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.Glob;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.trust.Proposal;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says in plain words what a list grants: lines that are new since it was last trusted begin with
 * {@code +}, those that are gone with {@code -}. Every text of the list is shown escaped.
 */
final class PowerSummary {
  private static final String UNMASKED = "SECRETS ARE NOT MASKED in what it sends";

  private final PrintStream out;

  PowerSummary(PrintStream out) {
    this.out = out;
  }

  void print(Proposal proposal) {
    out.println("List " + Console.printable(proposal.file().file().toString()));
    out.println("     " + proposal.list().digest());
    SortedMap<String, List<String>> now = entries(proposal.list());
    SortedMap<String, List<String>> before =
        proposal.before().map(PowerSummary::entries).orElse(new TreeMap<>());
    if (now.isEmpty()) {
      out.println("It allows nothing.");
    }
    Set<String> titles = new TreeSet<>(now.keySet());
    titles.addAll(before.keySet());
    for (String title : titles) {
      print(title, before.get(title), now.get(title));
    }
    if (proposal.before().isPresent()) {
      out.println("+ is new since you last trusted this list, - is gone.");
    }
  }

  private void print(String title, @Nullable List<String> before, @Nullable List<String> now) {
    List<String> old = before == null ? List.of() : before;
    List<String> present = now == null ? List.of() : now;
    out.println((now == null ? "- " : before == null ? "+ " : "  ") + title);
    for (String line : present) {
      out.println((old.contains(line) ? "    " : "+   ") + line);
    }
    for (String line : old) {
      if (!present.contains(line)) {
        out.println("-   " + line);
      }
    }
  }

  private static SortedMap<String, List<String>> entries(AllowList list) {
    SortedMap<String, List<String>> entries = new TreeMap<>();
    for (Server server : list.servers().values()) {
      entries.put("server " + Console.printable(server.name()), server(server));
    }
    for (Command command : list.commands().values()) {
      List<String> lines = program(command.program());
      lines.add(
          command.arguments().isPresent()
              ? "takes further arguments, under a rule"
              : "takes no further arguments");
      entries.put("command " + Console.printable(command.name()), lines);
    }
    return entries;
  }

  private static List<String> server(Server server) {
    List<String> lines = new ArrayList<>();
    switch (server) {
      case StdioServer stdio -> {
        lines.addAll(program(stdio.program()));
        if (!stdio.redact()) {
          lines.add(UNMASKED);
        }
      }
      case HttpServer http -> {
        lines.add("is remote: " + Console.printable(http.url().toString()));
        http.headers()
            .forEach(
                (name, value) ->
                    lines.add(
                        (value.hasSecrets() ? "is sent the secret " : "is sent ")
                            + Console.printable(name + ": " + value)));
        if (!http.redact()) {
          lines.add(UNMASKED);
        }
      }
    }
    rules(lines, "tools", server.tools());
    rules(lines, "prompts", server.prompts());
    rules(lines, "resources", server.resources());
    for (String tool : server.access().arguments().keySet()) {
      lines.add("arguments of " + Console.printable(tool) + " are under a rule");
    }
    if (!server.serverRequests().isEmpty()) {
      lines.add("may ask the agent for " + words(server.serverRequests()));
    }
    if (!server.access().methods().isEmpty()) {
      lines.add("unknown methods that pass: " + words(server.access().methods()));
    }
    server.review().expires().ifPresent(day -> lines.add("until " + day));
    return lines;
  }

  private static List<String> program(Program program) {
    List<String> lines = new ArrayList<>();
    String line =
        program.command()
            + program.args().stream().map(argument -> " " + argument).collect(Collectors.joining());
    lines.add("runs " + Console.printable(line));
    for (Map.Entry<String, Template> each : program.env().entrySet()) {
      lines.add(
          (each.getValue().hasSecrets() ? "gets the secret " : "gets ")
              + Console.printable(each.getKey() + " = " + each.getValue()));
    }
    for (Map.Entry<String, Reference> each : program.files().entrySet()) {
      lines.add(
          "gets the secret " + Console.printable(each.getKey() + " = file of " + each.getValue()));
    }
    if (program.args().stream().anyMatch(Template::hasSecrets)) {
      lines.add("SECRETS IN ITS ARGUMENTS can be read by every process of this machine");
    }
    program
        .acknowledged()
        .dangerousEnv()
        .ifPresent(why -> lines.add("sets variables that load code: " + Console.printable(why)));
    program.cwd().ifPresent(cwd -> lines.add("in " + Console.printable(cwd.toString())));
    return lines;
  }

  private static void rules(List<String> lines, String what, Rules rules) {
    if (!rules.allow().isEmpty()) {
      lines.add(what + " allowed: " + globs(rules.allow()));
    }
    if (!rules.ask().isEmpty()) {
      lines.add(what + " after approval: " + globs(rules.ask()));
    }
    if (!rules.deny().isEmpty()) {
      lines.add(what + " denied: " + globs(rules.deny()));
    }
  }

  private static String globs(List<Glob> globs) {
    return globs.stream()
        .map(glob -> Console.printable(glob.toString()))
        .collect(Collectors.joining(", "));
  }

  private static String words(Set<String> words) {
    return words.stream().map(Console::printable).collect(Collectors.joining(", "));
  }
}
