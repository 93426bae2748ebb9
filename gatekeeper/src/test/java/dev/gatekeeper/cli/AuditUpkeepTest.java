package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.upkeep.Pruning;
import dev.gatekeeper.cli.console.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that weaken evidence: each demands the passphrase and is told of in the log. */
@Timeout(60)
final class AuditUpkeepTest {
  @TempDir Path folder;
  private Path home;
  private Path log;
  private Path passphrase;

  @BeforeEach
  void aVault() throws Exception {
    home = folder.resolve("home");
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    log = home.resolve("audit");
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    assertThat(command().run("vault", "init").exit()).isZero();
  }

  @Test
  void aLostTailIsRecoveredByAPersonAlone() throws Exception {
    SampleLog.closed(log, 10);
    List<String> lines = SampleLog.lines(log);
    SampleLog.write(log, lines.subList(0, 8));
    CommandRun agent =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", home.toString())
            .with("CI", "true")
            .run("audit", "recover", "--accept-loss");
    assertThat(agent.exit()).isNotZero();
    assertThat(SampleLog.lines(log)).hasSize(8);

    CommandRun asked = command().run("audit", "recover");
    assertThat(asked.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(asked.err()).contains("are missing").contains("audit recover --accept-loss");
    CommandRun done = command().run("audit", "recover", "--accept-loss");
    assertThat(done.err()).isEmpty();
    assertThat(done.out()).contains(lines.size() - 8 + " are lost");
    CommandRun verdict = command().run("audit", "verify");
    assertThat(verdict.exit()).isZero();
    assertThat(verdict.out())
        .contains("\nlost      n 8 to " + (lines.size() - 1) + " ")
        .contains("by 3 keys, each signed by the one before, but for one after each loss\n");
    assertThat(command().run("audit", "verify", "--json").out())
        .contains("\"lost\":[{\"at\":8,\"count\":" + (lines.size() - 8) + "}]");
  }

  @Test
  void aCallIsOpenedAndForgotten() throws Exception {
    long n;
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      NamedValue sql = new NamedValue("sql", "\"SELECT 1\"".getBytes(UTF_8), "\"SELECT 1\"");
      NamedValue key = new NamedValue("key", "\"made-up\"".getBytes(UTF_8), "\"…\"");
      n =
          open.append(
              Entry.of(Event.CALL_INTENT).arguments(ArgumentsPolicy.REDACTED, List.of(sql, key)));
    }
    String number = Long.toString(n);
    assertThat(command().run("audit", "open", number).out())
        .isEqualTo("sql: \"SELECT 1\"\nkey: \"…\"  (masked or cut)\n");
    assertThat(command().run("audit", "open", number, "--argument", "sql").out())
        .startsWith("{\"root\":\"")
        .contains("\"name\":\"sql\"")
        .doesNotContain("…");
    assertThat(command().run("audit", "open", number, "--argument", "no").exit()).isEqualTo(1);
    assertThat(command().run("audit", "open", "1").err()).contains("not of a call with arguments");
    assertThat(command().run("audit", "open", "99").err()).contains("there is no record 99");

    assertThat(command().run("audit", "forget", number).exit()).isZero();
    CommandRun gone = command().run("audit", "open", number);
    assertThat(gone.exit()).isEqualTo(1);
    assertThat(gone.err()).contains("cannot be opened any more");
    assertThat(command().run("audit", "forget", number).exit()).isEqualTo(1);
    assertThat(command().run("audit", "verify").exit()).isZero();
    assertThat(SampleLog.lines(log)).last().asString().contains("\"forget\"", "\"ref\":\"" + n);
  }

  @Test
  void oldOpeningsAreForgottenTogether() throws Exception {
    Path old = Files.createDirectories(log.resolve("openings/2025-12-01"));
    Files.writeString(old.resolve("1-a.jsonl"), "{}\n");
    Path kept = Files.createDirectories(log.resolve("openings/2026-01-01"));
    assertThat(command().run("audit", "forget", "--older-than", "soon").exit()).isEqualTo(2);
    CommandRun neither = command().run("audit", "forget");
    assertThat(neither.exit()).isEqualTo(2);
    assertThat(neither.err()).contains("error: Missing required argument");
    int records = SampleLog.lines(log).size();
    assertThat(command().run("audit", "forget", "--older-than", "60d").out())
        .isEqualTo("Nothing was kept before 2025-11-03: nothing is forgotten.\n");
    assertThat(SampleLog.lines(log)).hasSize(records);
    CommandRun run = command().run("audit", "forget", "--older-than", "7d");
    assertThat(run.exit()).isZero();
    assertThat(run.out()).startsWith("1 day before 2025-12-26 forgotten;");
    assertThat(old).doesNotExist();
    assertThat(kept).exists();
    assertThat(SampleLog.lines(log)).last().asString().contains("openings before 2025-12-26");
  }

  @Test
  void pruningAsksForAnAgeAndSaysWhatItDid() {
    assertThat(command().run("audit", "prune").exit()).isEqualTo(2);
    assertThat(command().run("audit", "prune", "--keep", "long").exit()).isEqualTo(2);
    CommandRun young = command().run("audit", "prune", "--keep", "1y");
    assertThat(young.exit()).isZero();
    assertThat(young.out()).startsWith("Nothing to prune");
  }

  @Test
  void openingSaysOfAPrunedRecordThatItIsPruned() throws Exception {
    AuditOptions small = SampleLog.segmented();
    SampleLog.closed(log, 300, small);
    try (AuditLog open = AuditLog.open(log, small)) {
      assertThat(Pruning.prune(open, Instant.parse("9999-01-01T00:00:00Z"))).isPositive();
    }
    CommandRun run = command().run("audit", "open", "5");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("record 5 was pruned").contains("audit show --event prune");
    assertThat(command().run("audit", "open", "100000").err()).contains("there is no record");
  }

  @Test
  void withoutThePassphraseNothingIsOpenedOrForgotten() throws Exception {
    for (String[] line :
        new String[][] {
          {"audit", "open", "1"},
          {"audit", "forget", "--older-than", "0"},
          {"audit", "prune", "--keep", "0d"}
        }) {
      CommandRun run =
          CommandRun.in(folder)
              .with("GATEKEEPER_HOME", home.toString())
              .with("CI", "true")
              .run(line);
      assertThat(run.exit()).isNotZero();
      assertThat(run.out()).isEmpty();
    }
    assertThat(Files.readString(log.resolve(SampleLog.SEGMENT))).doesNotContain("\"forget\"");
  }

  private CommandRun command() {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", home.toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }
}
