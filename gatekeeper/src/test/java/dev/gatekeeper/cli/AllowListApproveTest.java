package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.approval.Approvals;
import dev.gatekeeper.trust.approval.Approvals.Answer;
import dev.gatekeeper.trust.approval.AskedCall;
import dev.gatekeeper.trust.approval.Pending;
import dev.gatekeeper.vault.VaultFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AllowListApproveTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final AskedCall CALL =
      new AskedCall("/srv/shop", "github", "create\u202eissue", "sha256:list", "sha256:arguments");

  @TempDir Path folder;
  private Path home;
  private Approvals session;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    home = folder.resolve("home");
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    assertThat(command().run("vault", "init").exit()).isZero();
    Home place = Home.locate(Map.of("GATEKEEPER_HOME", home.toString()));
    session =
        new Approvals(
            place, VaultFile.in(place).header()::verifiesTrust, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private CommandRun command() {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", home.toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  private CommandRun approve(String... more) {
    String[] line = new String[more.length + 2];
    line[0] = "allowlist";
    line[1] = "approve";
    System.arraycopy(more, 0, line, 2, more.length);
    return command().run(line);
  }

  private String log() throws IOException {
    try (var files = Files.walk(home.resolve("audit"))) {
      return files
          .filter(file -> file.toString().endsWith(".jsonl"))
          .map(
              file -> {
                try {
                  return Files.readString(file);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              })
          .collect(Collectors.joining());
    }
  }

  @Test
  void whatWaitsIsShownEscapedAndApprovedOnce() throws Exception {
    Pending one = session.ask(CALL, "{\n  \"title\": \"made up\u001b[2J\"\n}");

    CommandRun run = approve("--yes");

    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            An agent wants to call create\\u202eissue of server github
              in        /srv/shop
              request   %s, 15 min left
              list      sha256:list
              arguments
                {
                  "title": "made up\\u001b[2J"
                }
            Approved, for this call and once.
            """
                .formatted(one.id()));
    assertThat(session.look(one)).isEqualTo(Answer.APPROVED);
    assertThat(log())
        .contains("\"event\":\"approval\"", "\"outcome\":\"approved\"", one.id(), "passphrase")
        .doesNotContain("made up", "sha256:arguments");
  }

  @Test
  void withoutAPersonsPassphraseNothingIsApproved() throws Exception {
    Pending one = session.ask(CALL, "{}");
    Files.writeString(folder.resolve("passphrase"), "what an agent guesses\n");

    CommandRun wrong = approve("--yes");
    CommandRun agent = command().with("CLAUDECODE", "1").run("allowlist", "approve", "--yes");
    CommandRun noTerminal =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", home.toString())
            .run("allowlist", "approve", "--yes");

    assertThat(wrong.exit()).isNotZero();
    assertThat(agent.exit()).isEqualTo(1);
    assertThat(agent.err()).contains("allowlist approve is for a person");
    assertThat(noTerminal.exit()).isNotZero();
    assertThat(session.look(one)).isEqualTo(Answer.WAITING);
  }

  @Test
  void aDenialNeedsNoPassphrase() throws Exception {
    Pending one = session.ask(CALL, "{}");

    CommandRun run =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", home.toString())
            .run("allowlist", "approve", one.id(), "--deny");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).endsWith("Denied.\n");
    assertThat(session.look(one)).isEqualTo(Answer.DENIED);
    assertThat(log()).contains("\"outcome\":\"denied\"");
  }

  @Test
  void severalThatWaitAreListedAndNoneIsGuessed() throws Exception {
    Pending one = session.ask(CALL, "{}");
    Pending other = session.ask(CALL, "{}");

    CommandRun run = approve("--yes");
    CommandRun json = approve("--json");

    assertThat(run.out())
        .contains(
            one.id() + "  create\\u202eissue of server github  15 min left",
            other.id() + "  create\\u202eissue of server github",
            "gatekeeper allowlist approve ID");
    assertThat(json.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"id\":\""));
    assertThat(session.look(one)).isEqualTo(Answer.WAITING);
    assertThat(approve(other.id(), "--yes").exit()).isZero();
    assertThat(session.look(one)).isEqualTo(Answer.WAITING);
    assertThat(session.look(other)).isEqualTo(Answer.APPROVED);
  }

  @Test
  void anExpiredOrUnknownIdSaysWhatToType() throws Exception {
    Pending one = session.ask(CALL, "{}");
    Clock late = Clock.fixed(NOW.plus(Duration.ofHours(1)), ZoneOffset.UTC);

    CommandRun expired = command().at(late).run("allowlist", "approve", one.id(), "--yes");
    CommandRun path = approve("../vault", "--yes");

    assertThat(expired.exit()).isEqualTo(1);
    assertThat(expired.err()).contains("has expired", "gatekeeper allowlist approve --list");
    assertThat(path.exit()).isEqualTo(1);
    assertThat(command().run("allowlist", "approve", "--list").out()).contains(one.id());
  }

  @Test
  void aFileThatIsNoRequestIsPassedOverAloud() throws Exception {
    Pending one = session.ask(CALL, "{}");
    Files.writeString(home.resolve("approvals/" + one.id() + ".json"), "{}");

    assertThat(approve().err()).contains("passed over 1 files that are no requests");
    CommandRun named = approve(one.id(), "--yes");
    assertThat(named.exit()).isEqualTo(3);
    assertThat(named.err()).contains("the request cannot be believed");
  }
}
