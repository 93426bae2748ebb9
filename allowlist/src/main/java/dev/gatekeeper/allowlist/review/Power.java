package dev.gatekeeper.allowlist.review;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a list grants, in plain words. */
public final class Power {
  private Power() {}

  /**
   * The powers of each entry, by its title. They quote the list as it is: whoever shows them
   * escapes them.
   */
  public static SortedMap<String, List<String>> of(AllowList list) {
    SortedMap<String, List<String>> entries = new TreeMap<>();
    for (Server server : list.servers().values()) {
      entries.put("server " + server.name(), server(server));
    }
    for (Command command : list.commands().values()) {
      List<String> lines = program(command.program());
      lines.add(
          command.arguments().isPresent()
              ? "takes further arguments, under a rule"
              : "takes no further arguments");
      entries.put("command " + command.name(), lines);
    }
    return entries;
  }

  private static List<String> server(Server server) {
    List<String> lines = new ArrayList<>();
    switch (server) {
      case StdioServer stdio -> lines.addAll(program(stdio.program()));
      case HttpServer http -> {
        lines.add("is remote: " + http.url().toString());
        http.headers()
            .forEach(
                (name, value) ->
                    lines.add(
                        (value.hasSecrets() ? "is sent the secret " : "is sent ")
                            + name
                            + ": "
                            + value));
      }
    }
    if (!server.redact()) {
      lines.add("SECRETS ARE NOT MASKED in what it sends");
    }
    rules(lines, "tools", server.tools());
    rules(lines, "prompts", server.prompts());
    rules(lines, "resources", server.resources());
    for (String tool : server.access().arguments().keySet()) {
      lines.add("arguments of " + tool + " are under a rule");
    }
    if (!server.serverRequests().isEmpty()) {
      lines.add("may ask the agent for " + String.join(", ", server.serverRequests()));
    }
    if (!server.access().methods().isEmpty()) {
      lines.add("unknown methods that pass: " + String.join(", ", server.access().methods()));
    }
    server.review().expires().ifPresent(day -> lines.add("until " + day));
    return lines;
  }

  private static List<String> program(Program program) {
    List<String> lines = new ArrayList<>();
    String line =
        program.command()
            + program.args().stream().map(argument -> " " + argument).collect(Collectors.joining());
    lines.add("runs " + line);
    for (Map.Entry<String, Template> each : program.env().entrySet()) {
      lines.add(
          (each.getValue().hasSecrets() ? "gets the secret " : "gets ")
              + each.getKey()
              + " = "
              + each.getValue());
    }
    for (Map.Entry<String, Reference> each : program.files().entrySet()) {
      lines.add("gets the secret " + each.getKey() + " = file of " + each.getValue());
    }
    if (program.args().stream().anyMatch(Template::hasSecrets)) {
      lines.add("SECRETS IN ITS ARGUMENTS can be read by every process of this machine");
    }
    program
        .acknowledged()
        .dangerousEnv()
        .ifPresent(why -> lines.add("sets variables that load code: " + why));
    program.cwd().ifPresent(cwd -> lines.add("in " + cwd.toString()));
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
    return String.join(", ", globs.stream().map(Glob::pattern).toList());
  }
}
