package dev.gatekeeper.report;

import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who held which secret from when to when, by the records of one log. */
final class Ledger {
  private static final class Session {
    private final Moment start;
    private Moment end;

    Session(Moment start) {
      this.start = start;
      this.end = start;
    }
  }

  /** One process with one secret, by one grant or several. */
  static final class Hold {
    private final String secret;
    private final String server;
    private final String session;
    private final String time;
    private final Moment start;
    private final Set<Long> open = new HashSet<>();
    private String last = "";
    private long grants;
    private @Nullable Moment stopped;
    private @Nullable Moment end;
    private long calls;

    private Hold(AuditRecord record, Place from, String session) {
      this.secret = text(record, Field.SECRET);
      this.server = text(record, Field.SERVER);
      this.session = session;
      this.time = from.time();
      this.start = from.moment();
    }

    private void granted(AuditRecord grant) {
      open.add(grant.n());
      last = text(grant, Field.TIME);
      grants++;
    }

    String secret() {
      return secret;
    }

    /** What a session came to know. */
    String known() {
      return session + "\n" + secret;
    }

    boolean isWanted(Selection wanted) {
      return wanted.wanted(Field.SECRET).orElse(secret).equals(secret)
          && wanted.wanted(Field.SERVER).orElse(server).equals(server);
    }

    Exposure.Secret told(long held, long known, long ambient) {
      boolean whole = grants > 0 && (end != null || stopped != null);
      return new Exposure.Secret(
          secret,
          held,
          known,
          ambient,
          grants,
          whole ? 0 : 1,
          calls,
          new TreeSet<>(Set.of(server)),
          new TreeSet<>(Set.of(session)),
          time,
          last);
    }
  }

  /** Where a hold begins. */
  private record Place(long n, String time, Moment moment) {
    static Place of(AuditRecord record) {
      return new Place(record.n(), text(record, Field.TIME), Moment.of(record));
    }
  }

  /** A time on both clocks. */
  private record Moment(long wall, long monotonic, String boot) {
    static Moment of(AuditRecord record) {
      return new Moment(
          When.millis(text(record, Field.TIME)),
          record.number(Field.MONOTONIC).orElse(-1),
          text(record, Field.BOOT));
    }

    /** Milliseconds up to {@code end} that lie within {@code wanted}. */
    long until(Moment end, Selection wanted) {
      boolean inside = wall >= wanted.since() && end.wall < wanted.until();
      boolean comparable = !boot.isEmpty() && boot.equals(end.boot) && monotonic >= 0;
      // Where the time asked for cuts nothing off, the clock that nobody sets is the better one.
      long millis =
          inside && comparable
              ? end.monotonic - monotonic
              : Math.min(end.wall, wanted.until()) - Math.max(wall, wanted.since());
      return Math.max(0, millis);
    }
  }

  private final Map<String, Session> sessions = new HashMap<>();
  private final Map<Long, Hold> open = new HashMap<>();
  private final List<Hold> holds = new ArrayList<>();
  private final Map<String, Hold> firsts = new HashMap<>();
  private final Map<String, List<Hold>> byServer = new HashMap<>();

  /** What {@code run} started last, by its process: numbers of processes are used again. */
  private final Map<String, String> runs = new HashMap<>();

  /** Calls without an outcome yet, and their servers: the first call is why there is a grant. */
  private final Map<Long, String> waiting = new HashMap<>();

  /** What had been granted before the first record that is left, by its process. */
  private final Map<String, Hold> older = new HashMap<>();

  private @Nullable Place first;

  /** All records come here first, asked for or not: that of the log's beginning among them. */
  void begin(AuditRecord record) {
    if (first == null) {
      first = Place.of(record);
    }
  }

  List<Hold> holds() {
    return holds;
  }

  /** Milliseconds of all sessions. */
  long ambient(Selection wanted) {
    return sessions.values().stream().mapToLong(it -> it.start.until(it.end, wanted)).sum();
  }

  boolean overlaps(Hold hold, Selection wanted) {
    return end(hold).wall() >= wanted.since() && hold.start.wall() < wanted.until();
  }

  /** Milliseconds for which its process had it. */
  long held(Hold hold, Selection wanted) {
    return hold.start.until(end(hold), wanted);
  }

  /** Milliseconds for which our own process knew it: from the first grant of the session. */
  long known(Hold hold, Selection wanted) {
    return firsts.getOrDefault(hold.known(), hold).start.until(last(hold), wanted);
  }

  private Moment end(Hold hold) {
    return hold.end != null ? hold.end : hold.stopped != null ? hold.stopped : last(hold);
  }

  /** The last that is known of its session. */
  private Moment last(Hold hold) {
    Session session = sessions.get(hold.session);
    return session == null ? hold.start : session.end;
  }

  void take(AuditRecord record, Selection wanted) {
    Moment moment = Moment.of(record);
    String session = session(record);
    if (!session.isEmpty()) {
      sessions.computeIfAbsent(session, id -> new Session(moment)).end = moment;
    }
    String server = session + "\n" + text(record, Field.SERVER);
    switch (record.event()) {
      case GRANT -> {
        Hold hold = hold(record, session, server);
        hold.granted(record);
        open.put(record.n(), hold);
      }
      case REVOKE -> {
        long grant = record.number(Field.REF).orElse(-1);
        Hold hold = open.remove(grant);
        if (first != null && grant >= 0 && grant < first.n()) {
          older(record, session, server, first).end = moment;
        }
        if (hold != null && hold.open.remove(grant) && hold.open.isEmpty()) {
          hold.end = moment;
          byServer.getOrDefault(server, new ArrayList<>()).remove(hold);
        }
      }
      case SERVER_STOP -> {
        List<Hold> stopped = byServer.remove(server);
        if (stopped != null) {
          stopped.forEach(hold -> hold.stopped = moment);
        }
      }
      case CALL_INTENT -> {
        if (wanted.covers(moment.wall())) {
          byServer.getOrDefault(server, List.of()).forEach(hold -> hold.calls++);
          waiting.put(record.n(), server);
        }
      }
      case CALL_OUTCOME -> waiting.remove(record.number(Field.REF).orElse(-1));
      default -> {}
    }
  }

  /** Its grant is pruned: it held at least from the first record that is left. */
  private Hold older(AuditRecord revoke, String session, String server, Place from) {
    return older.computeIfAbsent(
        server + "\n" + text(revoke, Field.SECRET),
        process -> {
          Hold hold = new Hold(revoke, from, session);
          holds.add(hold);
          firsts.putIfAbsent(hold.known(), hold);
          return hold;
        });
  }

  /** A server of a session has one process at a time. */
  private Hold hold(AuditRecord grant, String session, String server) {
    List<Hold> all = byServer.computeIfAbsent(server, name -> new ArrayList<>());
    for (Hold one : all) {
      if (one.secret.equals(text(grant, Field.SECRET))) {
        return one;
      }
    }
    Hold hold = new Hold(grant, Place.of(grant), session);
    hold.calls = Collections.frequency(waiting.values(), server);
    holds.add(hold);
    firsts.putIfAbsent(hold.known(), hold);
    all.add(hold);
    return hold;
  }

  private static boolean granting(AuditRecord record) {
    return switch (record.event()) {
      case GRANT, REVOKE, SERVER_START, SERVER_STOP -> true;
      default -> false;
    };
  }

  private String session(AuditRecord record) {
    String pid = text(record, Field.PID);
    String session = text(record, Field.SESSION);
    if (!session.isEmpty()) {
      return session;
    }
    if (record.event() == Event.CALL_INTENT) {
      runs.put(pid, "run " + record.n());
    }
    boolean run =
        record.event() == Event.CALL_OUTCOME
            || text(record, Field.METHOD).equals("run")
            || text(record, Field.SERVER).equals("run")
            || text(record, Field.SERVER).startsWith("run:");
    // What a person's own command starts, such as that of a lock, has no other name.
    return run ? runs.getOrDefault(pid, "") : granting(record) ? "process " + pid : "";
  }

  private static String text(AuditRecord record, Field field) {
    return record.get(field).orElse("");
  }
}
