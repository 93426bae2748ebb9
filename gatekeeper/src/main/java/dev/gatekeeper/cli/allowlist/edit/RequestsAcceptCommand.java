package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.allowlist.Glob;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.edit.Draft;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.request.AccessRequest;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code gatekeeper allowlist requests accept}: a request becomes a change of the list.
 *
 * <p>Of the request only a name is taken, and only one that is a name. What a server runs, who
 * answers for it and why are the person's own words.
 */
@Command(
    name = "accept",
    description = {
      "Write a request of this project into its list. It is in force once a person typed:"
          + " gatekeeper allowlist trust",
      "A server: --owner WHO --reason WHY -- COMMAND ARGS. A tool: nothing more. A secret: --server"
          + " NAME --env VARIABLE."
    })
final class RequestsAcceptCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "As the list has it.")
  private String id = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description =
          "Of a server, as for \"add\": the program and its arguments, after --; or npm:NAME,"
              + " pypi:NAME, image:NAME; or its https:// address.")
  private List<String> command = List.of();

  @Option(names = "--reason", description = "Of a server: why the team uses it.")
  private String reason = "";

  @Option(names = "--owner", description = "Of a server: who answers for it.")
  private String owner = "";

  @Option(names = "--tool", paramLabel = "GLOB", description = "Of a server: tools that exist.")
  private List<String> tools = List.of();

  @Option(names = "--unpinned", paramLabel = "WHY", description = "Why it has no exact version.")
  private String unpinned = "";

  @Option(names = "--server", paramLabel = "NAME", description = "Of a secret: who gets it.")
  private String server = "";

  @Option(names = "--env", paramLabel = "VARIABLE", description = "Of a secret: in which variable.")
  private String variable = "";

  @Option(names = "--header", paramLabel = "NAME", description = "Of a secret: or in which header.")
  private String header = "";

  @Option(names = "--oauth", description = "Of a remote server: a person logs in to it.")
  private boolean oauth;

  RequestsAcceptCommand(Console console) {
    this.console = console;
  }

  /** What to type to accept {@code request}; its name stands in it only where it is one. */
  static String line(AccessRequest request) {
    String accept = "gatekeeper allowlist requests accept " + request.id();
    if (request.fault().isPresent()) {
      return "edit the list; " + request.fault().get();
    }
    return switch (request.kind()) {
      case "server" -> accept + " --reason WHY --owner WHO -- COMMAND";
      case "secret" -> accept + " --server NAME --env VARIABLE";
      default -> accept;
    };
  }

  @Override
  public Integer call() throws Exception {
    AccessRequest request = AllowListRequestsCommand.named(console, id);
    if (request.fault().isPresent()) {
      throw CommandFailure.no(
          "the request cannot be accepted: " + request.fault().get(),
          "gatekeeper allowlist requests dismiss " + request.id());
    }
    requireOfHere(request);
    EditedList list = EditedList.of(console);
    String done =
        switch (request.kind()) {
          case "server" -> server(request, list);
          case "tool" -> tool(request, list);
          default -> secret(request, list);
        };
    new RequestRecord(console).append(request, "accepted");
    list.save();
    boolean _ = AllowListRequestsCommand.requests(console).remove(request.id());
    if (request.kind().equals("server")) {
      list.findings(console, request.name()).forEach(f -> FindingText.print(f, console));
    }
    console.out().println(done);
    if (request.kind().equals("secret")) {
      console.out().println("next: gatekeeper vault put " + request.name());
    }
    console.out().println("next: gatekeeper allowlist check");
    list.sayNext(
        console,
        switch (request.kind()) {
          case "server" -> request.name();
          case "tool" -> request.serverOf();
          default -> server;
        },
        request.kind().equals("tool") ? List.of(request.toolOf().orElseThrow()) : List.of());
    return 0;
  }

  /** It was made of the list there: the same name may mean another thing here. */
  private void requireOfHere(AccessRequest request) throws CommandFailure, IOException {
    if (AllowListRequestsCommand.isOfHere(request, console)) {
      return;
    }
    String place = Console.printable(request.project());
    throw CommandFailure.no(
        "the request was made in another project, " + place + "; nothing was written",
        "type it there, or: gatekeeper allowlist requests dismiss " + request.id());
  }

  private String server(AccessRequest request, EditedList list) throws CommandFailure, IOException {
    if (command.isEmpty() || reason.isEmpty() || owner.isEmpty()) {
      throw CommandFailure.usage(
          "a request names a server and does not say what it runs", line(request));
    }
    if (list.has(request.name())) {
      throw taken(request.name() + " is on the list already", request);
    }
    Draft draft = new Draft(request.name()).text("reason", reason).text("owner", owner);
    String starts = "";
    if (AllowListAddCommand.isAddress(command.getFirst())) {
      refuse(command.size() > 1 || !unpinned.isEmpty(), request);
      AllowListAddCommand.refuseSecret("", command.getFirst());
      draft.text("type", "http").text("url", command.getFirst());
      if (oauth) {
        draft.login(Map.of());
      }
    } else {
      refuse(oauth, request);
      List<String> line = AddedLine.of(command, unpinned.isEmpty(), console);
      draft
          .text("command", line.getFirst())
          .texts("args", line.subList(1, line.size()))
          .text("unpinned", unpinned);
      starts = line.equals(command) ? "" : "\n" + AddedLine.said(line);
    }
    list.add(draft.tools(tools, List.of()));
    return "added " + request.name() + " in " + list.shown() + starts;
  }

  private String tool(AccessRequest request, EditedList list) throws CommandFailure {
    refuse(!command.isEmpty(), request);
    String tool = request.toolOf().orElseThrow();
    mustHave(list, request.serverOf());
    Server entry = Objects.requireNonNull(list.parsed().servers().get(request.serverOf()));
    if (entry.review().expired(console.today())) {
      throw taken("the entry of " + entry.name() + " has expired: all of it is denied", request);
    }
    Rules.Match match = entry.tools().match(tool);
    if (match.glob().isEmpty()) {
      list.change(edit -> edit.allowing(entry.name(), tool));
      return "allowed " + request.name() + " in " + list.shown();
    }
    String rule = rule(entry, match.effect(), match.glob().get()) + " in " + list.shown();
    return switch (match.effect()) {
      case DENY -> throw taken(request.name() + " is denied by " + rule, request);
      case ASK -> request.name() + " is there already, each call for a person to approve: " + rule;
      case ALLOW -> request.name() + " is allowed already: " + rule;
    };
  }

  private static String rule(Server entry, Rules.Effect effect, Glob glob) {
    String list = "mcpServers." + entry.name() + ".tools." + effect.name().toLowerCase(Locale.ROOT);
    return list + " \"" + Console.printable(glob.pattern()) + "\"";
  }

  private String secret(AccessRequest request, EditedList list) throws CommandFailure {
    refuse(
        !command.isEmpty() || server.isEmpty() || variable.isEmpty() == header.isEmpty(), request);
    mustHave(list, server);
    String value = "secret:" + request.name();
    try {
      list.change(
          edit ->
              header.isEmpty()
                  ? edit.giving(server, variable, value)
                  : edit.sending(server, header, value));
    } catch (IllegalArgumentException e) {
      throw taken(
          "the " + (header.isEmpty() ? "variable" : "header") + " stands in the entry already",
          request);
    }
    return "gave " + Console.printable(server) + " " + value + " in " + list.shown();
  }

  private static void refuse(boolean wrong, AccessRequest request) throws CommandFailure {
    if (wrong) {
      throw CommandFailure.usage("a " + request.kind() + " takes other options", line(request));
    }
  }

  private static void mustHave(EditedList list, String server) throws CommandFailure {
    if (!list.has(server)) {
      throw CommandFailure.no(
          "there is no server " + Console.printable(server) + " on the list",
          "gatekeeper allowlist add NAME --reason WHY --owner WHO -- COMMAND");
    }
  }

  private static CommandFailure taken(String what, AccessRequest request) {
    return CommandFailure.no(
        what + "; nothing was written",
        "edit the list, or gatekeeper allowlist requests dismiss " + request.id());
  }
}
