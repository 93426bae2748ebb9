package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An option that could do nothing is refused: who typed it takes it for done. */
final class UselessOptionsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vault init --label alice",
        "vault slot add paper --recipient x --new-file next",
        "vault slot add keyring --new-file next",
        "audit verify --accepted-loss 0123",
        "audit verify --proof p --key",
        "audit verify --proof p --anchors main",
        "audit verify --proof p a-log",
        "audit open 1 --json --argument a",
        "allowlist lock --json",
      })
  void itIsAMistakeThatIsSaid(String line) {
    CommandRun run =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", folder.resolve("home").toString())
            .run(line.split(" ", -1));
    assertThat(run.exit()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains("gatekeeper: error: ", "gatekeeper: hint: ");
    assertThat(folder.resolve("home/vault")).doesNotExist();
  }
}
