package dev.gatekeeper.cli.vault;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.vault.team.SecretStore;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.SecretName;
import dev.gatekeeper.vault.text.VaultException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper vault put NAME}. */
@Command(
    name = "put",
    description = {
      "Store a secret, or give it a new value.",
      "The value is asked for at the terminal, or read from standard input; never an argument."
          + " At least 8 bytes, not all alike: a weaker value cannot be masked, and no server is"
          + " launched with it.",
      "What is said of it stays, but for the date: that is of the value. The word none takes it"
          + " away."
    })
final class VaultPutCommand implements Callable<Integer> {
  private static final String NONE = "none";

  private final Console console;

  @Parameters(paramLabel = "NAME", description = "As references name it, e.g. github/token.")
  private String name = "";

  @Option(names = "--owner", description = "Who answers for it.")
  private @Nullable String owner;

  @Option(names = "--provider", description = "Where it is valid, e.g. github.")
  private @Nullable String provider;

  @Option(names = "--class", description = "Kind of credential, e.g. api-key.")
  private @Nullable String kind;

  @Option(names = "--tag", description = "A word to find it by; may be repeated.")
  private List<String> tags = List.of();

  @Option(names = "--due", description = "Date by which this value must be replaced.")
  private @Nullable String due;

  @Option(names = "--team", description = "In the repository's vault, for every member.")
  private boolean team;

  VaultPutCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (!SecretName.isValid(name)) {
      // Not repeated: it may be a value typed in the wrong place.
      throw CommandFailure.usage(
          "that is no name for a secret",
          "names are letters, digits, '.', '_' and '-', in parts divided by '/'");
    }
    Map<String, String> about = about();
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault put");
    String fromFile = "gatekeeper vault put " + (team ? "--team " : "") + name + " < FILE";
    try (SecretStore store = SecretStore.open(console, team);
        SecretValue value = SecretValue.taking(SecretInput.read(console, name, fromFile))) {
      StrengthText strength = StrengthText.of(value);
      Optional<String> former = due(store);
      Change change = store.putAll(Map.of(name, value), about, console.clock().instant());
      console
          .out()
          .println(
              (change.what().equals("put") ? "Stored " : "Replaced ")
                  + name
                  + " ("
                  + strength.words()
                  + "). Refer to it as "
                  + store.scheme()
                  + ":"
                  + name);
      former
          .filter(date -> !about.containsKey(SecretInfo.DUE))
          .ifPresent(
              date ->
                  console
                      .out()
                      .println(
                          "Its date ("
                              + Console.printable(date)
                              + ") went with the former value; --due sets one for this."));
      strength.warning().ifPresent(what -> console.err().println("gatekeeper: warning: " + what));
    }
    return 0;
  }

  private Optional<String> due(SecretStore store) throws VaultException {
    return store.secrets().stream()
        .filter(secret -> secret.name().equals(name))
        .findFirst()
        .flatMap(secret -> secret.attribute(SecretInfo.DUE));
  }

  private Map<String, String> about() throws CommandFailure {
    Map<String, String> about = new TreeMap<>();
    set(about, SecretInfo.OWNER, owner);
    set(about, SecretInfo.PROVIDER, provider);
    set(about, SecretInfo.CLASS, kind);
    set(about, SecretInfo.TAGS, tags.isEmpty() ? null : String.join(" ", tags));
    set(about, SecretInfo.DUE, due);
    try {
      Optional.ofNullable(about.get(SecretInfo.DUE))
          .filter(date -> !date.isEmpty())
          .ifPresent(LocalDate::parse);
    } catch (DateTimeParseException e) {
      throw CommandFailure.usage("--due takes a date, or none", "--due 2027-01-31");
    }
    return about;
  }

  private static void set(Map<String, String> about, String key, @Nullable String value)
      throws CommandFailure {
    if (value == null) {
      return;
    }
    if (value.isBlank()) {
      throw CommandFailure.usage(
          "what is said of a secret is empty", "the word none takes it away");
    }
    about.put(key, value.equals(NONE) ? "" : value);
  }
}
