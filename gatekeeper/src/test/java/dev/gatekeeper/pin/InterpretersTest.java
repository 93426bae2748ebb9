package dev.gatekeeper.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.pin.cache.PinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InterpretersTest {
  @TempDir Path folder;
  private final TestWitness witness = new TestWitness();
  private Path perl;
  private Interpreters interpreters;
  private Map<String, String> person;

  @BeforeEach
  void aProgramThatTheUserCanChange() throws IOException {
    perl = program("bin/perl", "one");
    interpreters = new Interpreters(folder.resolve("programs"), witness);
    person = Map.of("PATH", folder.resolve("bin").toString());
  }

  private Path program(String name, String content) throws IOException {
    Path program = folder.resolve(name);
    Files.createDirectories(program.resolveSibling("."));
    Files.writeString(program, content);
    program.toFile().setExecutable(true);
    return program;
  }

  @Test
  void aPersonIsAskedOnceForEachProgram() throws Exception {
    interpreters.record("perl", person);
    interpreters.record("perl", person);
    assertThat(witness.asked).isEqualTo(1);

    program("bin/perl", "two");
    interpreters.record("perl", person);
    assertThat(witness.asked).isEqualTo(2);
    assertThat(interpreters.use("perl")).isEqualTo(perl);
  }

  @Test
  void aRecordThatNobodySignedIsNotUsed() throws Exception {
    interpreters.record("perl", person);
    Path evil = program("evil/perl", "evil");
    Path file = folder.resolve("programs/interpreters.json");
    String record = Files.readString(file);

    Files.writeString(file, record.replace(perl.toString(), evil.toString()));
    assertThatThrownBy(() -> interpreters.use("perl"))
        .hasMessage(evil + " was not recorded by a person");

    Files.writeString(file, record.replace("\"perl\"", "\"ruby\""));
    assertThatThrownBy(() -> interpreters.use("ruby"))
        .hasMessage(perl + " was not recorded by a person");

    Files.writeString(file, record);
    Interpreters stranger =
        new Interpreters(folder.resolve("programs"), new TestWitness(new byte[] {1, 2, 3}));
    assertThatThrownBy(() -> stranger.use("perl"))
        .hasMessage(perl + " was not recorded by a person");
  }

  @Test
  void aProgramThatIsGoneOrAnotherIsNotUsed() throws Exception {
    interpreters.record("perl", person);

    program("bin/perl", "two");
    assertThatThrownBy(() -> interpreters.use("perl"))
        .hasMessage(perl + " is another program than was recorded");
    Files.delete(perl);
    assertThatThrownBy(() -> interpreters.use("perl")).hasMessage(perl + " is gone");
  }

  @Test
  void aBrokenFileIsSaidAndNotGuessedAt() throws Exception {
    interpreters.record("perl", person);
    Path file = folder.resolve("programs/interpreters.json");
    Files.writeString(file, "{");

    assertThatThrownBy(() -> interpreters.use("perl"))
        .isInstanceOf(PinException.class)
        .hasMessage(file + " cannot be read");
  }

  @Test
  void whatTheUserCanChangeIsNotRootsOwn() throws Exception {
    assertThat(Interpreters.isRootsOwn(perl)).isFalse();
  }
}
