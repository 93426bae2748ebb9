package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.verify.mac.Macs;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What verification found.
 *
 * @param logId lower-case hexadecimal
 * @param identity public key of the log, base64url
 * @param pinned whether the caller knew this key beforehand
 * @param records how many stand in the log
 * @param pruned records from 0 up to here are gone but for their hashes and the lines that
 *     introduce keys, and a later record says so
 * @param signed records from 0 up to here are covered by a checkpoint of an epoch key that is
 *     anchored in the first record
 * @param anchored records from 0 up to here are those of a checkpoint that was kept elsewhere
 * @param macs what was checked of the MACs
 * @param epochs how many signing keys there were
 * @param openIntents numbers of the first hundred calls without an outcome
 * @param openIntentCount how many calls have none
 * @param lost the first hundred times that a person gave up acknowledged records, which this log
 *     cannot show
 * @param recoveries torn ends that were set aside, and recoveries by a person
 * @param faults times at which the log refused records
 * @param clockSteps times at which the clock was set
 * @param tornBytes bytes after the last record: a write that is going on or was cut short,
 *     acknowledged to nobody
 * @param closedByFault whether the log takes no more records since a sync failed
 * @param hasState whether this is the live log, with the state that its appender goes on from
 */
public record AuditReport(
    String logId,
    String identity,
    boolean pinned,
    long records,
    long pruned,
    long signed,
    long anchored,
    Macs macs,
    long epochs,
    List<Long> openIntents,
    long openIntentCount,
    List<Loss> lost,
    long recoveries,
    long faults,
    long clockSteps,
    long tornBytes,
    boolean closedByFault,
    boolean hasState,
    Optional<Finding> finding) {
  /**
   * Records that were acknowledged, then lost, and given up by a person.
   *
   * @param at number of the record that tells of it, which is the number of the first lost one
   * @param count how many, as that record says; 0 where it does not say
   */
  public record Loss(long at, long count) {
    /** As the appender says it; bounded, so that a number fits. */
    private static final Pattern SAID =
        Pattern.compile("records ([0-9]{1,18}) to ([0-9]{1,18}) are lost");

    /** What the record {@code n} tells by its {@code reason}. */
    public static Loss said(long n, String reason) {
      Matcher range = SAID.matcher(reason);
      boolean said = range.matches() && range.group(1).equals(Long.toString(n));
      return new Loss(n, said ? Math.max(0, Long.parseLong(range.group(2)) - n + 1) : 0);
    }
  }

  /** Whether nothing was found that must not be. */
  public boolean sound() {
    return finding.isEmpty();
  }
}
