package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.Skim;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the records of the own log say of one remote: what was anchored there, and which heads of
 * other logs were seen, there or elsewhere. It knows them where a clone is new, and where somebody
 * took away what an old one had. As good as the log: {@code audit verify} judges that.
 */
final class Recorded {
  /** Logs that are kept in mind: those that were seen first, so that no crowd displaces them. */
  private static final int MAX_LOGS = 1 << 16;

  /** Processes that anchor at the same time. */
  private static final int MAX_PROCESSES = 256;

  private final String remote;
  private final Map<String, Known> logs = new HashMap<>();
  private final Set<String> placed = new HashSet<>();

  /** The remote of each process: heads are recorded behind the anchor of the same one. */
  private final Map<String, String> remotes = new LinkedHashMap<>();

  private Optional<Own> own = Optional.empty();

  /** What was anchored last at the remote. */
  record Own(String commit, long size) {}

  /**
   * The newest anchor of another log, at some time.
   *
   * @param n of the record that says so
   */
  record Head(long n, long size, String root) {
    boolean is(SignedCheckpoint checkpoint) {
      return size == checkpoint.size() && root.equals(HexFormat.of().formatHex(checkpoint.root()));
    }
  }

  /**
   * Another log. Who anchors at two remotes has two branches, and neither has the commits of the
   * other: so a head binds the branch where it was seen.
   *
   * @param newest the head that was seen last, here
   * @param largest here: it is not given up by a smaller one, but by a person
   * @param elsewhere the largest that was seen at another remote
   * @param anew whether it began anew, and a person agreed
   * @param expected whether its branch was here, and no person agreed that it is gone
   * @param reason why its branch was not believed the last time; empty where it was
   */
  record Known(
      Optional<Head> newest,
      Optional<Head> largest,
      Optional<Head> elsewhere,
      boolean anew,
      boolean expected,
      String reason) {
    static final Known NOTHING =
        new Known(Optional.empty(), Optional.empty(), Optional.empty(), false, false, "");

    private Known seenHere(Head head, boolean accepted) {
      Optional<Head> before = accepted ? Optional.empty() : largest;
      return new Known(
          Optional.of(head), larger(head, before), elsewhere, anew || accepted, true, "");
    }

    private Known seenElsewhere(Head head) {
      return new Known(newest, largest, larger(head, elsewhere), anew, expected, reason);
    }

    private Known gone() {
      return new Known(newest, largest, elsewhere, anew, false, "");
    }

    private Known doubted(String why) {
      return new Known(newest, largest, elsewhere, anew, expected, why);
    }

    private static Optional<Head> larger(Head one, Optional<Head> other) {
      return Optional.of(other.filter(it -> it.size >= one.size).orElse(one));
    }

    /** Whether nothing is to be recorded of this head. */
    boolean isAt(Optional<SignedCheckpoint> checkpoint) {
      return expected
          && reason.isEmpty()
          && checkpoint.isPresent()
          && newest.filter(head -> head.is(checkpoint.get())).isPresent();
    }
  }

  private Recorded(String remote) {
    this.remote = remote;
  }

  /**
   * Reads all that there is of a log.
   *
   * @param remote as {@link Remote#shown} says it
   */
  static Recorded of(Path log, String remote) throws IOException {
    Recorded recorded = new Recorded(remote);
    try {
      new AuditReader(log, Skim.of(Field.EVENT, Event.ANCHOR.text(), Event.PEER_SEEN.text()))
          .pass(
              one -> {
                recorded.see(one);
                return true;
              });
    } catch (CannotJudge e) {
      throw new IOException(e.text(), e);
    }
    return recorded;
  }

  Optional<Own> own() {
    return own;
  }

  Known log(String id) {
    return logs.getOrDefault(id, Known.NOTHING);
  }

  /** Ids of the logs whose branches are to be at this remote, in order. */
  Set<String> expected() {
    Set<String> expected = new TreeSet<>();
    logs.forEach(
        (id, known) -> {
          if (known.expected) {
            expected.add(id);
          }
        });
    return expected;
  }

  /** Whether any record says at which remote the branch of a log is, or that it is gone. */
  boolean isPlaced(String id) {
    return placed.contains(id);
  }

  private void see(AuditRecord one) {
    String process = one.get(Field.PID).orElse("");
    String source = one.get(Field.SOURCE).orElse("");
    if (one.event() == Event.ANCHOR) {
      remotes.remove(process);
      remotes.put(process, source);
      if (remotes.size() > MAX_PROCESSES) {
        remotes.remove(remotes.keySet().iterator().next());
      }
      String commit = one.get(Field.DIGEST).orElse("");
      if (source.equals(remote) && commit.matches("git:[0-9a-f]{40,64}")) {
        long size = one.number(Field.SIZE).orElse(0);
        own = Optional.of(new Own(commit.substring("git:".length()), size));
      }
    } else if (one.event() == Event.PEER_SEEN
        && (logs.containsKey(source) || logs.size() < MAX_LOGS)) {
      see(one, source, remote.equals(remotes.get(process)));
    }
  }

  private void see(AuditRecord one, String id, boolean here) {
    boolean accepted = one.get(Field.OUTCOME).filter(Peer.ACCEPTED::equals).isPresent();
    long size = one.number(Field.SIZE).orElse(0);
    String root = one.get(Field.DIGEST).orElse("");
    boolean seen = size > 0 && root.matches("sha256:[0-9a-f]{64}");
    Known known = log(id);
    if (seen) {
      Head head = new Head(one.n(), size, root.substring("sha256:".length()));
      known = here ? known.seenHere(head, accepted) : known.seenElsewhere(head);
    } else if (here) {
      known = accepted ? known.gone() : known.doubted(one.get(Field.REASON).orElse(""));
    }
    logs.put(id, known);
    if (seen || accepted) {
      placed.add(id);
    }
  }
}
