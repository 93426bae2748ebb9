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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApprovalsTest {
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

  @Test
  void nothingIsApprovedBeforeAnybodyAnswered() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");

      assertThat(session.look(one)).isEqualTo(Answer.WAITING);
    }
  }

  @Test
  void whatIsGivenBackCountsForOneEqualCallOfThisSessionUntilItExpires() throws Exception {
    try (Approvals session = session();
        Approvals other = session()) {
      Pending one = session.ask(CALL, "{}");
      approve(one);
      assertThat(session.look(one)).isEqualTo(Answer.APPROVED);
      session.restore(one);
      assertThat(new ApprovalFolder(home).waiting(NOW).requests()).isEmpty();
      assertThat(other.look(other.ask(CALL, "{}"))).isEqualTo(Answer.WAITING);
      Pending again = session.ask(CALL, "{}");
      assertThat(again).isSameAs(one);
      assertThat(session.look(session.ask(CALL, "{}"))).isEqualTo(Answer.WAITING);
      assertThat(session.look(again)).isEqualTo(Answer.APPROVED);
      assertThat(session.look(again)).isEqualTo(Answer.EXPIRED);
      session.restore(again);
      clock.steady += Approvals.LIFETIME.toNanos();
      assertThat(session.look(session.ask(CALL, "{}"))).isEqualTo(Answer.WAITING);
    }
  }

  @Test
  void anApprovalCountsOnce() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      approve(one);

      assertThat(session.look(one)).isEqualTo(Answer.APPROVED);
      assertThat(session.look(one)).isEqualTo(Answer.EXPIRED);
      session.release(one);
      assertThat(session.look(session.ask(CALL, "{}"))).isEqualTo(Answer.WAITING);
      assertThat(new ApprovalFolder(home).waiting(NOW).requests()).hasSize(1);
    }
  }

  @Test
  void anApprovalPutBackAfterItsUseCountsNoMore() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      approve(one);
      byte[] asked = Files.readAllBytes(file(one, ".json"));
      byte[] yes = Files.readAllBytes(file(one, ".yes"));
      assertThat(session.look(one)).isEqualTo(Answer.APPROVED);

      Pending next = session.ask(CALL, "{}");
      Files.write(file(one, ".json"), asked);
      write(file(one, ".yes"), yes);
      write(file(next, ".yes"), yes);

      assertThat(session.look(one)).isEqualTo(Answer.EXPIRED);
      assertThat(session.look(next)).isEqualTo(Answer.FORGED);
      assertThat(session.look(next)).isEqualTo(Answer.WAITING);
    }
  }

  private static void write(Path file, byte[] content) throws Exception {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, content);
  }

  @Test
  void aSecondSessionWithTheSameCallHasNothingOfIt() throws Exception {
    try (Approvals first = session();
        Approvals second = session()) {
      Pending one = first.ask(CALL, "{}");
      Pending other = second.ask(CALL, "{}");
      approve(one);
      write(file(other, ".yes"), Files.readAllBytes(file(one, ".yes")));

      assertThat(second.look(other)).isEqualTo(Answer.FORGED);
      assertThat(first.look(one)).isEqualTo(Answer.APPROVED);
    }
  }

  @Test
  void whatWasAlteredBeforeThePersonReadItIsNotApproved() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{\"title\":\"delete everything\"}");
      String asked = Files.readString(file(one, ".json"));
      write(file(one, ".json"), asked.replace("delete everything", "a greeting").getBytes(UTF_8));
      approve(one);

      assertThat(session.look(one)).isEqualTo(Answer.FORGED);
    }
  }

  @Test
  void aSignatureOfAnotherVaultIsNone() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      Files.delete(home.resolve("vault"));
      VaultFixture.create(home.resolve("vault")).close();
      approve(one);

      assertThat(session.look(one)).isEqualTo(Answer.FORGED);
    }
  }

  @Test
  void whatIsNoSignatureApprovesNothing() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      for (String text : List.of("", "yes", "A".repeat(86), "A".repeat(5_000), "\u0000")) {
        write(file(one, ".yes"), text.getBytes(UTF_8));
        assertThat(session.look(one)).isEqualTo(Answer.FORGED);
      }
      Files.createSymbolicLink(file(one, ".yes"), home.resolve("vault"));
      assertThat(session.look(one)).isEqualTo(Answer.FORGED);
      assertThat(session.look(one)).isEqualTo(Answer.WAITING);
    }
  }

  @Test
  void equalCallsThatWaitAtOnceNeedAnAnswerEach() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      Pending other = session.ask(CALL, "{}");
      assertThat(one.id()).isNotEqualTo(other.id());
      approve(one);

      assertThat(session.look(other)).isEqualTo(Answer.WAITING);
      assertThat(session.look(one)).isEqualTo(Answer.APPROVED);
    }
  }

  @Test
  void anEqualRetryTakesUpTheFirstRequest() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      session.release(one);
      approve(one);
      AskedCall changed =
          new AskedCall("/srv/shop", "github", "create_issue", "sha256:list", "sha256:other");
      AskedCall underAnotherList =
          new AskedCall("/srv/shop", "github", "create_issue", "sha256:more", "sha256:arguments");

      assertThat(session.look(session.ask(changed, "{}"))).isEqualTo(Answer.WAITING);
      assertThat(session.look(session.ask(underAnotherList, "{}"))).isEqualTo(Answer.WAITING);
      assertThat(session.look(session.ask(CALL, "{}"))).isEqualTo(Answer.APPROVED);
    }
  }

  @Test
  void aDenialEndsIt() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      approve(one).deny(one.id());

      assertThat(session.look(one)).isEqualTo(Answer.DENIED);
      assertThat(home.resolve("approvals").toFile().list()).isEmpty();
    }
  }

  @Test
  void itExpiresByTheWallClockAfterSuspend() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      approve(one);
      clock.wall = clock.wall.plus(Approvals.LIFETIME); // the steady clock stood still
      assertThat(session.look(one)).isEqualTo(Answer.EXPIRED);
    }
  }

  @Test
  void aClockThatGoesBackGivesNoMoreTime() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      Pending other = session.ask(CALL, "{}");
      approve(one);
      clock.passes(Approvals.LIFETIME.minusSeconds(1));
      assertThat(session.look(other)).isEqualTo(Answer.WAITING);
      clock.wall = NOW.plusSeconds(1);
      clock.steady += Duration.ofSeconds(2).toNanos();

      assertThat(session.look(one)).isEqualTo(Answer.EXPIRED);
    }
  }

  @Test
  void aClockSetForwardAndBackBetweenTwoLooksEndsIt() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      Pending other = session.ask(CALL, "{}");
      approve(one);
      clock.wall = NOW.plus(Duration.ofHours(1));
      assertThat(session.look(other)).isEqualTo(Answer.EXPIRED);
      clock.wall = NOW;

      assertThat(session.look(one)).isEqualTo(Answer.EXPIRED);
    }
  }

  @Test
  void anExpiredRequestCannotBeApproved() throws Exception {
    try (Approvals session = session()) {
      Pending one = session.ask(CALL, "{}");
      clock.passes(Approvals.LIFETIME);

      assertThatThrownBy(() -> approve(one))
          .isInstanceOf(ApprovalException.class)
          .hasMessage("the request has expired");
    }
  }

  @Test
  void aSessionThatEndedLeavesNothing() throws Exception {
    Pending one;
    try (Approvals session = session()) {
      one = session.ask(CALL, "{}");
      approve(one);
    }
    assertThat(home.resolve("approvals").toFile().list()).isEmpty();
  }

  @Test
  void aFloodIsRefused() throws Exception {
    try (Approvals session = session()) {
      for (int i = 0; i < Approvals.MAX_WAITING; i++) {
        session.ask(CALL, "{}");
      }
      assertThatThrownBy(() -> session.ask(CALL, "{}"))
          .isInstanceOf(ApprovalException.class)
          .hasMessageStartingWith("32 calls of this session");
    }
  }

  @Test
  void argumentsThatNobodyWouldReadAreRefusedAndNotCut() throws Exception {
    try (Approvals session = session()) {
      session.ask(CALL, "x".repeat(ApprovalRequest.MAX_SHOWN));
      assertThatThrownBy(() -> session.ask(CALL, "x".repeat(ApprovalRequest.MAX_SHOWN + 1)))
          .isInstanceOf(ApprovalException.class)
          .hasMessageContaining("longer than a person reads");
    }
  }

  @Test
  void ofManyThatLookAtOnceOneIsToldOfIt() throws Exception {
    try (Approvals session = session();
        ExecutorService many = Executors.newFixedThreadPool(8)) {
      Pending one = session.ask(CALL, "{}");
      approve(one);
      List<Future<Answer>> looks =
          IntStream.range(0, 64).mapToObj(i -> many.submit(() -> session.look(one))).toList();
      int approved = 0;
      for (Future<Answer> look : looks) {
        approved += look.get() == Answer.APPROVED ? 1 : 0;
      }
      assertThat(approved).isEqualTo(1);
    }
  }
}
