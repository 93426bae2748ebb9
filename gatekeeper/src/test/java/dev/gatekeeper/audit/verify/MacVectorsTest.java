package dev.gatekeeper.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.TinyVerifier;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of sealed MAC keys: each with a private key, and what that one shows. */
final class MacVectorsTest {
  private static final Path VECTORS = Path.of("src/test/resources/audit-vectors/macs");

  @TempDir static Path classes;

  static List<String> index() throws IOException {
    return Files.readAllLines(VECTORS.resolve("index.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("index")
  void ours(String line) throws Exception {
    String[] expected = line.split(" ", 3);
    byte[] key =
        Base64.getUrlDecoder()
            .decode(Files.readString(VECTORS.resolve(expected[1] + ".key")).strip());
    AuditReport report =
        AuditVerifier.withoutKey()
            .opener(MacKeyOpener.holding(SealKeyPair.of(key)))
            .verify(VECTORS.resolve(expected[0]));
    String verdict =
        report
            .finding()
            .map(it -> "tampered " + it.kind().name().toLowerCase(Locale.ROOT) + " " + it.n())
            .orElse("sound - -");
    assertThat(verdict + " " + report.macs().checked()).isEqualTo(expected[2]);
  }

  /** A key shows the one fault of each; without any the chain is sound. */
  @ParameterizedTest
  @MethodSource("index")
  void withoutAKeyNothingIsSeen(String line) throws Exception {
    assertThat(VectorsTest.verdict(VECTORS.resolve(line.split(" ", 2)[0]))).isEqualTo("sound");
  }

  @Test
  void theVerifierOfOneFileAgrees() throws Exception {
    TinyVerifier tiny = TinyVerifier.compile(classes);
    for (String line : index()) {
      String[] expected = line.split(" ", -1);
      Path log = VECTORS.resolve(expected[0]);
      String said = tiny.judgeBy(VECTORS.resolve(expected[1] + ".key"), log);
      if (expected[2].equals("sound") && expected[5].equals("0")) {
        assertThat(said).as(line).startsWith("3 cannot judge: the key opens no MAC key");
      } else if (expected[2].equals("sound")) {
        assertThat(said)
            .as(line)
            .startsWith("0 sound: ")
            .contains("; " + expected[5] + " MACs hold");
      } else {
        assertThat(said)
            .as(line)
            .isEqualTo(
                "1 tampered: the "
                    + (expected[3].equals("state") ? "state does not hold the MAC key" : "MAC")
                    + " of record "
                    + expected[4]);
      }
      assertThat(tiny.judge(log)).as(line).isZero();
    }
  }
}
