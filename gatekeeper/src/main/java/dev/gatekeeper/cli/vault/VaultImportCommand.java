package dev.gatekeeper.cli.vault;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.vault.team.SecretStore;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.SecretName;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper vault import FILE}. */
@Command(
    name = "import",
    description = {
      "Move the secrets of a .env file into the vault.",
      "OPENAI_API_KEY becomes secret:openai-api-key. Values too short to be secrets stay. Prints"
          + " what to write into the allow-list and what to delete; never a value."
    })
final class VaultImportCommand implements Callable<Integer> {
  private static final int MAX_BYTES = 1 << 20; // a .env file of 1 MiB is none

  private final Console console;
  private final Map<String, StrengthText> strengths = new TreeMap<>();

  @Parameters(paramLabel = "FILE", description = "The .env file.")
  private Path file = Path.of(".env");

  @Option(names = "--prefix", description = "Put before each name, e.g. shop/ for secret:shop/….")
  private String prefix = "";

  @Option(names = "--only", description = "Move this variable alone; may be repeated.")
  private List<String> only = List.of();

  @Option(names = "--remove", description = "Delete the moved lines from the file.")
  private boolean remove;

  @Option(names = "--team", description = "Into the repository's vault.")
  private boolean team;

  VaultImportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault import");
    Path path = console.directory().resolve(file);
    try (DotEnv env = DotEnv.parse(DurableFile.readBounded(path, MAX_BYTES))) {
      Map<String, SecretValue> values = new TreeMap<>();
      List<DotEnv.Variable> moved = new ArrayList<>();
      List<String> left = new ArrayList<>();
      try {
        choose(env, values, moved, left);
        if (!values.isEmpty()) {
          store(values);
        }
      } finally {
        values.values().forEach(SecretValue::close);
      }
      report(env, moved, left);
      if (remove && !moved.isEmpty()) {
        DurableFile.replace(path, env.without(moved));
        console.out().println("Deleted these lines from " + shown(path) + ".");
      }
      return moved.isEmpty() ? CommandFailure.NO : 0;
    }
  }

  private void choose(
      DotEnv env, Map<String, SecretValue> values, List<DotEnv.Variable> moved, List<String> left)
      throws CommandFailure {
    Set<String> wanted = Set.copyOf(only);
    for (DotEnv.Variable variable : env.variables()) {
      if (!wanted.isEmpty() && !wanted.contains(variable.key())) {
        continue;
      }
      String name = name(variable);
      SecretValue value = SecretValue.taking(variable.unsafeValue());
      StrengthText strength = StrengthText.of(value);
      if (variable.isEmpty() || !strength.recognisable()) {
        left.add(variable.key());
        value.close();
      } else if (values.putIfAbsent(name, value) == null) {
        moved.add(variable);
        strengths.put(variable.key(), strength);
      } else {
        value.close();
        throw CommandFailure.no(
            "two variables would have the name " + name, "gatekeeper vault import --only KEY …");
      }
    }
  }

  private String name(DotEnv.Variable variable) throws CommandFailure {
    String name = prefix + variable.key().toLowerCase(Locale.ROOT).replace('_', '-');
    if (!SecretName.isValid(name)) {
      throw CommandFailure.usage(
          "the prefix makes no name for a secret", "gatekeeper vault import --prefix shop/ FILE");
    }
    return name;
  }

  private void store(Map<String, SecretValue> values)
      throws CommandFailure, VaultException, IOException {
    try (SecretStore store = SecretStore.open(console, team)) {
      Set<String> known = new java.util.TreeSet<>(values.keySet());
      known.retainAll(store.secrets().stream().map(secret -> secret.name()).toList());
      if (!known.isEmpty()) {
        throw CommandFailure.no(
            "the vault has these already: " + String.join(", ", known),
            "gatekeeper vault import --prefix PROJECT/ FILE, or --only KEY");
      }
      store.putAll(values, Map.of(), console.clock().instant());
    }
  }

  private void report(DotEnv env, List<DotEnv.Variable> moved, List<String> left)
      throws CommandFailure {
    PrintStream out = console.out();
    for (DotEnv.Problem problem : env.problems()) {
      console
          .err()
          .println(
              "gatekeeper: warning: line " + problem.line() + " is left: " + problem.message());
    }
    if (!left.isEmpty()) {
      out.println("Left, too short or too plain for a secret: " + String.join(", ", left));
    }
    if (moved.isEmpty()) {
      out.println("Nothing was moved.");
      return;
    }
    out.println("Moved " + moved.size() + " into the vault:");
    strengths.forEach((key, strength) -> out.println("  " + key + " (" + strength.words() + ")"));
    strengths.forEach(
        (key, strength) ->
            strength
                .warning()
                .ifPresent(
                    what -> console.err().println("gatekeeper: warning: " + key + ": " + what)));
    out.println("In the allow-list's entry write:");
    out.println("  \"env\": {");
    for (int i = 0; i < moved.size(); i++) {
      String comma = i < moved.size() - 1 ? "," : "";
      out.println(
          "    \""
              + moved.get(i).key()
              + "\": \""
              + (team ? "team:" : "secret:")
              + name(moved.get(i))
              + "\""
              + comma);
    }
    out.println("  }");
    if (!remove) {
      out.println("Then delete from " + shown(file) + ":");
      for (DotEnv.Variable variable : moved) {
        String lines =
            variable.firstLine() == variable.lastLine()
                ? "line " + variable.firstLine()
                : "lines " + variable.firstLine() + " to " + variable.lastLine();
        out.println("  " + lines + ": " + variable.key());
      }
    }
  }

  private static String shown(Path path) {
    return Console.printable(path.toString());
  }
}
