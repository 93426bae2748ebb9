package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedCommand;
import dev.gatekeeper.allowlist.lock.LockedServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which list counts for a session, and if none does, why and what to type. */
public sealed interface InForce {
  /** What may pass: {@link AllowList#EMPTY} unless {@link Trusted}. */
  default AllowList list() {
    return AllowList.EMPTY;
  }

  /** What the servers were reviewed with: {@link Lock#EMPTY} unless {@link Trusted}. */
  default Lock lock() {
    return Lock.EMPTY;
  }

  /** The digest of the lock beside the list; empty where there is none. */
  default Optional<String> lockDigest() {
    return Optional.empty();
  }

  /**
   * Whether a person said that the dialog of the agent's client approves calls under {@code ask}.
   */
  default boolean dialog() {
    return false;
  }

  /** One or two sentences for a person, or for the agent to pass on. */
  String text();

  /**
   * A list that counts.
   *
   * @param list the project's, the personal one, or both together
   * @param pairs what it is made of, with the locks: the project's, then the personal one. A name
   *     that several have belongs to the first of them
   * @param rule what put the first pair in force
   * @param note what stands beside the list and does not count, with what to type
   * @param dialog whether the client's dialog approves calls
   */
  record Trusted(AllowList list, List<Pair> pairs, Rule rule, Optional<String> note, boolean dialog)
      implements InForce {
    public Trusted {
      pairs = List.copyOf(pairs);
    }

    /** One pair, alone. */
    static Trusted of(Pair pair, Rule rule) {
      return new Trusted(pair.list(), List.of(pair), rule, Optional.empty(), false);
    }

    /**
     * This pair, with what another adds to it.
     *
     * @param reserved lists whose names the other does not take
     */
    Trusted beside(Trusted personal, List<AllowList> reserved) {
      List<Pair> both = new ArrayList<>(pairs);
      AllowList added = personal.list;
      for (AllowList names : reserved) {
        added = added.withoutNamesOf(names);
      }
      for (Pair pair : personal.pairs) {
        both.add(pair.with(added));
      }
      return new Trusted(list.beside(added), both, rule, note, dialog);
    }

    Trusted noting(String more) {
      Optional<String> both = Optional.of(note.map(first -> first + " " + more).orElse(more));
      return new Trusted(list, pairs, rule, both, dialog);
    }

    /** The same, where a person said this of the client's dialog. */
    Trusted dialog(boolean counts) {
      return new Trusted(list, pairs, rule, note, counts);
    }

    /** What the servers are locked with; a lock that cannot be read locks nothing. */
    @Override
    public Lock lock() {
      Lock lock = Lock.EMPTY;
      Set<String> taken = new HashSet<>();
      Set<String> takenCommands = new HashSet<>();
      for (Pair pair : pairs) {
        SortedMap<String, LockedServer> own = new TreeMap<>(pair.locked().servers());
        own.keySet().retainAll(pair.list().servers().keySet());
        own.keySet().removeAll(taken);
        taken.addAll(pair.list().servers().keySet());
        SortedMap<String, LockedCommand> commands = new TreeMap<>(pair.locked().commands());
        commands.keySet().retainAll(pair.list().commands().keySet());
        commands.keySet().removeAll(takenCommands);
        takenCommands.addAll(pair.list().commands().keySet());
        lock = lock.beside(new Lock(own, commands));
      }
      return lock;
    }

    /** Of the first pair. */
    @Override
    public Optional<String> lockDigest() {
      return pairs.isEmpty() ? Optional.empty() : pairs.getFirst().lockDigest();
    }

    @Override
    public String text() {
      String counts =
          count(list.servers().size(), "server")
              + " and "
              + count(list.commands().size(), "command")
              + " allowed ("
              + rule.text()
              + ").";
      return note.map(more -> counts + " " + more).orElse(counts);
    }
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** There is a list, and nobody trusted this content of it. */
  record NotTrusted(String text) implements InForce {}

  /** There is no list at all. */
  record NoList(String text) implements InForce {}

  /**
   * There is a list that cannot be read as one.
   *
   * @param problems at least one
   */
  record Broken(List<Problem> problems) implements InForce {
    public Broken {
      problems = List.copyOf(problems);
    }

    /** Says where, and not what: the words of a list that nobody trusted are not for the agent. */
    @Override
    public String text() {
      Problem first = problems.getFirst();
      return "The allow-list is not in force, it has "
          + (problems.size() == 1 ? "a problem: " : problems.size() + " problems. The first: ")
          + "%s:%d:%d".formatted(first.file(), first.line(), first.column())
          + ". A person types: gatekeeper allowlist check";
    }
  }
}
