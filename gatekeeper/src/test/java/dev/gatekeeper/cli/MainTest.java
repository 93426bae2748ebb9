package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.console.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir Path directory;

  @Test
  void nothingTypedIsAUsageErrorOnStandardError() {
    CommandRun run = CommandRun.in(directory).run();
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("usage: gatekeeper COMMAND");
  }

  @Test
  void helpListsEveryNoun() {
    CommandRun run = CommandRun.in(directory).run("--help");
    assertThat(run.exit()).isZero();
    for (Noun noun : Noun.values()) {
      assertThat(run.out()).contains("  " + noun.word() + " ").contains(noun.summary());
    }
    assertThat(run.err()).isEmpty();
  }

  @Test
  void versionIsOneLine() {
    CommandRun run = CommandRun.in(directory).run("--version");
    assertThat(run.out()).matches("gatekeeper \\S+\\R");
  }

  @Test
  void aMistypedCommandIsAnsweredWithTheNearestOne() {
    CommandRun run = CommandRun.in(directory).run("stauts");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            """
            gatekeeper: error: there is no command 'stauts'
            gatekeeper: hint: gatekeeper status
            """);
  }

  @Test
  void anUnknownCommandCannotSteerTheTerminal() {
    CommandRun run = CommandRun.in(directory).run("\u001b[2Jxyz\u202e");
    assertThat(run.err())
        .startsWith("gatekeeper: error: there is no command '\\u001b[2Jxyz\\u202e'");
  }

  @Test
  void anUnknownOptionIsAUsageError() {
    CommandRun run = CommandRun.in(directory).run("status", "--colour");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).startsWith("gatekeeper: error: there is no option --colour");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aWordTooManyIsNotQuoted() {
    CommandRun run =
        CommandRun.in(directory).run("status", "made-up-secret", "--pin=made-up-secret");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("gatekeeper: hint: gatekeeper status --help");
    assertThat(run.err()).doesNotContain("made-up-secret");
  }

  @Test
  void everyNounHasHelpOnStandardOutput() {
    for (Noun noun : Noun.values()) {
      CommandRun run = CommandRun.in(directory).run(noun.word(), "--help");
      assertThat(run.exit()).as(noun.word()).isZero();
      assertThat(run.out())
          .as(noun.word())
          .containsIgnoringCase("usage: gatekeeper " + noun.word());
      assertThat(run.err()).as(noun.word()).isEmpty();
    }
  }

  @Test
  void aNounAloneSaysWhatItCanDo() {
    for (String noun : List.of("vault", "allowlist", "audit")) {
      CommandRun run = CommandRun.in(directory).run(noun);
      assertThat(run.exit()).as(noun).isEqualTo(2);
      assertThat(run.out()).as(noun).isEmpty();
      assertThat(run.err()).contains("Usage: gatekeeper " + noun, "Commands:");
    }
  }

  @Test
  void aFailureSaysWhatAndTheNextCommand() {
    assertThat(reported(CommandFailure.no("the chain is broken", "gatekeeper audit show")))
        .isEqualToIgnoringNewLines(
            """
            1 gatekeeper: error: the chain is broken
            gatekeeper: hint: gatekeeper audit show
            """);
    assertThat(reported(new CommandFailure(126, "cannot run it", Optional.empty())))
        .isEqualToIgnoringNewLines("126 gatekeeper: error: cannot run it\n");
  }

  @Test
  void aCheckedExceptionIsAFaultOfTheEnvironment() {
    assertThat(reported(new IOException("no space left")))
        .isEqualToIgnoringNewLines("3 gatekeeper: error: no space left\n");
    assertThat(reported(new NoSuchFileException("/a")))
        .isEqualToIgnoringNewLines("3 gatekeeper: error: no such file: /a\n");
  }

  @Test
  void aBugShowsItsPlaceAndNeverItsMessage() {
    assertThat(reported(new IllegalStateException("made-up-secret")))
        .startsWith("3 gatekeeper: error: a bug in gatekeeper")
        .contains("java.lang.IllegalStateException at ")
        .contains("MainTest.java")
        .doesNotContain("made-up-secret");
  }

  private static String reported(Throwable fault) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int exit = Main.report(fault, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return exit + " " + bytes.toString(StandardCharsets.UTF_8);
  }
}
