package dev.gatekeeper.cli.allowlist;

import dev.gatekeeper.allowlist.edit.Difference;
import dev.gatekeeper.allowlist.edit.Draft;
import dev.gatekeeper.allowlist.edit.Imported;
import dev.gatekeeper.allowlist.edit.McpImport;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.trust.Project;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist import}: the servers of a client's configuration. */
@Command(
    name = "import",
    description = {
      "Take the servers of .mcp.json over into this project's list, and say what differs.",
      "Values that look like secrets are not copied: they become references, and the command that"
          + " puts each into the vault is printed."
    })
final class AllowListImportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "Default: .mcp.json of this project.")
  private @Nullable Path file;

  @Option(names = "--tool", paramLabel = "GLOB", description = "Tools that each entry allows.")
  private List<String> tools = List.of();

  @Option(names = "--reason", description = "Why the team uses them.")
  private String reason = "";

  @Option(names = "--owner", description = "Who answers for them.")
  private String owner = "";

  @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
  private boolean dryRun;

  AllowListImportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Path source =
        file == null
            ? Project.find(console.environment(), console.directory())
                .directory()
                .resolve(".mcp.json")
            : console.directory().resolve(file);
    Imported imported;
    try {
      byte[] text = DurableFile.readBounded(source, JsonReader.MAX_BYTES);
      imported = McpImport.read(text, tools, reason, owner);
    } catch (JsonException e) {
      throw CommandFailure.no(
          Console.printable(source.getFileName().toString())
              + ":"
              + e.at().line()
              + ":"
              + e.at().column()
              + ": "
              + e.why(),
          "an MCP client's configuration is an object with \"mcpServers\"");
    }
    EditedList list = EditedList.of(console);
    int added = 0;
    for (Draft draft : imported.drafts()) {
      if (list.has(draft.name())) {
        say(new Difference(draft.name(), "it is on the list already", "left as it stands there"));
        continue;
      }
      list.add(draft);
      added++;
      console.out().println((dryRun ? "would add " : "added ") + draft.name());
    }
    imported.differences().forEach(this::say);
    if (added > 0 && !dryRun) {
      list.save();
    }
    next(imported, added, list);
    return 0;
  }

  private void say(Difference difference) {
    console
        .out()
        .println(
            Console.printable(
                difference.server() + ": " + difference.message() + ": " + difference.fix()));
  }

  private void next(Imported imported, int added, EditedList list) {
    console.out().println(added + (dryRun ? " to add to " : " added to ") + list.shown());
    if (added == 0 || dryRun) {
      return;
    }
    for (String secret : imported.secrets()) {
      console.out().println("next: gatekeeper vault put " + Console.printable(secret));
    }
    console.out().println("next: gatekeeper allowlist check");
    console.out().println("next: gatekeeper allowlist trust");
  }
}
