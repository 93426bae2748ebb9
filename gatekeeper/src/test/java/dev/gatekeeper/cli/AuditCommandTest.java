package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class AuditCommandTest {
  @TempDir Path folder;
  private Path home;
  private Path log;

  @BeforeEach
  void home() throws Exception {
    home = folder.resolve("home");
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    log = home.resolve("audit");
  }

  @Test
  void withoutALogNothingCanBeJudged() {
    CommandRun ran = run("audit", "verify");
    assertThat(ran.exit()).isEqualTo(3);
    assertThat(ran.err()).isEqualTo("gatekeeper: error: there is no log in " + log + "\n");
    assertThat(run("audit", "show").exit()).isEqualTo(3);
    assertThat(run("audit", "checkpoint").exit()).isEqualTo(3);
    assertThat(log).doesNotExist();
  }

  @Test
  void aSoundLogIsSaidToBeSoundAndWhatThatDoesNotProve() throws Exception {
    SampleLog.closed(log, 20);
    CommandRun ran = run("audit", "verify");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .contains("records   20\n")
        .contains("signed    n 0 to 19, by 1 key\n")
        .contains("(unpinned: compared with nothing)")
        .contains("in flight 1 calls without an outcome: n 19")
        .contains("Not proved:");
  }

  @Test
  void anEditIsSaidWithItsPlace() throws Exception {
    SampleLog.closed(log, 20);
    Path segment = log.resolve(SampleLog.SEGMENT);
    Files.writeString(segment, Files.readString(segment).replaceFirst("github", "gitlab"));
    CommandRun ran = run("audit", "verify");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .startsWith(
            "gatekeeper: error: the log was altered or has lost records: does not follow from the"
                + " record before it (link, n 2, log/00000000000000000000.jsonl byte ");
  }

  @Test
  void verifyingForAScript() throws Exception {
    SampleLog.closed(log, 20);
    CommandRun ran = run("audit", "verify", "--json", log.toString());
    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .startsWith("{\"sound\":true,\"log\":\"")
        .contains("\"records\":20,", "\"signed\":20,");
  }

  @Test
  void showFiltersByServerToolSecretSessionAndTime() throws Exception {
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      open.append(Entry.of(Event.CALL_INTENT).with(Field.SERVER, "github").with(Field.TOOL, "a"));
      open.append(Entry.of(Event.CALL_INTENT).with(Field.SERVER, "github").with(Field.TOOL, "b"));
      open.append(Entry.of(Event.CALL_INTENT).with(Field.SERVER, "db").with(Field.TOOL, "a"));
      open.append(
          Entry.of(Event.GRANT)
              .with(Field.SERVER, "github")
              .with(Field.SECRET, "secret:github/token"));
    }
    assertThat(run("audit", "show").out().lines()).hasSize(5);
    assertThat(run("audit", "show", "--server", "github").out().lines()).hasSize(3);
    assertThat(run("audit", "show", "--server", "github", "--tool", "a").out().lines()).hasSize(1);
    assertThat(run("audit", "show", "--secret", "github/token").out())
        .contains("grant         github      secret:github/token ");
    assertThat(run("audit", "show", "--session", "a1b2").out().lines()).hasSize(5);
    assertThat(run("audit", "show", "--session", "zzz").out()).isEmpty();
    assertThat(run("audit", "show", "--since", "2020-01-01").out().lines()).hasSize(5);
    assertThat(run("audit", "show", "--since", "9000-01-01").out()).isEmpty();
    CommandRun wrong = run("audit", "show", "--since", "soon");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("gatekeeper: error: --since is not a time\n");
  }

  @Test
  void showForAScriptIsOneObjectALine() throws Exception {
    SampleLog.closed(log, 5);
    assertThat(run("audit", "show", "--json").out().lines())
        .hasSize(3)
        .element(1)
        .asString()
        .matches("\\{\"log_name\":\"[0-9a-f]{8}\",\"log\":\"[0-9a-f]{32}\",\"n\":1,\"time\":.*")
        .contains("\"event\":\"call\",\"result\":\"ok\"", "\"duration\":1234,\"end_n\":2");
  }

  @Test
  void namesCannotSteerTheTerminal() throws Exception {
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      open.append(Entry.of(Event.CALL_DENIED).with(Field.TOOL, "\u001b[2Jx\u202e"));
    }
    assertThat(run("audit", "show").out())
        .contains("  \\u001b[2Jx\\u202e  ")
        .doesNotContain("\u001b");
  }

  @Test
  void tailGivesTheNewest() throws Exception {
    SampleLog.closed(log, 20);
    assertThat(run("audit", "tail", "-n", "2").out().lines())
        .hasSize(2)
        .element(1)
        .asString()
        .contains("Z     19  call ");
  }

  @Test
  void severalLogsAreReadSideBySide() throws Exception {
    SampleLog.closed(folder.resolve("one"), 3);
    SampleLog.closed(folder.resolve("two"), 5);
    assertThat(run("audit", "show", "--log", "alice=one", "two").out().lines())
        .hasSize(5)
        .filteredOn(line -> line.contains("Z  alice  "))
        .hasSize(2);
    assertThat(run("audit", "tail", "-n", "1", "--log", "one", "--log", "bob=two").out())
        .contains("Z  bob  ");
    CommandRun missing = run("audit", "show", "--log", "nowhere");
    assertThat(missing.exit()).isEqualTo(3);
    assertThat(missing.err()).contains("there is no log in " + folder.resolve("nowhere"));
  }

  @Test
  void aCheckpointIsSignedAndPrinted() throws Exception {
    SampleLog.closed(log, 20);
    CommandRun ran = run("audit", "checkpoint");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).startsWith("gatekeeper-audit/").contains("\n20\n");
    assertThat(ran.out().lines().filter(line -> line.startsWith("— "))).hasSize(2);
  }

  private CommandRun run(String... arguments) {
    return CommandRun.in(folder).with("GATEKEEPER_HOME", home.toString()).run(arguments);
  }
}
