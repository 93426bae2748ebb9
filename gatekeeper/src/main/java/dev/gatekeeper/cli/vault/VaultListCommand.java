package dev.gatekeeper.cli.vault;

import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.vault.team.SecretStore;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.vault.SecretInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper vault list}. */
@Command(
    name = "list",
    description = "List the secrets by name, with what is known of them; never a value.")
final class VaultListCommand implements Callable<Integer> {
  private static final List<String> COLUMNS =
      List.of(
          SecretInfo.OWNER,
          SecretInfo.PROVIDER,
          SecretInfo.CLASS,
          SecretInfo.ROTATED,
          SecretInfo.DUE,
          SecretInfo.TAGS);

  private final Console console;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Option(names = "--team", description = "Those of the repository's vault.")
  private boolean team;

  VaultListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (SecretStore store = SecretStore.open(console, team)) {
      List<SecretInfo> secrets = store.secrets();
      if (json) {
        secrets.forEach(this::printJson);
      } else if (secrets.isEmpty()) {
        console
            .out()
            .println(
                "The vault is empty. Next: gatekeeper vault put "
                    + (team ? "--team " : "")
                    + "NAME");
      } else {
        printTable(secrets);
      }
    }
    return 0;
  }

  private void printJson(SecretInfo secret) {
    JsonWriter object = Json.object().put("name", secret.name()).put("version", secret.version());
    secret.attributes().forEach(object::put);
    console.print(object);
  }

  private void printTable(List<SecretInfo> secrets) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("NAME", "VERSION"));
    COLUMNS.forEach(column -> head.add(column.toUpperCase(java.util.Locale.ROOT)));
    rows.add(head);
    for (SecretInfo secret : secrets) {
      List<String> row = new ArrayList<>(List.of(secret.name(), Long.toString(secret.version())));
      COLUMNS.forEach(
          column -> row.add(secret.attribute(column).map(Console::printable).orElse("-")));
      rows.add(row);
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
      }
      console.out().println(line.toString().stripTrailing());
    }
  }
}
