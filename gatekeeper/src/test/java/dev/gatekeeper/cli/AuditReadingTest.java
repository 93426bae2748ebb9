package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.upkeep.Pruning;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.report.Story;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is handed out of a log: tables, a page, an export, a bundle. */
@Timeout(60)
final class AuditReadingTest {
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
  void tablesCountByWhatIsAskedFor() throws Exception {
    SampleLog.closed(log, 20);
    assertThat(run("audit", "show", "--by", "server").out().lines())
        .hasSize(2)
        .element(1)
        .asString()
        .startsWith("github  10    10     9   0       0       1          11.1ms  0B ");
    assertThat(run("audit", "show", "--by", "tool").out()).contains("\ngithub/create_issue  10 ");
    assertThat(run("audit", "show", "--by", "session").out()).contains("\na1b2     11 ");
    assertThat(run("audit", "show", "--by", "day", "--json").out()).contains(",\"calls\":10,");
    CommandRun wrong = run("audit", "show", "--by", "colour");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("--by takes server, tool, secret, session or day");
  }

  /** Everything that reads a log reads what is left of it, and says what is not. */
  @Test
  void whatIsLeftOfAPrunedLogIsReadAndHandedOut() throws Exception {
    AuditOptions small = SampleLog.segmented();
    SampleLog.closed(log, 300, small);
    long pruned;
    try (AuditLog open = AuditLog.open(log, small)) {
      pruned = Pruning.prune(open, Instant.parse("9999-01-01T00:00:00Z"));
    }
    String said = "records 0 to " + (pruned - 1) + " are not in ";
    for (String[] line :
        new String[][] {
          {"audit", "show"},
          {"audit", "show", "--since", "2020-01-01"},
          {"audit", "show", "--by", "server"},
          {"audit", "tail"},
          {"audit", "tail", "-n", "5000"},
          {"audit", "report", "-o", "page.html"},
          {"audit", "export", "--format", "csv"},
          {"audit", "bundle", "-o", "log.tar.gz"},
          {"audit", "bundle", "-o", "log"}
        }) {
      CommandRun run = run(line);
      assertThat(run.exit()).as(String.join(" ", line)).isZero();
      assertThat(run.err()).contains(said);
    }
    assertThat(folder.resolve("page.html")).content().contains(pruned + " are pruned");
    for (String copy : List.of("log.tar.gz", "log")) {
      CommandRun verdict = run("audit", "verify", copy);
      assertThat(verdict.out()).contains("\npruned    n 0 to " + (pruned - 1) + ", only");
      assertThat(verdict.exit()).isZero();
    }
    CommandRun proof = run("audit", "prove", Long.toString(pruned + 2));
    assertThat(proof.exit()).isZero();
    CommandRun gone = run("audit", "prove", Long.toString(pruned - 2));
    assertThat(gone.exit()).isEqualTo(3);
    assertThat(gone.err()).contains("is pruned");
  }

  @Test
  void exposureIsSaidPerSecretAndIsWhatBySecretTells() throws Exception {
    try (Story story = new Story(log)) {
      story.event(Event.SESSION_OPEN, "serve");
      long grant = story.grant("stripe", "secret:stripe/live-key");
      story.outcome(story.intent("stripe", "charge"), "ok");
      story.revoke("stripe", "secret:stripe/live-key", grant);
    }
    CommandRun exposure = run("audit", "show", "--exposure");
    assertThat(exposure.out().lines()).hasSize(2);
    assertThat(exposure.out()).startsWith("secret  ").contains("\nsecret:stripe/live-key  0s ");
    assertThat(run("audit", "show", "--by", "secret").out()).isEqualTo(exposure.out());
    assertThat(run("audit", "show", "--exposure", "--json", "--secret", "stripe/live-key").out())
        .contains("\"grants\":1,\"open\":0,\"calls\":1,\"servers\":[\"stripe\"]");
  }

  @Test
  void aReportIsWrittenForItsOwnerAndIsInTheLog() throws Exception {
    SampleLog.closed(log, 20);
    CommandRun ran = run("audit", "report", "-o", "report.html", "--since", "2020-01-01");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).isEmpty();
    Path page = folder.resolve("report.html");
    assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").contains(">Sound<");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(page)))
        .isEqualTo("rw-------");
    assertThat(run("audit", "tail", "-n", "1").out())
        .contains("  export ", "report", "approver=" + System.getProperty("user.name"))
        .contains("reason=records with since 2020-01-01T00:00:00Z of ");
    assertThat(run("audit", "verify").exit()).isZero();
  }

  @Test
  void anExportGoesToStandardOutputOrAFileAndIsInTheLog() throws Exception {
    SampleLog.closed(log, 4);
    assertThat(run("audit", "export", "--format", "csv", "--event", "call").out())
        .startsWith("\"log_name\",\"log\",")
        .hasLineCount(3);
    assertThat(run("audit", "export", "--format", "json", "-o", "all.json").exit()).isZero();
    assertThat(folder.resolve("all.json")).content().startsWith("[\n{").endsWith("}\n]\n");
    assertThat(run("audit", "show", "--event", "export").out().lines()).hasSize(2);
    CommandRun none = run("audit", "show", "--event", "exports");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("there is no event exports; there are call log.open");
    assertThat(run("audit", "export", "--format", "xml").exit()).isEqualTo(2);
  }

  @Test
  void aBundleIsWrittenAsAFileOrADirectoryWithItsOwnRecord() throws Exception {
    SampleLog.closed(log, 20);
    assertThat(run("audit", "bundle", "-o", "b.tar.gz").exit()).isZero();
    assertThat(run("audit", "show", "--log", "b.tar.gz", "--event", "export").out().lines())
        .hasSize(1);
    assertThat(run("audit", "verify", "b.tar.gz").out()).contains("records   2", "\nsound: ");
    Files.write(folder.resolve("b.tar.gz"), new byte[100]);
    assertThat(run("audit", "verify", "b.tar.gz").exit()).isEqualTo(3);
    assertThat(run("audit", "bundle", "-o", "d").out())
        .contains("wrote " + folder.resolve("d") + "\n", "gatekeeper audit verify d");
    assertThat(AuditVerifier.withoutKey().verify(folder.resolve("d")).sound()).isTrue();
    CommandRun again = run("audit", "bundle", "-o", "d");
    assertThat(again.exit()).isEqualTo(3);
    assertThat(again.err()).contains("exists already");
  }

  @Test
  void aLogOfSomebodyElseIsHandedOnWithoutALogOfOnesOwn() throws Exception {
    SampleLog.closed(folder.resolve("theirs"), 4);
    assertThat(run("audit", "bundle", "--log", "theirs", "-o", "b.tar.gz").exit()).isZero();
    assertThat(log).doesNotExist();
  }

  private CommandRun run(String... arguments) {
    return CommandRun.in(folder).with("GATEKEEPER_HOME", home.toString()).run(arguments);
  }
}
