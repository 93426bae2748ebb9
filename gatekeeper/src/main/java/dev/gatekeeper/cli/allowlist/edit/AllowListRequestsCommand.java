package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.request.AccessRequest;
import dev.gatekeeper.request.AccessRequests;
import dev.gatekeeper.trust.Project;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist requests}: what agents asked for. */
@Command(
    name = "requests",
    description = {
      "Show what agents asked for with gatekeeper_request. Nothing of it is granted by being"
          + " asked.",
      "\"accept ID\" writes one into its project's list, to be reviewed and trusted as any change."
    },
    subcommands = {
      AllowListRequestsCommand.Show.class,
      AllowListRequestsCommand.Dismiss.class,
      RequestsAcceptCommand.class
    })
public final class AllowListRequestsCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "One JSON object a request.")
  private boolean json;

  AllowListRequestsCommand(Console console) {
    this.console = console;
  }

  static AccessRequests requests(Console console) throws IOException {
    return new AccessRequests(PersonalVault.of(console).home().path(), console.clock());
  }

  /** The request that a person named. */
  static AccessRequest named(Console console, String id) throws CommandFailure, IOException {
    return requests(console)
        .waiting()
        .find(id)
        .orElseThrow(
            () ->
                CommandFailure.no(
                    "no request waits under this id", "gatekeeper allowlist requests"));
  }

  /** Whether it was made in the project around the working directory. */
  static boolean isOfHere(AccessRequest request, Console console) throws IOException {
    Project here = Project.find(console.environment(), console.directory());
    return request.project().equals(here.directory().toString());
  }

  @Override
  public Integer call() throws Exception {
    AccessRequests.Waiting waiting = requests(console).waiting();
    if (waiting.unreadable() > 0) {
      console
          .err()
          .println(
              "gatekeeper: warning: passed over "
                  + waiting.unreadable()
                  + " lines that are no requests");
    }
    if (json) {
      waiting.requests().forEach(request -> console.print(json(request)));
      return 0;
    }
    List<AccessRequest> requests = waiting.requests();
    for (AccessRequest request : requests) {
      console.out().println(request.id() + "  " + title(request));
      console.out().println("          " + Console.printable(request.reason()));
      if (!isOfHere(request, console)) {
        console
            .out()
            .println("          in another project: " + Console.printable(request.project()));
      }
    }
    console
        .out()
        .println(
            requests.isEmpty()
                ? "No request waits."
                : "to answer: gatekeeper allowlist requests accept ID, or dismiss ID");
    return 0;
  }

  private static String title(AccessRequest request) {
    return Console.printable(request.kind())
        + " \""
        + Console.printable(request.name())
        + "\""
        + request.fault().map(why -> " (cannot be accepted: " + why + ")").orElse("");
  }

  private static JsonWriter json(AccessRequest request) {
    JsonWriter object =
        Json.object()
            .put("id", request.id())
            .put("time", request.time())
            .put("project", request.project())
            .put("kind", request.kind())
            .put("name", request.name())
            .put("reason", request.reason());
    request.fault().ifPresent(why -> object.put("fault", why));
    return object;
  }

  /** {@code requests show ID}. */
  @Command(name = "show", description = "Show one request.")
  static final class Show implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "ID", description = "As the list has it.")
    private String id = "";

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    Show(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws Exception {
      AccessRequest request = named(console, id);
      if (json) {
        console.print(json(request));
        return 0;
      }
      console.out().println("An agent asks for " + title(request));
      console.out().println("  because   " + Console.printable(request.reason()));
      console.out().println("  in        " + Console.printable(request.project()));
      console.out().println("  at        " + Console.printable(request.time()));
      console.out().println("to answer: " + RequestsAcceptCommand.line(request));
      console.out().println("       or: gatekeeper allowlist requests dismiss " + request.id());
      return 0;
    }
  }

  /** {@code requests dismiss ID}. */
  @Command(name = "dismiss", description = "Forget a request. The agent may ask again.")
  static final class Dismiss implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "ID", description = "As the list has it.")
    private String id = "";

    Dismiss(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws Exception {
      AccessRequest request = named(console, id);
      new RequestRecord(console).append(request, "dismissed");
      boolean _ = requests(console).remove(id);
      console.out().println("Dismissed: " + title(request));
      return 0;
    }
  }
}
