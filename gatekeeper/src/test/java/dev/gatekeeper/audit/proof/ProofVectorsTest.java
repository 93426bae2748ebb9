package dev.gatekeeper.audit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Proofs as data files that another verifier can use, most of them with one fault. */
final class ProofVectorsTest {
  private static final Path VECTORS = Path.of("src/test/resources/audit-vectors/proofs");

  @ParameterizedTest
  @MethodSource("index")
  void isWhatTheIndexSays(String line) throws Exception {
    String[] words = line.split(" ", -1);
    SignedCheckpoint older =
        SignedCheckpoint.parseOne(Files.readAllBytes(VECTORS.resolve("older.checkpoint")))
            .orElseThrow();
    assertThat(ProofVectors.verdict(VECTORS.resolve(words[0]), older)).isEqualTo(words[1]);
  }

  static List<String> index() throws IOException {
    return Files.readAllLines(VECTORS.resolve("index.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }
}
