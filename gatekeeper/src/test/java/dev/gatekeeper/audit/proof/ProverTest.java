package dev.gatekeeper.audit.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ProverTest {
  @TempDir Path folder;

  @Test
  void everyRecordIsProvedAndTheProofReadsAsItWasPrinted() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 300);
    Prover prover = Prover.of(log);
    List<String> lines = SampleLog.lines(log);
    for (int n = 0; n < 300; n++) {
      InclusionProof proof = prover.inclusion(n, prover.newest());
      assertThat(proof.line()).isEqualTo(lines.get(n));
      assertThat(proof.keys().identity())
          .isEqualTo(AuditVerifier.withoutKey().verify(log).identity());
      InclusionProof read = InclusionProof.parse(bytes(proof.print())).orElseThrow();
      assertThat(read.fault()).isEmpty();
      assertThat(read.record().orElseThrow().n()).isEqualTo(n);
    }
    assertThat(log.resolve("tiles/0/000")).hasSize(8192);
    assertThat(log.resolve("tiles/0/001.p/44")).hasSize(44 * 32);
    assertThat(log.resolve("tiles/1/000.p/1")).hasSize(32);
    assertThatThrownBy(() -> prover.inclusion(300, prover.newest()))
        .hasMessage("the checkpoint covers 300 records, not record 300");
  }

  @Test
  void aLaterEpochsKeyComesWithTheProof() throws Exception {
    Path log =
        SampleLog.closed(folder.resolve("audit"), 2500, SampleLog.options().unsafeWithoutSync());
    Prover prover = Prover.of(log);
    InclusionProof proof = prover.inclusion(7, prover.newest());
    assertThat(proof.checkpoint().epoch()).hasValue(2);
    assertThat(proof.fault()).isEmpty();
  }

  @Test
  void everyAlteredByteOfAProofIsSeen() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 40);
    Prover prover = Prover.of(log);
    byte[] proof = bytes(prover.inclusion(17, prover.newest()).print());
    for (int at = 0; at < proof.length; at++) {
      byte[] altered = proof.clone();
      altered[at] ^= 1;
      assertThat(InclusionProof.parse(altered).filter(one -> one.fault().isEmpty()))
          .as("byte %d", at)
          .isEmpty();
    }
  }

  @Test
  void aWrongTileIsMadeAnewAndOneThatIsCutToo() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 600);
    Prover prover = Prover.of(log);
    assertThat(prover.inclusion(3, prover.newest()).fault()).isEmpty();
    Path tile = log.resolve("tiles/0/000");
    byte[] right = Files.readAllBytes(tile);
    byte[] wrong = right.clone();
    wrong[40] ^= 1;
    Files.write(tile, wrong);
    Files.write(log.resolve("tiles/1/000.p/2"), new byte[64]);
    assertThat(prover.inclusion(3, prover.newest()).fault()).isEmpty();
    assertThat(tile).hasBinaryContent(right);
    Files.write(tile, new byte[100]);
    assertThat(prover.inclusion(3, prover.newest()).fault()).isEmpty();
    assertThat(tile).hasBinaryContent(right);
  }

  @Test
  void anAlteredLogGivesNoProof() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 50);
    List<String> lines = SampleLog.lines(log);
    lines.set(21, lines.get(21).replace("github", "gitlab"));
    SampleLog.write(log, lines);
    Prover prover = Prover.of(log);
    for (long n : new long[] {20, 21}) {
      assertThatThrownBy(() -> prover.inclusion(n, prover.newest()))
          .isInstanceOf(IOException.class)
          .hasMessage("the log does not fit its checkpoint of 50 records");
    }
  }

  @Test
  void growthIsProvedAndAForkIsNot() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 70);
    SignedCheckpoint older = Prover.of(log).newest();
    Path fork = SampleLog.copy(log, folder.resolve("fork"));
    for (Path one : List.of(log, fork)) {
      try (AuditLog open = AuditLog.open(one, SampleLog.options())) {
        SampleLog.append(open, 100);
      }
    }
    Prover prover = Prover.of(log);
    GrowthProof proof = prover.growth(older, prover.newest());
    GrowthProof read = GrowthProof.parse(bytes(proof.print())).orElseThrow();
    assertThat(read.holdsSince(older)).isTrue();
    SignedCheckpoint other = Prover.of(fork).newest();
    assertThat(other.size()).isEqualTo(read.checkpoint().size());
    assertThat(read.holdsSince(other)).isFalse();
    assertThatThrownBy(() -> prover.growth(other, prover.newest()))
        .hasMessage("the log is not the one of the checkpoint of 170 records");
  }

  @FuzzTest
  void inclusion(byte[] bytes) {
    InclusionProof.parse(bytes)
        .ifPresent(proof -> assertThat(bytes(proof.print())).isEqualTo(bytes));
  }

  @FuzzTest
  void growth(byte[] bytes) {
    GrowthProof.parse(bytes).ifPresent(proof -> assertThat(bytes(proof.print())).isEqualTo(bytes));
  }

  @Test
  void mutationsOfRealProofs() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 40);
    Prover prover = Prover.of(log);
    byte[] inclusion = bytes(prover.inclusion(17, prover.newest()).print());
    byte[] growth = bytes(prover.growth(prover.newest(), prover.newest()).print());
    Random random = new Random(1);
    for (int i = 0; i < 3_000; i++) {
      inclusion(mutated(inclusion, random));
      growth(mutated(growth, random));
    }
  }

  private static byte[] mutated(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
