package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.pin.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A reviewed list: the servers that exist for the agent and the commands that {@code run} starts.
 *
 * <p>Immutable. Every instance was read as a whole: a text with a single problem gives none.
 */
public final class AllowList {
  /** Lets nothing through. */
  public static final AllowList EMPTY =
      new AllowList(new TreeMap<>(), new TreeMap<>(), true, new byte[0]);

  private final SortedMap<String, Server> servers;
  private final SortedMap<String, Command> commands;
  private final boolean personal;
  private final String digest;

  /**
   * @param personal whether a person's own list may stand beside this one
   * @param text what was read
   */
  public AllowList(
      SortedMap<String, Server> servers,
      SortedMap<String, Command> commands,
      boolean personal,
      byte[] text) {
    this(servers, commands, personal, Digest.sha256(text));
  }

  private AllowList(
      SortedMap<String, Server> servers,
      SortedMap<String, Command> commands,
      boolean personal,
      String digest) {
    this.servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
    this.commands = Collections.unmodifiableSortedMap(new TreeMap<>(commands));
    this.personal = personal;
    this.digest = digest;
  }

  /** By name. */
  public SortedMap<String, Server> servers() {
    return servers;
  }

  /** By name. */
  public SortedMap<String, Command> commands() {
    return commands;
  }

  /** Whether a person's own list may stand beside this one. */
  public boolean personal() {
    return personal;
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of the bytes that were read. */
  public String digest() {
    return digest;
  }

  /**
   * This list with the entries of {@code personalList} whose names it does not have, unless it says
   * {@code "personal": false}. The digest covers both.
   */
  public AllowList beside(AllowList personalList) {
    if (!personal) {
      return this;
    }
    SortedMap<String, Server> allServers = new TreeMap<>(personalList.servers);
    allServers.putAll(servers);
    SortedMap<String, Command> allCommands = new TreeMap<>(personalList.commands);
    allCommands.putAll(commands);
    byte[] digests = (digest + "\n" + personalList.digest + "\n").getBytes(StandardCharsets.UTF_8);
    return new AllowList(allServers, allCommands, true, digests);
  }

  /**
   * This list without the entries whose names {@code other} has. The digest covers both where that
   * makes a difference.
   */
  public AllowList withoutNamesOf(AllowList other) {
    SortedMap<String, Server> ownServers = new TreeMap<>(servers);
    ownServers.keySet().removeAll(other.servers.keySet());
    SortedMap<String, Command> ownCommands = new TreeMap<>(commands);
    ownCommands.keySet().removeAll(other.commands.keySet());
    if (ownServers.size() == servers.size() && ownCommands.size() == commands.size()) {
      return this;
    }
    byte[] digests = (digest + "\nwithout " + other.digest + "\n").getBytes(StandardCharsets.UTF_8);
    return new AllowList(ownServers, ownCommands, personal, digests);
  }

  /** One server of this list, as it stands there, if it does, under the digest of the whole. */
  public AllowList only(String server) {
    SortedMap<String, Server> one = new TreeMap<>(servers);
    one.keySet().retainAll(List.of(server));
    return new AllowList(one, new TreeMap<>(), personal, digest);
  }

  /** Names of entries, here and in {@code before}, that {@code after} does not have. */
  public List<String> namesIn(AllowList before, AllowList after) {
    return Stream.concat(
            servers.keySet().stream()
                .filter(name -> before.servers.containsKey(name))
                .filter(name -> !after.servers.containsKey(name)),
            commands.keySet().stream()
                .filter(name -> before.commands.containsKey(name))
                .filter(name -> !after.commands.containsKey(name)))
        .toList();
  }
}
