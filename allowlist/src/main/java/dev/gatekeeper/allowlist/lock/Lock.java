package dev.gatekeeper.allowlist.lock;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the servers of a list offered when they were reviewed, by the names of their entries. */
public record Lock(SortedMap<String, LockedServer> servers) {
  /** The lock's place beside the list. */
  public static final String FILE = "allowlist.lock.json";

  /** Bytes of a lock: whole definitions of a hundred servers. */
  public static final int MAX_BYTES = 16 << 20;

  /** Nothing is locked. */
  public static final Lock EMPTY = new Lock(new TreeMap<>());

  public Lock {
    servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
  }

  public Optional<LockedServer> find(String server) {
    return Optional.ofNullable(servers.get(server));
  }

  /** This lock with {@code locked} in the place of what it had of {@code server}. */
  public Lock with(String server, LockedServer locked) {
    SortedMap<String, LockedServer> changed = new TreeMap<>(servers);
    changed.put(server, locked);
    return new Lock(changed);
  }

  /** This lock without {@code server}. */
  public Lock without(String server) {
    SortedMap<String, LockedServer> changed = new TreeMap<>(servers);
    changed.remove(server);
    return new Lock(changed);
  }

  /** This lock and, of servers that it does not have, that of a person's own list. */
  public Lock beside(Lock personal) {
    SortedMap<String, LockedServer> both = new TreeMap<>(personal.servers);
    both.putAll(servers);
    return new Lock(both);
  }
}
