package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.ArgumentsKept;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.Glob;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Lifetime;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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
      entries.put("server " + server.name(), of(server));
    }
    for (Command command : list.commands().values()) {
      entries.put("command " + command.name(), of(command));
    }
    return entries;
  }

  static List<String> of(Command command) {
    List<String> lines = program(command.program());
    lines.add(
        command
            .arguments()
            .map(rule -> "takes further arguments, under a rule")
            .orElse("takes no further arguments"));
    command.review().expires().ifPresent(day -> lines.add("until " + day));
    return lines;
  }

  /** How it is started or reached. */
  static List<String> launch(Server server) {
    return switch (server) {
      case StdioServer stdio -> {
        List<String> lines = program(stdio.program());
        stdio.sandbox().ifPresent(sandbox -> lines.add("in a sandbox: " + sandbox.words()));
        yield lines;
      }
      case HttpServer http -> remote(http);
    };
  }

  static List<String> of(Server server) {
    List<String> lines = new ArrayList<>(launch(server));
    if (!server.redact()) {
      lines.add("SECRETS ARE NOT MASKED in what it sends");
    }
    rules(lines, "tools", server.tools());
    rules(lines, "prompts", server.prompts());
    rules(lines, "resources", server.resources());
    for (String tool : server.access().arguments().keySet()) {
      lines.add("arguments of " + tool + " are under a rule");
    }
    ArgumentsKept kept = server.access().argumentsKept();
    if (kept.isFullerThan(ArgumentsKept.DEFAULT)) {
      lines.add("WHOLE ARGUMENTS ARE KEPT beside the log: " + String.join(", ", kept.words()));
    } else if (!kept.words().isEmpty()) {
      lines.add("kept of arguments beside the log: " + String.join(", ", kept.words()));
    }
    for (String words : server.access().secretArguments().words()) {
      lines.add("the agent may have put in " + words);
    }
    if (!server.serverRequests().isEmpty()) {
      lines.add("may ask the agent for " + String.join(", ", server.serverRequests()));
    }
    if (!server.access().methods().isEmpty()) {
      lines.add("unknown methods that pass: " + String.join(", ", server.access().methods()));
    }
    server
        .access()
        .dynamic()
        .ifPresent(why -> lines.add("its definitions are taken as they come: " + why));
    if (!server.access().volatileFields().isEmpty()) {
      lines.add(
          "of its definitions may differ: " + String.join(", ", server.access().volatileFields()));
    }
    if (!server.lifetime().equals(Lifetime.DEFAULT)) {
      String what =
          server instanceof StdioServer ? "its process lives: " : "a session with it lives: ";
      lines.add(what + lifetime(server.lifetime()));
    }
    server.review().expires().ifPresent(day -> lines.add("until " + day));
    return lines;
  }

  private static List<String> remote(HttpServer http) {
    List<String> lines = new ArrayList<>();
    lines.add("is remote, at " + http.host() + ": " + Quoted.address(http));
    http.headers()
        .forEach(
            (name, value) ->
                lines.add(
                    (value.hasSecrets() ? "is sent the secret " : "is sent ")
                        + name
                        + ": "
                        + Quoted.value(name, value)));
    http.oauth().ifPresent(oauth -> lines.add("is sent a login: " + RemoteChanges.words(oauth)));
    http.caFile().ifPresent(file -> lines.add("trusts for it the certificates of " + file));
    http.proxy().ifPresent(proxy -> lines.add("is reached by the proxy " + proxy));
    return lines;
  }

  /** A login in words: who is let in, how, and for what. */
  public static String login(OAuth oauth) {
    return RemoteChanges.words(oauth);
  }

  /** A lifetime in words. */
  static String lifetime(Lifetime lifetime) {
    return switch (lifetime) {
      case Lifetime.Call call -> "one call";
      case Lifetime.Idle idle -> "until idle for " + duration(idle.after());
      case Lifetime.Session session -> "the session";
    };
  }

  /** {@code 90s}, {@code 5m} or {@code 2h}, as a list would say it. */
  static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds % 3600 == 0
        ? seconds / 3600 + "h"
        : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static List<String> program(Program program) {
    List<String> lines = new ArrayList<>();
    lines.add("runs " + Quoted.line(program));
    for (Map.Entry<String, Template> each : program.env().entrySet()) {
      lines.add(
          (each.getValue().hasSecrets() ? "gets the secret " : "gets ")
              + Quoted.pair(each.getKey(), each.getValue()));
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
    program
        .acknowledged()
        .ambientSecret()
        .ifPresent(why -> lines.add("takes a secret out of the environment: " + why));
    program.acknowledged().unpinned().ifPresent(why -> lines.add("has no pinned program: " + why));
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
