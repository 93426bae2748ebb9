package dev.gatekeeper.cli.allowlist.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockChanges;
import dev.gatekeeper.allowlist.lock.LockedCommand;
import dev.gatekeeper.cli.allowlist.edit.EditedList;
import dev.gatekeeper.cli.allowlist.edit.WhichList;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist lock}: write down what the servers of the list offer. */
@CommandLine.Command(
    name = "lock",
    description = {
      "Start each server once and write down, word for word, what it offers.",
      "What is not in the lock does not exist for the agent; what a server later says otherwise is"
          + " denied. Shows what changed before it writes."
    })
public final class AllowListLockCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Those alone; else all.")
  private List<String> names = List.of();

  @Option(
      names = "--check",
      description = {
        "Write nothing; say whether the lock is in step.",
        "Starts the servers, too: what somebody else proposes is judged by \"allowlist check\"."
      })
  private boolean check;

  @Option(names = "--json", description = "With --check: the answer as one JSON object.")
  private boolean json;

  @Option(names = "--yes", description = "Skip the questions; a passphrase is demanded still.")
  private boolean yes;

  @Mixin private WhichList which = new WhichList();

  AllowListLockCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (json && !check) {
      throw CommandFailure.usage("--json is for --check", "gatekeeper allowlist lock --help");
    }
    EditedList edited = which.existing(console);
    try {
      return lock(edited);
    } catch (CommandFailure e) {
      throw edited.place().typed(e);
    }
  }

  private int lock(EditedList edited) throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    Project project = Project.find(console.environment(), console.directory());
    AllowList list = edited.parsed();
    StoredLock stored = StoredLock.beside(edited);
    List<Server> servers = chosen(edited, list);
    consent(personal, servers, check && isInForce(personal, project, edited));
    Lock taken = take(personal, project, list, servers, stored.lock());
    stored.demandFitting(taken);
    List<String> changes = LockChanges.between(stored.lock(), taken);
    if (json) {
      console.print(
          Json.object()
              .put("lock", stored.shown())
              .put("inStep", changes.isEmpty())
              .array("changes", array -> changes.forEach(array::add)));
      return changes.isEmpty() ? 0 : CommandFailure.NO;
    }
    changes.forEach(line -> console.out().println(Console.printable(line)));
    if (changes.isEmpty()) {
      console.out().println(stored.shown() + " is in step");
      return 0;
    }
    if (check) {
      throw CommandFailure.no(
          stored.shown() + " is not in step with what the servers offer",
          "gatekeeper allowlist lock");
    }
    ask("Write this to " + stored.shown() + "?", "nothing was written");
    stored.write(taken);
    String read = which.isPersonal() ? "" : "; read the change as git shows it";
    console.out().println("written to " + stored.shown() + read);
    console.out().println(edited.place().typed("to put it in force: gatekeeper allowlist trust"));
    return 0;
  }

  private List<Server> chosen(EditedList edited, AllowList list)
      throws CommandFailure, IOException {
    for (String name : names) {
      if (!list.servers().containsKey(name) && !list.commands().containsKey(name)) {
        throw edited.place().lacks(name, "gatekeeper allowlist lock", console);
      }
    }
    List<Server> counting = new ArrayList<>();
    for (Server server : list.servers().values()) {
      if (isMeant(server.name()) && counts(LapsedEntry.of(server, console))) {
        counting.add(server);
      }
    }
    for (Command command : list.commands().values()) {
      boolean _ = isMeant(command.name()) && counts(LapsedEntry.of(command, console));
    }
    return counting;
  }

  private boolean isMeant(String name) {
    return names.isEmpty() || names.contains(name);
  }

  /** Says of one that does not count why it is left out; one that a person named is refused. */
  private boolean counts(Optional<LapsedEntry> lapsed) throws CommandFailure {
    if (lapsed.isPresent() && !names.isEmpty()) {
      throw lapsed.get().refusal();
    }
    lapsed.ifPresent(entry -> entry.say(console));
    return lapsed.isEmpty();
  }

  /**
   * The list may be one that nobody trusted yet, and its programs are about to run: a person says
   * so, and proves to be there where secrets are handed out.
   *
   * @param trusted nobody is asked again about programs that a session starts as well
   */
  private void consent(PersonalVault personal, List<Server> servers, boolean trusted)
      throws CommandFailure {
    boolean secrets = false;
    List<Server> started = // and of those that say what they like, nothing is asked
        servers.stream().filter(server -> server.access().dynamic().isEmpty()).toList();
    for (Server server : started) {
      SortedSet<Reference> references = server.given();
      StringBuilder line = new StringBuilder(what(server));
      references.forEach(reference -> line.append(", with ").append(reference));
      console.err().println(Console.printable(line.toString()));
      secrets |= !references.isEmpty();
    }
    if (secrets) {
      personal.refuseAgents("allowlist lock");
    }
    if (!started.isEmpty() && (secrets || !trusted)) {
      boolean remote = started.stream().allMatch(HttpServer.class::isInstance);
      ask((remote ? "Ask" : "Start") + " them?", "nothing was started");
    }
  }

  private static boolean isInForce(PersonalVault personal, Project project, EditedList edited)
      throws IOException {
    String list = new String(edited.original(), UTF_8);
    byte[] lock = edited.lock().orElse(new byte[0]);
    return new Trust(personal.home()).inForce(project) instanceof InForce.Trusted trusted
        && trusted.pairs().stream()
            .anyMatch(
                pair ->
                    pair.text().equals(list)
                        && Arrays.equals(pair.lockBytes().orElse(new byte[0]), lock));
  }

  private static String what(Server server) {
    return switch (server) {
      case StdioServer stdio -> {
        StringBuilder line = new StringBuilder("starts ").append(server.name()).append(": ");
        line.append(stdio.program().command());
        stdio.program().args().forEach(arg -> line.append(' ').append(arg));
        yield line.toString();
      }
      case HttpServer http -> "asks " + http.name() + " at " + http.host();
    };
  }

  private void ask(String question, String otherwise) throws CommandFailure {
    if (yes) {
      return;
    }
    console.demandYes(
        question,
        CommandFailure.noTerminal(
            check
                ? "gatekeeper allowlist check, which starts nothing; or, of a list that you read,"
                    + " gatekeeper allowlist lock --check --yes"
                : "gatekeeper allowlist lock --yes"),
        CommandFailure.no(otherwise, "gatekeeper allowlist lock"));
  }

  private Lock take(
      PersonalVault personal, Project project, AllowList list, List<Server> servers, Lock before)
      throws Exception {
    try (SurveyStage stage = new SurveyStage(console, personal, project, list)) {
      Lock lock = before;
      for (Server server : servers) {
        try {
          lock = lock.with(server.name(), stage.locked(server, before.find(server.name())));
        } catch (CommandFailure e) {
          throw besideOthers(e, server, servers);
        }
      }
      lock = lock.withCommands(commands(list, before, stage));
      return names.isEmpty() ? withoutStrangers(lock, list) : lock;
    }
  }

  /** One server that cannot be locked need not keep the others from being it. */
  private static CommandFailure besideOthers(CommandFailure e, Server failed, List<Server> all) {
    String others =
        all.stream()
            .filter(server -> !server.equals(failed))
            .map(Server::name)
            .collect(Collectors.joining(" "));
    return others.isEmpty()
        ? e
        : new CommandFailure(
            e.exit(),
            e.what(),
            Optional.of(
                e.hint().map(hint -> hint + "; ").orElse("")
                    + "the others alone: gatekeeper allowlist lock "
                    + others));
  }

  /** Their programs; nothing of them is started. */
  private SortedMap<String, LockedCommand> commands(AllowList list, Lock before, SurveyStage stage)
      throws CommandFailure, IOException {
    SortedMap<String, LockedCommand> commands = new TreeMap<>();
    if (!names.isEmpty()) {
      commands.putAll(before.commands());
    }
    for (Command command : list.commands().values()) {
      LockedCommand was = before.commands().get(command.name());
      if (was != null && LapsedEntry.of(command, console).isPresent()) {
        commands.put(command.name(), was);
      } else if (isMeant(command.name()) && LapsedEntry.of(command, console).isEmpty()) {
        commands.put(command.name(), stage.locked(command, before));
      }
    }
    return commands;
  }

  private static Lock withoutStrangers(Lock lock, AllowList list) {
    Lock kept = lock;
    for (String name : lock.servers().keySet()) {
      kept = list.servers().containsKey(name) ? kept : kept.without(name);
    }
    return kept;
  }
}
