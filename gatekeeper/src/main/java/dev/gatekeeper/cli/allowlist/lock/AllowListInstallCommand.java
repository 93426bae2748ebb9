package dev.gatekeeper.cli.allowlist.lock;

import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedCommand;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.cli.allowlist.edit.EditedList;
import dev.gatekeeper.cli.allowlist.edit.WhichList;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.TrustedLocks;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist install}: put the locked programs on this machine. */
@CommandLine.Command(
    name = "install",
    description = {
      "Install the programs that the lock names, exactly those, without running any script of"
          + " theirs; and record which node or python of yours runs them.",
      "Sessions install nothing: they start what this command has put there."
    })
public final class AllowListInstallCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Those alone; else all.")
  private List<String> names = List.of();

  @CommandLine.Option(
      names = "--prune",
      description =
          "Then remove installed programs that no lock names which is trusted on this machine or"
              + " lies here, but for those in use and those installed within a day.")
  private boolean prune;

  @CommandLine.Mixin private WhichList which = new WhichList();

  AllowListInstallCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    EditedList list = which.existing(console);
    try {
      return install(list);
    } catch (CommandFailure e) {
      throw list.place().typed(e);
    }
  }

  private int install(EditedList list) throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    Project project = Project.find(console.environment(), console.directory());
    StoredLock stored = StoredLock.beside(list);
    EntryPins entries = new EntryPins(personal, project, console.environment());
    int missing = 0;
    for (String name : names) {
      if (!list.parsed().servers().containsKey(name)
          && !list.parsed().commands().containsKey(name)) {
        throw list.place().lacks(name, "gatekeeper allowlist install", console);
      }
    }
    for (Server server : list.parsed().servers().values()) {
      if (names.isEmpty() || names.contains(server.name())) {
        missing += install(server, stored.lock().find(server.name()), entries) ? 0 : 1;
      }
    }
    for (Command command : list.parsed().commands().values()) {
      if (names.isEmpty() || names.contains(command.name())) {
        Optional<LockedCommand> locked = stored.lock().find(command);
        boolean done =
            locked.isPresent()
                && entries.install(command.name(), command.program(), locked.get().pins());
        missing += said(command.name(), done) ? 0 : 1;
      }
    }
    entries.sayAsides(console);
    if (missing > 0) {
      throw CommandFailure.no(
          "the lock names no program for " + missing + " of them on " + entries.pins().here(),
          "gatekeeper allowlist lock");
    }
    if (prune) {
      prune(personal, entries);
    }
    return 0;
  }

  /** What cannot be read may name anything: then nothing is removed. */
  private void prune(PersonalVault personal, EntryPins entries)
      throws CommandFailure, VaultException, IOException {
    List<Lock> locks = new ArrayList<>();
    for (EditedList here : which.both(console)) {
      locks.add(StoredLock.beside(here).lock());
    }
    try {
      locks.addAll(TrustedLocks.in(personal.home()));
    } catch (TrustException e) {
      throw CommandFailure.cannotJudge(
          Console.printable(e.getMessage() + "; nothing was removed"), "gatekeeper status");
    }
    Instant yesterday = console.clock().instant().minus(Duration.ofDays(1));
    List<String> gone = entries.pins().prune(NamedTrees.of(locks), yesterday);
    gone.forEach(name -> console.out().println("removed " + name));
    if (gone.isEmpty()) {
      console.out().println("nothing is left over");
    }
  }

  private boolean install(Server server, Optional<LockedServer> locked, EntryPins entries)
      throws Exception {
    switch (server) {
      case HttpServer http -> {
        console
            .out()
            .println(http.name() + " is remote, at " + http.host() + ": nothing to install");
        return true;
      }
      case StdioServer stdio -> {
        return said(
            server.name(),
            locked.isPresent()
                && entries.install(server.name(), stdio.program(), locked.get().pins()));
      }
    }
  }

  private boolean said(String name, boolean done) {
    console.out().println(name + (done ? " is ready" : " is not locked here"));
    return done;
  }
}
