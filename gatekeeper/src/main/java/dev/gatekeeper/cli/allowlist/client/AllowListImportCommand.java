package dev.gatekeeper.cli.allowlist.client;

import dev.gatekeeper.allowlist.edit.Draft;
import dev.gatekeeper.allowlist.edit.client.Client;
import dev.gatekeeper.allowlist.edit.client.ClientImport;
import dev.gatekeeper.allowlist.edit.client.Difference;
import dev.gatekeeper.allowlist.edit.client.ImportPlan;
import dev.gatekeeper.allowlist.edit.client.ImportedServer;
import dev.gatekeeper.allowlist.edit.client.NeededSecret;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.cli.allowlist.edit.AddedLine;
import dev.gatekeeper.cli.allowlist.edit.EditedList;
import dev.gatekeeper.cli.allowlist.edit.WhichList;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.trust.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist import}: the servers of clients' configurations. */
@Command(
    name = "import",
    description = {
      "Take the servers that a client is configured with over into this project's list, and say"
          + " what differs. Without arguments: say what is there and what it would come to.",
      "Values that look like secrets never land in the list: they become references, and --vault"
          + " puts them into the vault, or the command that does is printed."
    })
public final class AllowListImportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "A client's configuration.")
  private @Nullable Path file;

  @Option(
      names = "--from",
      paramLabel = "CLIENT",
      description =
          "claude-code, claude-desktop, cursor, vscode, codex, gemini or opencode; with FILE: whose"
              + " form it has.")
  private String from = "";

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      description = "project, local, user, managed or plugin alone.")
  private String scope = "";

  @Option(names = "--all", description = "Whatever is there.")
  private boolean all;

  @Option(names = "--only", paramLabel = "NAME", description = "This server alone; repeatable.")
  private List<String> only = List.of();

  @Option(names = "--tool", paramLabel = "GLOB", description = "Tools that each entry allows.")
  private List<String> tools = List.of();

  @Option(names = "--reason", description = "Why the team uses them.")
  private String reason = "";

  @Option(names = "--owner", description = "Who answers for them.")
  private String owner = "";

  @Option(names = "--vault", description = "Put secrets that stand in the files into the vault.")
  private boolean vault;

  @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "The answer as one JSON object.")
  private boolean json;

  @Mixin private WhichList which = new WhichList();

  AllowListImportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    boolean looking = file == null && from.isEmpty() && scope.isEmpty() && !all;
    List<ClientFile> files = files();
    ImportReport report = new ImportReport(console, looking || dryRun, looking, json);
    ImportPlan plan = new ImportPlan();
    int read = 0;
    for (ClientFile one : files) {
      Optional<List<ImportedServer>> servers = servers(one, looking || all, report);
      if (servers.isPresent()) {
        read++;
        report.source(one, servers.get());
        plan.add(one.title(), servers.get());
      }
    }
    if (read == 0) {
      throw CommandFailure.no(
          file == null
              ? "no client's configuration with MCP servers was found"
              : Console.printable(file + ": there is no object of servers"),
          file == null
              ? "gatekeeper allowlist add NAME --reason WHY --owner WHO -- COMMAND"
              : "say whose file it is: --from " + String.join("|", Client.ids()));
    }
    demandNamed(plan);
    EditedList list = which.list(console);
    for (ImportedServer server : plan.servers()) {
      if (isWanted(server)) {
        take(server, list, report);
      }
    }
    if (!looking && !dryRun && report.added() > 0) {
      if (vault) {
        new ImportedSecrets(console, report.secrets()).store();
      }
      list.save();
    }
    report.end(list, vault);
    return 0;
  }

  /** A name that nothing has is a slip. */
  private void demandNamed(ImportPlan plan) throws CommandFailure {
    for (String name : only) {
      if (plan.servers().stream().noneMatch(server -> isCalled(server, name))) {
        throw CommandFailure.no(
            "no server that was found is called " + Console.printable(name),
            "gatekeeper allowlist import, which lists what was found");
      }
    }
  }

  private static boolean isCalled(ImportedServer server, String name) {
    return server.foreignName().equals(name)
        || server.draft().stream().anyMatch(draft -> draft.name().equals(name));
  }

  private boolean isWanted(ImportedServer server) {
    return only.isEmpty() || only.stream().anyMatch(name -> isCalled(server, name));
  }

  private void take(ImportedServer server, EditedList list, ImportReport report)
      throws CommandFailure, IOException {
    String name = server.foreignName();
    if (server.draft().isPresent() && list.has(server.draft().get().name())) {
      String listed = server.draft().get().name();
      report.differs(
          new Difference(listed, "it is on the list already", "left as it stands there"));
      if (vault && server.secrets().stream().anyMatch(NeededSecret::isInline)) {
        report.differs(
            new Difference(
                listed,
                "--vault moved nothing of it, since only what is added is moved",
                "type: gatekeeper vault put NAME, with the name that its entry has"));
      }
      return;
    }
    if (server.draft().isPresent()) {
      pinVersion(server.draft().get(), name, report);
      try {
        list.add(server.draft().get());
      } catch (CommandFailure e) {
        report.differs(new Difference(name, "not imported: " + e.what(), "write it by hand"));
        return;
      }
      report.added(server);
    }
    server.differences().forEach(report::differs);
  }

  /** As {@code add} does: a version that is not exact is no review of what runs. */
  private void pinVersion(Draft draft, String name, ImportReport report) throws IOException {
    List<String> line = draft.line();
    if (line.isEmpty() || AddedLine.isExact(line, console)) {
      return;
    }
    String what = "it starts what is newest";
    if (report.isDry()) {
      report.differs(new Difference(name, what, "gets the exact version that is newest then"));
      return;
    }
    try {
      List<String> exact = AddedLine.exact(line, console);
      report.differs(new Difference(name, what, "now \"" + String.join(" ", exact) + "\""));
      draft.line(exact);
    } catch (PinException e) {
      report.differs(
          new Difference(
              name, what + ", and " + e.what(), e.hint().orElse("write the exact version")));
    }
  }

  private List<ClientFile> files() throws CommandFailure, IOException {
    Optional<Client> client = Client.of(from);
    if (client.isEmpty() && !from.isEmpty()) {
      throw CommandFailure.usage(
          "no such client: " + Console.printable(from), String.join(", ", Client.ids()));
    }
    Optional<Scope> wanted = Scope.of(scope);
    if (wanted.isEmpty() && !scope.isEmpty()) {
      throw CommandFailure.usage(
          "no such scope: " + Console.printable(scope), String.join(", ", Scope.ids()));
    }
    if (file != null) {
      if (wanted.isPresent() || all) {
        throw CommandFailure.usage("FILE has no scope", "name a file, or --from and --scope");
      }
      Path path = console.directory().resolve(file);
      Client whose = client.orElse(Client.ofFile(path.toString()));
      return List.of(new ClientFile(source(whose, path), Scope.USER, path, file.toString()));
    }
    Project project = Project.find(console.environment(), console.directory());
    return new ClientFiles(project.directory(), console.environment())
        .found().stream()
            .filter(one -> client.isEmpty() || one.source().client() == client.get())
            .filter(one -> wanted.isEmpty() || one.scope() == wanted.get())
            .toList();
  }

  private ClientImport.Source source(Client client, Path path) {
    Map<String, String> off =
        client == Client.GEMINI
            ? GeminiSwitches.off(List.of(path), _ -> String.valueOf(file))
            : Map.of();
    return new ClientImport.Source(client, List.of(client.servers()), Map.of(), off);
  }

  /** One that was named must be readable; of those that were found, a broken one is passed over. */
  private Optional<List<ImportedServer>> servers(
      ClientFile one, boolean passOver, ImportReport report) throws CommandFailure, IOException {
    try {
      return ClientImport.read(
          one.source(), one.read(), new ClientImport.Choice(tools, reason, owner));
    } catch (JsonException e) {
      String why =
          Console.printable(one.shown() + ":" + e.at().line() + ":" + e.at().column() + ": ")
              + e.why();
      if (!passOver) {
        throw CommandFailure.no(
            why,
            "a configuration of "
                + one.source().client().title()
                + " has an object \""
                + one.source().client().servers()
                + "\"; --from names another client");
      }
      report.passedOver(why);
    } catch (IOException e) {
      if (!passOver) {
        throw e;
      }
      report.passedOver(Console.printable(String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }
}
