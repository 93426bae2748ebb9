package dev.gatekeeper.report;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
   * @param open processes that held it of which no end is known, or no beginning: it is pruned
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
                ledger.begin(record);
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
    long ambient = ledger.ambient(wanted);
    Set<String> here = new HashSet<>();
    Set<String> told = new HashSet<>();
    for (Ledger.Hold hold : ledger.holds()) {
      if (hold.isWanted(wanted) && ledger.overlaps(hold, wanted)) {
        long known = told.add(hold.known()) ? ledger.known(hold, wanted) : 0;
        long shell = here.add(hold.secret()) ? ambient : 0;
        secrets.merge(
            hold.secret(), hold.told(ledger.held(hold, wanted), known, shell), Exposure::sum);
      }
    }
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

  /** Each secret that somebody held, longest held first. */
  public List<Secret> secrets() {
    return secrets.values().stream()
        .sorted(Comparator.comparingLong(Secret::held).reversed().thenComparing(Secret::name))
        .toList();
  }
}
