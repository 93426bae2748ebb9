package dev.gatekeeper.journal;

import dev.gatekeeper.redaction.Redacted;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What was masked outside of answers, for the log: gathered, since a server that writes a secret
 * into each line of its log would fill ours. Also who seems to send credentials that nobody
 * manages, said once each.
 */
public final class Maskings {
  /** Milliseconds in which maskings are gathered into one record. */
  public static final long GATHER_MILLIS = 1_000;

  /** Kinds and servers that are told apart before remarks end. */
  private static final int MOST_REMARKS = 256;

  private record Place(String server, String channel) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byServer = server.compareTo(other.server);
      return byServer != 0 ? byServer : channel.compareTo(other.channel);
    }
  }

  private static final class Count {
    int edits;
    final Set<String> references = new TreeSet<>();
  }

  private final Journal journal;
  private final Consumer<Runnable> later;
  private final Consumer<String> say;
  private final Map<Place, Count> counts = new TreeMap<>();
  private final Set<List<String>> remarked = new HashSet<>();

  public Maskings(Journal journal, Consumer<Runnable> later, Consumer<String> say) {
    this.journal = journal;
    this.later = later;
    this.say = say;
  }

  /**
   * So much was masked.
   *
   * @param channel a method, or {@code stderr}
   */
  public synchronized void noted(String server, String channel, int edits, Set<String> references) {
    if (counts.isEmpty()) {
      later.accept(this::write);
    }
    Count count = counts.computeIfAbsent(new Place(server, channel), none -> new Count());
    count.edits += edits;
    count.references.addAll(references);
  }

  /** The same, of a message. */
  public void noted(String server, String channel, Redacted redacted) {
    noted(server, channel, redacted.edits(), redacted.references());
  }

  /** What a server sent looks like credentials of these kinds. */
  public void suspected(String server, Set<String> kinds) {
    for (String kind : kinds) {
      synchronized (this) {
        if (remarked.size() == MOST_REMARKS || !remarked.add(List.of(server, kind))) {
          continue;
        }
      }
      say.accept(
          "server "
              + server
              + " sent what looks like a credential ("
              + kind
              + ") that no entry names; it was passed on as it is");
      journal.suspected(server, kind);
    }
  }

  /** Records what was gathered. */
  public void write() {
    Map<Place, Count> taken;
    synchronized (this) {
      taken = new TreeMap<>(counts);
      counts.clear();
    }
    taken.forEach(
        (place, count) ->
            journal.masked(place.server, place.channel, count.edits, count.references));
  }
}
