package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.proof.Prover;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a log while eight processes append to it. */
@Timeout(120)
final class LiveLogTest {
  private static final int WRITERS = 8;
  private static final int INTENTS = 60;

  @TempDir Path folder;

  @Test
  void aLogThatEightProcessesWriteIsSoundAndGivesProofs() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      // Every second one begins an epoch of its own.
      List<String> writer = Appender.command(log, INTENTS, i % 2 == 1, 64L << 20);
      writers.add(Appender.start(List.of(), writer, folder.resolve("out" + i)));
    }
    long before = 0;
    SignedCheckpoint older = Prover.of(log).newest();
    while (writers.stream().anyMatch(Process::isAlive)) {
      AuditReport report = AuditVerifier.withoutKey().verify(log);
      assertThat(report.finding()).isEmpty();
      assertThat(report.records()).isGreaterThanOrEqualTo(before);
      before = report.records();
      Prover prover = Prover.of(log);
      SignedCheckpoint newest = prover.newest();
      // Two processes may publish what they signed in either order.
      boolean grew = newest.size() >= older.size();
      assertThat(grew ? prover.growth(older, newest).holdsSince(older) : true).isTrue();
      assertThat(prover.inclusion(newest.size() - 1, newest).fault()).isEmpty();
      older = grew ? newest : older;
    }
    assertThat(AuditVerifier.withoutKey().verify(log).records())
        .isGreaterThanOrEqualTo(5 + WRITERS * INTENTS);
  }
}
