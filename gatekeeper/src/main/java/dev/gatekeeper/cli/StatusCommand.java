package dev.gatekeeper.cli;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.VaultException;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.wire.Json;
import dev.gatekeeper.wire.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code gatekeeper status}: what is in force here. It opens nothing and asks for nothing, so an
 * agent's shell may type it.
 */
@Command(description = "Say what is in force here: list, vault, servers, chain.")
final class StatusCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  StatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Home home = Home.locate(console.environment());
    Project project = Project.find(console.environment(), console.directory());
    InForce inForce = new Trust(home).inForce(project);
    VaultState vault = VaultState.of(VaultFile.in(home));
    if (json) {
      print(home, project, inForce, vault);
    } else {
      row("project", project.directory().toString());
      row("list", inForce.text());
      inForce.list().servers().values().forEach(server -> row("server", sentence(server)));
      row("vault", vault.text());
      row("home", home.path().toString());
      row("version", Version.text() + ", Java " + Runtime.version());
    }
    return 0;
  }

  private void row(String name, String value) {
    console.out().println(name + " ".repeat(9 - name.length()) + Console.printable(value));
  }

  private String sentence(Server server) {
    return server.name() + ", " + kind(server) + (isExpired(server) ? ", expired: denied" : "");
  }

  private static String kind(Server server) {
    return switch (server) {
      case StdioServer _ -> "stdio";
      case HttpServer _ -> "http: remote servers cannot be reached yet";
    };
  }

  private boolean isExpired(Server server) {
    LocalDate today = LocalDate.ofInstant(console.clock().instant(), ZoneOffset.UTC);
    return server.expires().filter(today::isAfter).isPresent();
  }

  private void print(Home home, Project project, InForce inForce, VaultState vault) {
    JsonWriter object =
        Json.object()
            .put("version", Version.text())
            .put("home", home.path().toString())
            .put("project", project.directory().toString())
            .object(
                "list",
                list -> {
                  list.put("state", state(inForce)).put("text", inForce.text());
                  if (inForce instanceof InForce.Trusted trusted) {
                    list.put("digest", trusted.digest());
                  }
                })
            .array("servers", servers -> fill(servers, inForce.list().servers().values()))
            .object("vault", it -> it.put("state", vault.state()).put("text", vault.text()));
    console.out().println(new String(object.toBytes(), StandardCharsets.UTF_8));
  }

  private void fill(JsonWriter.Elements array, Collection<Server> servers) {
    for (Server server : servers) {
      array.object(
          it ->
              it.put("name", server.name())
                  .put("transport", server instanceof StdioServer ? "stdio" : "http")
                  .put("expired", isExpired(server)));
    }
  }

  private static String state(InForce inForce) {
    return switch (inForce) {
      case InForce.Trusted _ -> "trusted";
      case InForce.NotTrusted _ -> "not-trusted";
      case InForce.NoList _ -> "none";
      case InForce.Broken _ -> "broken";
    };
  }

  /** What can be said of a vault without opening it. */
  private record VaultState(String state, String text) {
    static VaultState of(VaultFile vault) {
      if (!vault.exists()) {
        return new VaultState("none", "there is none. A person types: gatekeeper vault init");
      }
      try {
        Header header = vault.header();
        return new VaultState(
            "present", "generation " + header.generation() + ", " + vault.path().getFileName());
      } catch (VaultException e) {
        return new VaultState("broken", String.valueOf(e.getMessage()));
      }
    }
  }
}
