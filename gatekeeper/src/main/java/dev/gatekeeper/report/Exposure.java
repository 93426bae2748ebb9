package dev.gatekeeper.report;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * For how long processes held each secret, beside what exporting it in the shell would have been:
 * every process of every session, from its first moment to its last.
 *
 * <p>A hold begins with the grant and ends with its revoke, or else when its server stopped, or
 * else with the last that is known of its session; then it is counted as open, and the time is the
 * least that it can be. A process that has it in several variables holds it once; two processes
 * that hold a secret at once count twice. What {@code gatekeeper run} starts is a session of its
 * own. Our own processes are counted apart: each knows a value, which it masks, from the first
 * grant of its session to the end of that.
 */
public final class Exposure {
  /**
   * One secret.
   *
   * @param held milliseconds for which processes held it, together
   * @param known milliseconds for which our own knew it, together, in the sessions counted here
   * @param ambient milliseconds of all sessions, in the logs in which it was granted
   * @param grants how often it was granted
   * @param open processes that held it of which no end is known
   * @param calls calls to servers while they held it
   * @param servers names of servers that got it
   * @param sessions in which they did
   * @param first time of its first grant, {@code 2026-01-31T23:59:59.999Z}
   * @param last time of its last grant
   */
  public record Secret(
      String name,
      long held,
      long known,
      long ambient,
      long grants,
      long open,
      long calls,
      Set<String> servers,
      Set<String> sessions,
      String first,
      String last) {}

  private static final class Session {
    private final Moment start;
    private Moment end;

    Session(Moment start) {
      this.start = start;
      this.end = start;
    }
  }

  /** One process with one secret, by one grant or several. */
  private static final class Hold {
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

    Hold(AuditRecord grant, String session) {
      this.secret = text(grant, Field.SECRET);
      this.server = text(grant, Field.SERVER);
      this.session = session;
      this.time = text(grant, Field.TIME);
      this.start = Moment.of(grant);
    }

    void granted(AuditRecord grant) {
      open.add(grant.n());
      last = text(grant, Field.TIME);
      grants++;
    }

    /** What a session came to know. */
    String known() {
      return session + "\n" + secret;
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

  /** What is known of one log. */
  private static final class Ledger {
    private final Map<String, Session> sessions = new HashMap<>();
    private final Map<Long, Hold> open = new HashMap<>();
    private final List<Hold> holds = new ArrayList<>();
    private final Map<String, Hold> firsts = new HashMap<>();
    private final Map<String, List<Hold>> byServer = new HashMap<>();

    /** What {@code run} started last, by its process: numbers of processes are used again. */
    private final Map<String, String> runs = new HashMap<>();

    /** Calls without an outcome yet, and their servers: the first call is why there is a grant. */
    private final Map<Long, String> waiting = new HashMap<>();

    /** The grant by which its session came to know the secret. */
    Hold first(Hold hold) {
      return firsts.getOrDefault(hold.known(), hold);
    }

    /** The last that is known of its session. */
    Moment end(Hold hold) {
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

    /** A server of a session has one process at a time. */
    private Hold hold(AuditRecord grant, String session, String server) {
      List<Hold> all = byServer.computeIfAbsent(server, name -> new ArrayList<>());
      for (Hold one : all) {
        if (one.secret.equals(text(grant, Field.SECRET))) {
          return one;
        }
      }
      Hold hold = new Hold(grant, session);
      hold.calls = Collections.frequency(waiting.values(), server);
      holds.add(hold);
      firsts.putIfAbsent(hold.known(), hold);
      all.add(hold);
      return hold;
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
      return run ? runs.getOrDefault(pid, "") : "";
    }
  }

  private final Map<String, Secret> secrets = new TreeMap<>();

  private Exposure() {}

  /**
   * Reads the logs from end to end: a hold may be older than the time asked for, and outlive it. Of
   * {@code wanted} the time, the secret, the server, the session and the agent count.
   */
  public static Exposure of(Sources sources, Selection wanted) throws CannotJudge {
    Exposure exposure = new Exposure();
    Selection read = wanted.broadenedTo(Field.SESSION, Field.AGENT);
    for (Source source : sources.all()) {
      Ledger ledger = new Ledger();
      new AuditReader(source.directory())
          .pass(
              record -> {
                if (read.accepts(record)) {
                  ledger.take(record, wanted);
                }
                return true;
              });
      exposure.add(ledger, wanted);
    }
    return exposure;
  }

  private void add(Ledger ledger, Selection wanted) {
    long ambient = 0;
    for (Session session : ledger.sessions.values()) {
      ambient += session.start.until(session.end, wanted);
    }
    Set<String> here = new HashSet<>();
    Set<String> told = new HashSet<>();
    for (Hold hold : ledger.holds) {
      boolean asked =
          wanted.wanted(Field.SECRET).orElse(hold.secret).equals(hold.secret)
              && wanted.wanted(Field.SERVER).orElse(hold.server).equals(hold.server);
      Moment last = ledger.end(hold);
      Moment end = hold.end != null ? hold.end : hold.stopped != null ? hold.stopped : last;
      if (asked && end.wall() >= wanted.since() && hold.start.wall() < wanted.until()) {
        boolean news = told.add(hold.known());
        add(
            hold,
            hold.start.until(end, wanted),
            news ? ledger.first(hold).start.until(last, wanted) : 0,
            here.add(hold.secret) ? ambient : 0);
      }
    }
  }

  private void add(Hold hold, long held, long known, long ambient) {
    Set<String> servers = new TreeSet<>(Set.of(hold.server));
    Set<String> sessions = new TreeSet<>(Set.of(hold.session));
    long open = hold.end == null && hold.stopped == null ? 1 : 0;
    secrets.merge(
        hold.secret,
        new Secret(
            hold.secret,
            held,
            known,
            ambient,
            hold.grants,
            open,
            hold.calls,
            servers,
            sessions,
            hold.time,
            hold.last),
        Exposure::sum);
  }

  private static Secret sum(Secret one, Secret other) {
    one.servers().addAll(other.servers());
    one.sessions().addAll(other.sessions());
    return new Secret(
        one.name(),
        one.held() + other.held(),
        one.known() + other.known(),
        one.ambient() + other.ambient(),
        one.grants() + other.grants(),
        one.open() + other.open(),
        one.calls() + other.calls(),
        one.servers(),
        one.sessions(),
        one.first().compareTo(other.first()) <= 0 ? one.first() : other.first(),
        one.last().compareTo(other.last()) >= 0 ? one.last() : other.last());
  }

  private static String text(AuditRecord record, Field field) {
    return record.get(field).orElse("");
  }

  /** Each secret that somebody held, longest held first. */
  public List<Secret> secrets() {
    return secrets.values().stream()
        .sorted(Comparator.comparingLong(Secret::held).reversed().thenComparing(Secret::name))
        .toList();
  }
}
