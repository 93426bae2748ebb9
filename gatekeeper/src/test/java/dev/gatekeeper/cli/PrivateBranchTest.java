package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditFault;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.files.Folder;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.trust.Following;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.follow.Credential;
import dev.gatekeeper.trust.follow.PrivateBranch;
import dev.gatekeeper.trust.follow.Tokens;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.key.SecretValue;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A branch of a private repository, behind real TLS and git's own server that wants a password. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class PrivateBranchTest {
  /** The last of the fan-out table's numbers (gitformat-pack(5)). */
  private static final int OBJECTS_OF_AN_INDEX = 8 + 255 * 4;

  @TempDir Path folder;
  private PrivateBranch branch;
  private Map<String, String> environment;
  private final Redactor redactor = new Redactor();

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    branch = new PrivateBranch(folder);
    environment = new HashMap<>(branch.environment());
  }

  @AfterEach
  void close() {
    branch.close();
    redactor.close();
  }

  private FollowingSession session() throws Exception {
    return new FollowingSession(branch, environment, redactor);
  }

  @Test
  void aPersonBindsAndASessionFollows() throws Exception {
    CommandRun bound = branch.bind("--token", "secret:forge/token");
    assertThat(bound.err()).isEmpty();
    assertThat(bound.out())
        .startsWith(branch.url() + " is asked with secret:forge/token.")
        .contains("(asked with secret:forge/token as x-access-token) at ");
    branch.widen();
    try (FollowingSession session = session()) {
      assertThat(session.isWide()).isFalse();
      assertThat(session.refresh()).isEmpty();
      assertThat(session.isWide()).isTrue();
      assertThat(session.inForce().text()).endsWith("(as the followed branch has it).");
    }
    assertThat(branch.run("allowlist", "trust", "--yes", "--update").exit()).isZero();
    assertThat(branch.run("status", "--json").out()).contains("\"rule\":\"content\"");

    assertThat(branch.tls().asked()).containsOnly(FollowingSession.GIVEN);
    String records = branch.run("audit", "show", "--json").out();
    String granted = "\"server\":\"" + grantee() + "\",\"secret\":\"secret:forge/token\"";
    assertThat(records.split("\"event\":\"grant\"", -1)).hasSize(4);
    assertThat(records.split("\"event\":\"revoke\"", -1)).hasSize(4);
    assertThat(records).contains(granted);
    assertThat(branch.run("audit", "verify").exit()).isZero();
    FollowingSession.holdsNoToken(branch.home().path());
    FollowingSession.holdsNoToken(branch.project());
  }

  private String grantee() {
    return "follow:" + branch.url().replaceFirst("https://(.*)/remote.git", "$1");
  }

  @Test
  void whatIsThereAlreadyDoesNotComeAgain() throws Exception {
    branch.bound();
    Path packs;
    try (var mirrors = Files.list(branch.home().resolve("mirrors"))) {
      packs = mirrors.findFirst().orElseThrow().resolve("objects/pack");
    }
    branch.widen();
    try (FollowingSession session = session()) {
      assertThat(session.refresh()).isEmpty();
      assertThat(session.refresh()).isEmpty();
    }
    List<Integer> objects = new ArrayList<>();
    try (var files = Files.list(packs)) {
      for (Path index : files.filter(it -> it.toString().endsWith(".idx")).toList()) {
        objects.add(ByteBuffer.wrap(Files.readAllBytes(index)).getInt(OBJECTS_OF_AN_INDEX));
      }
    }
    assertThat(objects).containsExactly(4, 4); // each: a commit, two trees, a list
  }

  /** As they do who open several windows on a project. */
  @Test
  void sessionsThatAskAtOnceAllHaveTheBranch() throws Exception {
    branch.bound();
    branch.widen();
    List<FollowingSession> sessions = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (int i = 0; i < 6; i++) {
        sessions.add(session());
      }
      for (int round = 0; round < 3; round++) {
        Folder.delete(branch.home().resolve("mirrors"));
        List<Callable<String>> asking = new ArrayList<>();
        sessions.forEach(session -> asking.add(session::refresh));
        for (Future<String> obstacle : threads.invokeAll(asking)) {
          assertThat(obstacle.get()).isEmpty();
        }
      }
      assertThat(sessions).allMatch(FollowingSession::isWide);
    } finally {
      sessions.forEach(FollowingSession::close);
    }
  }

  @Test
  void whatAnEndedSessionLeftIsDeleted() throws Exception {
    branch.bound();
    branch.widen();
    Path left = Files.createTempDirectory("gatekeeper-follow");
    Path used = Files.createTempDirectory("gatekeeper-follow");
    Files.createFile(left.resolve("pack"));
    Path pack;
    try (var mirrors = Files.list(branch.home().resolve("mirrors"))) {
      pack = mirrors.findFirst().orElseThrow().resolve("objects/pack/tmp_pack_made-up");
    }
    Files.createFile(pack);
    FileTime earlier = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    Files.setLastModifiedTime(left, earlier);
    Files.setLastModifiedTime(pack, earlier);
    try (FollowingSession session = session()) {
      assertThat(session.refresh()).isEmpty();
    }
    assertThat(left).doesNotExist();
    assertThat(pack).doesNotExist();
    assertThat(used).exists();
    Files.delete(used);
  }

  @Test
  void aFaultOfOursIsToldAndEndsNothing() throws Exception {
    branch.bound();
    try (FollowingSession session = session()) {
      session.refreshBy(
          upstream -> {
            throw new IllegalStateException(PrivateBranch.TOKEN);
          });
      assertThat(session.inForce().text())
          .contains("does not count now: asking it failed (IllegalStateException).")
          .doesNotContain(PrivateBranch.TOKEN);
      assertThat(session.refresh()).isEmpty();
    }
  }

  @Test
  void anOldRemoteIsToldNoWordThatItDidNotSay() throws Exception {
    branch.bound();
    try (FollowingSession session = session()) {
      branch.tls().answers("000eversion 2\n0000");
      assertThat(session.refresh()).isEqualTo("the remote has no branch main");
    }
    assertThat(branch.tls().bodies()).last().asString().doesNotContain("object-format");
    assertThat(branch.tls().bodies()).first().asString().contains("object-format=sha1");
  }

  @Test
  void aLockedVaultSaysWhatToTypeAndIsAskedAgainOnceOpen() throws Exception {
    branch.bound();
    branch.widen();
    int before = branch.tls().asked().size();
    branch.lock();
    try (FollowingSession session = session()) {
      assertThat(session.refresh())
          .contains("secret:forge/token is needed, and the vault is locked")
          .endsWith("; a person types: gatekeeper vault open");
      assertThat(session.inForce().text())
          .contains("The followed branch does not count now: secret:forge/token is needed");
      assertThat(branch.tls().asked()).hasSize(before);
      branch.unlock();
      assertThat(session.refresh()).isEmpty();
      assertThat(session.isWide()).isTrue();
    }
  }

  @Test
  void aWaitingSessionAsksAsSoonAsTheVaultChanges() throws Exception {
    branch.bound();
    branch.widen();
    try (OpenVault vault = VaultFixture.open(branch.home().resolve("vault"))) {
      assertThat(vault.remove("forge/token")).isNotNull();
    }
    try (FollowingSession session = session()) {
      CompletableFuture<String> waiting = new CompletableFuture<>();
      CompletableFuture<InForce> followed = new CompletableFuture<>();
      new ListWatch(branch.home(), Project.find(branch.project()), environment)
          .start(
              session.tokens(),
              now -> {
                if (now.text().contains("gatekeeper vault put forge/token")) {
                  waiting.complete(now.text());
                } else if (waiting.isDone()) {
                  followed.complete(now);
                }
              },
              said -> {});
      assertThat(waiting.get(30, TimeUnit.SECONDS)).contains("does not count now");
      branch.put("forge/token", PrivateBranch.TOKEN);
      assertThat(followed.get(30, TimeUnit.SECONDS).text()).contains("followed branch");
    }
  }

  @Test
  void aTokenThatIsNotTakenIsToldAndNobodyIsAsked() throws Exception {
    branch.bound();
    branch.widen();
    branch.put("forge/token", "made-up-token-that-ran-out-2Lw9");
    int before = branch.tls().asked().size();
    try (FollowingSession session = session()) {
      assertThat(session.refresh())
          .startsWith("the remote does not take secret:forge/token (status 401)")
          .endsWith("gatekeeper vault put forge/token");
      assertThat(branch.tls().asked()).hasSize(before + 1);
      // Another value, in the place of the one that ran out.
      branch.tls().demands(Credential.USER, "made-up-token-of-next-year-5Vb1");
      branch.put("forge/token", "made-up-token-of-next-year-5Vb1");
      assertThat(session.refresh()).isEmpty();
      assertThat(session.isWide()).isTrue();
    }
    branch.put("forge/token", "made-up-token-that-ran-out-2Lw9");
    CommandRun update = branch.run("allowlist", "trust", "--yes", "--update");
    assertThat(update.exit()).isEqualTo(3);
    assertThat(update.err()).contains("it may have run out, or lacks the right to read");
  }

  @Test
  void whatTheRemoteKnewLastCountsUntilItAnswersAgain() throws Exception {
    branch.bound();
    branch.widen();
    try (FollowingSession session = session()) {
      assertThat(session.refresh()).isEmpty();
      branch.tls().answers(503, "Retry-After", "9");
      assertThat(session.refresh()).isEqualTo("the remote does not answer: it says status 503");
      assertThat(session.isWide()).isTrue();
      assertThat(session.inForce().text()).contains("counts as it was when it answered last");
    }
  }

  @Test
  void noTokenIsSentWithoutARecord() throws Exception {
    branch.bound();
    int before = branch.tls().asked().size();
    AuditFault fault = new AuditFault(AuditFault.Kind.NOT_WRITABLE, "made-up fault");
    Path nowhere = folder.resolve("passphrase/audit"); // below a file
    AuditOptions options = AuditOptions.of(new AuditContext());
    try (AuditLog broken = AuditLog.unavailable(fault, nowhere, options);
        Broker broker =
            new Broker(
                branch.home(), PassphraseSource.nonInteractive(environment), broken, redactor)) {
      Following following =
          new Following(branch.home(), Project.find(branch.project()), environment);
      following.refresh(broker.tokens(new LaunchContext(branch.project(), environment)));
      assertThat(following.obstacle())
          .hasValueSatisfying(why -> assertThat(why).contains("no secret without a record"));
    }
    assertThat(branch.tls().asked()).hasSize(before);
  }

  @Test
  void aVaultThatIsClosedMeanwhileGivesNothing() throws Exception {
    branch.bound();
    int before = branch.tls().asked().size();
    Following following = new Following(branch.home(), Project.find(branch.project()), environment);
    following.refresh(
        upstream -> {
          SecretValue closed = SecretValue.taking("made-up".getBytes(ISO_8859_1));
          closed.close();
          return new Tokens.Token(closed, () -> {});
        });
    assertThat(following.obstacle()).contains("the vault was closed");
    assertThat(branch.tls().asked()).hasSize(before);
  }
}
