package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.allowlist.Names;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.edit.Draft;
import dev.gatekeeper.allowlist.review.LiteralSecrets;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist add}: one more server. */
@Command(
    name = "add",
    description = {
      "Add a server to this project's list. What is there already keeps its order and formatting.",
      "The list is in force once a person typed: gatekeeper allowlist trust"
    })
public final class AllowListAddCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "NAME", description = "a-z, 0-9 and \"-\".")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = {
        "The program and its arguments, after --; or a package and its arguments:"
            + " npm:NAME (also @SCOPE/NAME), pypi:NAME, image:NAME.",
        "What is fetched by name is written down in the version that is newest now.",
        "Or the https:// address of a remote server."
      })
  private List<String> command = List.of();

  @Option(names = "--reason", required = true, description = "Why the team uses it.")
  private String reason = "";

  @Option(names = "--owner", required = true, description = "Who answers for it.")
  private String owner = "";

  @Option(
      names = "--expires",
      paramLabel = "DATE",
      description = "Its last day in UTC, e.g. 2027-05-01.")
  private String expires = "";

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "A variable: secret:NAME, or text that is no secret.")
  private List<String> env = List.of();

  @Option(
      names = "--file",
      paramLabel = "NAME=secret:REF",
      description = "A variable that names an owner-only file with the secret.")
  private List<String> files = List.of();

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description =
          "Sent to a remote server with each request: text with secrets by reference, e.g."
              + " 'Authorization=Bearer $${secret:NAME}'.")
  private List<String> headers = List.of();

  @Option(names = "--oauth", description = "A remote server to which a person logs in.")
  private boolean oauth;

  @Option(names = "--tool", paramLabel = "GLOB", description = "Tools that exist for the agent.")
  private List<String> tools = List.of();

  @Option(names = "--deny", paramLabel = "GLOB", description = "Tools that do not, in spite of it.")
  private List<String> denied = List.of();

  @Option(names = "--unpinned", paramLabel = "WHY", description = "Why it has no exact version.")
  private String unpinned = "";

  @Mixin private WhichList which = new WhichList();

  AllowListAddCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (!Names.isServer(name)) {
      throw CommandFailure.usage(
          "'" + Console.printable(name) + "' cannot name a server",
          "names are a-z, 0-9 and \"-\", e.g. " + Names.server(name));
    }
    EditedList list = which.list(console);
    if (list.has(name)) {
      throw CommandFailure.no(
          name + " is on the list already; nothing was written",
          "edit it in " + list.shown() + ", or choose another name");
    }
    boolean remote = isAddress(command.getFirst());
    requireFitting(remote);
    Draft draft =
        new Draft(name).text("reason", reason).text("owner", owner).text("expires", expires);
    List<String> line = remote ? command : AddedLine.of(command, unpinned.isEmpty(), console);
    list.add((remote ? remote(draft) : process(draft, line)).tools(tools, denied));
    list.save();
    list.findings(console, name).forEach(f -> FindingText.print(f, console));
    console.out().println("added " + name + " to " + list.shown());
    if (!line.equals(command)) {
      console.out().println(AddedLine.said(line));
    }
    if (remote) {
      sent();
    }
    if (tools.isEmpty()) {
      console.out().println("it lets no tool through yet: name them in its \"tools\"");
    }
    // Which names the vault has is told to nobody without the passphrase.
    for (String secret : list.vaultNames(name)) {
      console.out().println("next: gatekeeper vault put " + secret + ", unless the vault has it");
    }
    list.sayNext(console, name, List.of());
    return 0;
  }

  private Draft process(Draft draft, List<String> line) throws CommandFailure {
    return draft
        .text("command", line.getFirst())
        .texts("args", line.subList(1, line.size()))
        .map("env", pairs(env, "--env"))
        .map("files", pairs(files, "--file"))
        .text("unpinned", unpinned);
  }

  private Draft remote(Draft draft) throws CommandFailure {
    String address = command.getFirst();
    refuseSecret("", address);
    draft.text("type", "http").text("url", address).map("headers", pairs(headers, "--header"));
    return oauth ? draft.login(Map.of()) : draft;
  }

  static boolean isAddress(String word) {
    return word.startsWith("https://") || word.startsWith("http://");
  }

  private void requireFitting(boolean remote) throws CommandFailure {
    if (remote && command.size() > 1) {
      throw CommandFailure.usage(
          "a remote server is one address, and nothing behind it",
          "gatekeeper allowlist add --help");
    }
    if (remote && !(env.isEmpty() && files.isEmpty() && unpinned.isEmpty())) {
      throw CommandFailure.usage(
          "--env, --file and --unpinned are for a program that is started here",
          "--header NAME=VALUE, or --oauth");
    }
    if (!remote && (oauth || !headers.isEmpty())) {
      throw CommandFailure.usage(
          "--header and --oauth are for a remote server", "name its https:// address");
    }
  }

  /** Nobody is asked over the network what the server wants: that is for a person to know. */
  private void sent() {
    if (!oauth && headers.isEmpty()) {
      console
          .out()
          .println(
              "it is sent no secret: if it wants one, its entry needs \"oauth\": {} or"
                  + " \"headers\"");
    }
  }

  private static Map<String, String> pairs(List<String> pairs, String option)
      throws CommandFailure {
    Map<String, String> map = new LinkedHashMap<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw CommandFailure.usage(
            option + " takes NAME=VALUE", option + " TOKEN=secret:name/token");
      }
      String variable = pair.substring(0, equals);
      String value = pair.substring(equals + 1);
      refuseSecret(variable, value);
      if (map.put(variable, value) != null) {
        throw CommandFailure.usage(
            option + " names " + Console.printable(variable) + " twice", "keep one of them");
      }
    }
    return map;
  }

  /** A secret on a command line is in the shell's history by now; it must not reach git as well. */
  static void refuseSecret(String variable, String value) throws CommandFailure {
    String called = variable.equalsIgnoreCase("authorization") ? "token" : variable;
    if (!Template.refersToSecret(value) && LiteralSecrets.suspects(called, value)) {
      boolean address = variable.isEmpty();
      throw CommandFailure.no(
          (address ? "the address" : "the value of " + Console.printable(variable))
              + " looks like a secret",
          "gatekeeper vault put NAME, then write "
              + (address ? "${secret:NAME}" : Console.printable(variable) + "=" + instead(value))
              + "; and change the value where it comes from");
    }
  }

  /** The word before a token is no part of it. */
  private static String instead(String value) {
    return value.startsWith("Bearer ") ? "'Bearer ${secret:NAME}'" : "secret:NAME";
  }
}
