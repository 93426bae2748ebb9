package dev.gatekeeper.allowlist.lock;

import dev.gatekeeper.allowlist.Command;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a list stood for when it was reviewed.
 *
 * @param servers what each offered, by the names of their entries
 * @param commands what each started, by their names
 */
public record Lock(
    SortedMap<String, LockedServer> servers, SortedMap<String, LockedCommand> commands) {
  /** The lock's place beside the list. */
  public static final String FILE = "allowlist.lock.json";

  /** Bytes of a lock: whole definitions of a hundred servers. */
  public static final int MAX_BYTES = 16 << 20;

  /** Nothing is locked. */
  public static final Lock EMPTY = new Lock(new TreeMap<>());

  public Lock {
    servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
    commands = Collections.unmodifiableSortedMap(new TreeMap<>(commands));
  }

  /** A lock of servers alone. */
  public Lock(SortedMap<String, LockedServer> servers) {
    this(servers, new TreeMap<>());
  }

  /** What is locked of a command under the entry that it has. */
  public Optional<LockedCommand> find(Command command) {
    return Optional.ofNullable(commands.get(command.name()))
        .filter(locked -> locked.entry().equals(EntryDigest.of(command)));
  }

  /** This lock with these commands in the place of those that it had. */
  public Lock withCommands(SortedMap<String, LockedCommand> locked) {
    return new Lock(servers, locked);
  }

  public Optional<LockedServer> find(String server) {
    return Optional.ofNullable(servers.get(server));
  }

  /** This lock with {@code locked} in the place of what it had of {@code server}. */
  public Lock with(String server, LockedServer locked) {
    SortedMap<String, LockedServer> changed = new TreeMap<>(servers);
    changed.put(server, locked);
    return new Lock(changed, commands);
  }

  /** This lock without {@code server}. */
  public Lock without(String server) {
    SortedMap<String, LockedServer> changed = new TreeMap<>(servers);
    changed.remove(server);
    return new Lock(changed, commands);
  }

  /** This lock and, of what it does not have, that of a person's own list. */
  public Lock beside(Lock personal) {
    SortedMap<String, LockedServer> both = new TreeMap<>(personal.servers);
    both.putAll(servers);
    SortedMap<String, LockedCommand> bothCommands = new TreeMap<>(personal.commands);
    bothCommands.putAll(commands);
    return new Lock(both, bothCommands);
  }
}
