package dev.gatekeeper.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.TinyVerifier;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.proof.Prover;
import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.upkeep.Pruning;
import dev.gatekeeper.audit.verify.line.Segments;
import dev.gatekeeper.seal.SealKeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reads a log of which the beginning was pruned, or is pruned meanwhile. */
@Timeout(120)
final class PrunedLogTest {
  private final SealKeyPair auditor = SealKeyPair.generate();
  private final AuditOptions options =
      SampleLog.segmented().recipients(() -> Map.of("auditor", auditor.publicKey()));

  @TempDir Path folder;
  private Path log;
  private long records;

  @BeforeEach
  void aLogOfManySegmentsAndThreeEpochs() throws Exception {
    log = SampleLog.closed(folder.resolve("audit"), 2500, options);
    assertThat(Segments.of(log).files()).hasSizeGreaterThan(12);
    records = AuditVerifier.withoutKey().verify(log).records();
  }

  @Test
  void whatStaysIsProvedAndWhatIsPrunedIsSaidToBe() throws Exception {
    Prover whole = Prover.of(log);
    InclusionProof before = whole.inclusion(records - 2, whole.newest());
    prune();
    long start = Segments.start(log);
    assertThat(start % Format.TILE_WIDTH).as("within a tile").isNotZero();
    try (AuditLog open = AuditLog.open(log, options)) {
      SampleLog.append(open, 600);
    }
    Prover prover = Prover.of(log);
    for (long n : new long[] {0, start, records - 2, records + 500}) {
      InclusionProof proof = prover.inclusion(n, prover.newest());
      assertThat(proof.fault()).isEmpty();
      assertThat(proof.record().orElseThrow().n()).isEqualTo(n);
    }
    assertThat(prover.inclusion(records - 2, whole.newest()).line()).isEqualTo(before.line());
    assertThat(prover.growth(before.checkpoint(), prover.newest()).holdsSince(before.checkpoint()))
        .isTrue();
    assertThatThrownBy(() -> prover.inclusion(start - 2, prover.newest()))
        .hasMessage("record " + (start - 2) + " is pruned: its hash is left");
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
  }

  @Test
  void theVerifierOfOneFileAgrees(@TempDir Path classes) throws Exception {
    prune();
    TinyVerifier tiny = TinyVerifier.compile(classes);
    assertThat(tiny.judge(log)).isEqualTo(0);
    Files.move(log.resolve("state"), folder.resolve("state"));
    assertThat(tiny.judge(log)).isEqualTo(0);
    Path kept = log.resolve("log/00000000000000000000.kept");
    String lines = Files.readString(kept);
    for (String altered : List.of("", lines.replace("claude-code", "claude-c0de"))) {
      Files.writeString(kept, altered);
      assertThat(tiny.judge(log)).isEqualTo(1);
    }
    Files.writeString(kept, lines);
    Path tile = log.resolve("tiles/0/001");
    byte[] hashes = Files.readAllBytes(tile);
    hashes[40] ^= 1;
    Files.write(tile, hashes);
    assertThat(tiny.judge(log)).isEqualTo(1);
    Files.delete(tile);
    assertThat(tiny.judge(log)).isEqualTo(1);
  }

  @Test
  void theVerifierOfOneFileLooksAgainWhenFilesArePrunedUnderIt(@TempDir Path classes)
      throws Exception {
    TinyVerifier tiny = TinyVerifier.compile(classes);
    CompletableFuture<Void> pruning = CompletableFuture.runAsync(this::pruneUnchecked);
    boolean pruned = false;
    while (!pruned) {
      pruned = pruning.isDone();
      assertThat(tiny.judge(log)).isEqualTo(0);
    }
    pruning.join();
    assertThat(Segments.start(log)).isPositive();
  }

  @Test
  void pruningWhileItIsVerifiedGivesNoFalseVerdict() throws Exception {
    AtomicBoolean pruned = new AtomicBoolean();
    AuditReport report =
        AuditVerifier.withoutKey()
            .opener(
                (label, info, aad, box) -> {
                  if (pruned.compareAndSet(false, true)) {
                    pruneUnchecked();
                  }
                  return Optional.empty();
                })
            .verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.pruned()).isEqualTo(Segments.start(log)).isPositive();
    assertThat(report.records()).isEqualTo(records + 1);
  }

  @Test
  void aReaderGoesOnWithWhatStays() throws Exception {
    List<Long> read = new ArrayList<>();
    AuditReader reader = new AuditReader(log);
    reader.read(
        record -> {
          if (read.isEmpty()) {
            pruneUnchecked();
          }
          read.add(record.n());
          return true;
        });
    assertThat(read).startsWith(0L).endsWith(records - 1, records).isSorted();
    assertThat(reader.unreadable()).isZero();
    assertThat(reader.start()).isEqualTo(Segments.start(log)).isPositive();
  }

  @Test
  void aNameThatPruningDoesNotGiveIsPassedOver() throws Exception {
    prune();
    Files.writeString(log.resolve("log/x.kept"), "{}\n");
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
  }

  private void prune() throws Exception {
    try (AuditLog open = AuditLog.open(log, options)) {
      assertThat(Pruning.prune(open, Instant.parse("9999-01-01T00:00:00Z"))).isPositive();
    }
  }

  private void pruneUnchecked() {
    try {
      prune();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
