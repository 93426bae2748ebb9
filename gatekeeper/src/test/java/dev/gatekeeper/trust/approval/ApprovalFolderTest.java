package dev.gatekeeper.trust.approval;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.approval.Approvals.Answer;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApprovalFolderTest {
  private static final AskedCall CALL =
      new AskedCall("/srv/shop", "github", "create_issue", "sha256:list", "sha256:arguments");

  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private Home home;

  @BeforeEach
  void layOut() throws Exception {
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.toRealPath().resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
  }

  private Approvals session() throws Exception {
    Header header = VaultFile.at(home.resolve("vault")).header();
    return new Approvals(home, header::verifiesTrust, clock, () -> clock.steady);
  }

  private Path file(Pending one, String suffix) {
    return home.resolve("approvals").resolve(one.id() + suffix);
  }

  private ApprovalFolder approve(Pending one) throws Exception {
    ApprovalFolder found = new ApprovalFolder(home);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      found.approve(found.find(one.id()).orElseThrow(), vault.presence(), clock.instant());
    }
    return found;
  }

  private static void write(Path file, byte[] content) throws Exception {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, content);
  }

  @Test
  void theRequestsOfACrashedSessionAreSweptOnceTheyExpired() throws Exception {
    session().ask(CALL, "{}");

    assertThat(new ApprovalFolder(home).waiting(NOW).requests()).hasSize(1);
    assertThat(new ApprovalFolder(home).waiting(NOW.plus(Approvals.LIFETIME)).requests()).isEmpty();
    assertThat(home.resolve("approvals").toFile().list()).isEmpty();
  }

  @Test
  void aFolderFullOfRubbishIsRefusedAndEmptiesItself() throws Exception {
    try (Approvals session = session()) {
      session.withdraw(session.ask(CALL, "{}"));
      Path rubbish = home.resolve("approvals");
      for (int i = 0; i < ApprovalFolder.MAX_REQUESTS; i++) {
        Path file =
            rubbish.resolve("aaaaaa" + (char) ('a' + i / 26) + (char) ('a' + i % 26) + ".json");
        Files.writeString(file, "{}");
        Files.setLastModifiedTime(file, FileTime.from(clock.wall));
      }
      assertThatThrownBy(() -> session.ask(CALL, "{}"))
          .hasMessage("too many calls wait for a person's approval");
      clock.passes(Approvals.LIFETIME.plusSeconds(1));
      assertThat(session.look(session.ask(CALL, "{}"))).isEqualTo(Answer.WAITING);
      assertThat(rubbish.toFile().list()).hasSize(1);
    }
  }

  @Test
  void anAnswerToWhatWasTakenBackLeavesNothing() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      session.withdraw(one);
      new ApprovalFolder(home).deny(one.id());
      assertThatThrownBy(
              () -> {
                try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
                  new ApprovalFolder(home).approve(one.request(), vault.presence(), NOW);
                }
              })
          .isInstanceOf(ApprovalException.class)
          .hasMessage("the call waits no longer");
      assertThat(home.resolve("approvals").toFile().list()).isEmpty();
    }
  }

  @Test
  void itsFilesAreOwnerOnly() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      approve(one);

      for (String suffix : List.of(".json", ".yes")) {
        assertThat(Files.getPosixFilePermissions(file(one, suffix)))
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
      assertThat(Files.getPosixFilePermissions(home.resolve("approvals")))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aHostileRequestFileIsNoRequest() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      String asked = Files.readString(file(one, ".json"));
      for (String text :
          List.of(
              "",
              "[]",
              asked.replace("{\"version\"", "{\"more\":1,\"version\""),
              asked.replace(",\"tool\"", ", \"tool\""),
              asked.replace("\"shown\":\"{}\"", "\"shown\":7"),
              asked.replace("\"asked\":\"2026", "\"asked\":\"soon"),
              asked.replace("\"shown\"", "\"tool\":\"x\",\"shown\""),
              asked.replace(one.id(), "aaaaaaaa"))) {
        write(file(one, ".json"), text.getBytes(UTF_8));
        assertThatThrownBy(() -> new ApprovalFolder(home).find(one.id()))
            .isInstanceOf(ApprovalException.class);
        assertThat(new ApprovalFolder(home).waiting(NOW).unreadable()).isEqualTo(1);
      }
      assertThat(new ApprovalFolder(home).find("../vault")).isEmpty();
    }
  }
}
