package dev.gatekeeper.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.login.file.LoginFile;
import dev.gatekeeper.login.file.LoginKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that refresh at once, and processes that are killed while they do. */
@Timeout(120)
final class RefreshProcessesTest {
  @TempDir Path folder;
  private MadeUpAuthorization made;
  private MadeUpLogin login;
  private Path home;

  @BeforeEach
  void logIn() throws Exception {
    made = new MadeUpAuthorization();
    home = folder.resolve("home");
    login = new MadeUpLogin(made, Home.locate(Map.of("GATEKEEPER_HOME", home.toString())));
    String _ = made.tokens(true);
    login.logIn(1, Duration.ofHours(1), Instant.now().minus(Duration.ofHours(2)));
  }

  @AfterEach
  void stop() {
    made.close();
  }

  private Process start(String output) throws Exception {
    return Refresher.start(login, made.mcp(), home, folder.resolve(output));
  }

  private String out(String output) throws Exception {
    return Files.readString(folder.resolve(output)).strip();
  }

  @Test
  void ofFourProcessesOneRefreshes() throws Exception {
    made.beforeTokens = () -> pause(200);
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(start("out-" + i));
    }
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).waitFor()).isZero();
      assertThat(out("out-" + i)).isEqualTo("made-up-access-2");
    }
    assertThat(made.asked("refresh_token")).isEqualTo(1);
  }

  /** The server has not seen the request, or has not yet replaced the token. */
  @Test
  void killedBeforeTheServerActsNothingIsLost() throws Exception {
    killedDuring(false);
    assertThat(Files.readString(home.resolve("logins/tracker.login"))).contains("\nattempt ");
    Process next = start("next");
    assertThat(next.waitFor()).isZero();
    assertThat(out("next")).isEqualTo("made-up-access-2");
    assertThat(Files.readString(home.resolve("logins/tracker.login"))).doesNotContain("attempt");
  }

  /** The server has replaced the token, and the answer died with the process. */
  @Test
  void killedBeforeTheAnswerIsWrittenAPersonLogsInAgain() throws Exception {
    killedDuring(true);
    Process next = start("next");
    assertThat(next.waitFor()).isNotZero();
    assertThat(made.asked("refresh_token")).isEqualTo(2);
    String _ = made.tokens(true);
    login.logIn(3, Duration.ofHours(1), Instant.now());
    assertThat(start("again").waitFor()).isZero();
    assertThat(out("again")).isEqualTo("made-up-access-3");
  }

  /** The same, where the server lets the old token count for a moment more. */
  @Test
  void aServerThatForgivesGivesAnother() throws Exception {
    killedDuring(true);
    made.refreshes.add("made-up-refresh-1");
    assertThat(start("next").waitFor()).isZero();
    assertThat(out("next")).isEqualTo("made-up-access-3");
  }

  /** A login whose writer was killed before, or after, the vault had its key. */
  @Test
  void aLoginThatWasNearlyMadeIsTakenOnceItsKeyIsInTheVault() throws Exception {
    login.logIn(1, Duration.ofHours(1), Instant.now());
    String _ = made.tokens(true);
    try (LoginKey next = LoginKey.generate()) {
      try (var _ = login.logins.lock(MadeUpLogin.NAME)) {
        Instant end = Instant.now().plus(Duration.ofHours(1));
        login.logins.writeNext(
            LoginFile.seal(next, login.header(1, end), login.kept(2, Duration.ofHours(1))));
      }
      assertThat(start("before").waitFor()).isZero();
      assertThat(out("before")).isEqualTo("made-up-access-1");
      next.value().revealTo(bytes -> login.key = Optional.of(bytes.clone()));
    }
    assertThat(start("after").waitFor()).isZero();
    assertThat(out("after")).isEqualTo("made-up-access-2");
    assertThat(home.resolve("logins/tracker.next")).doesNotExist();
    assertThat(login.read().access()).isEqualTo("made-up-access-2");
  }

  private void killedDuring(boolean acted) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch killed = new CountDownLatch(1);
    Runnable wait =
        () -> {
          asked.countDown();
          try {
            boolean _ = killed.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    if (acted) {
      made.afterTokens = wait;
    } else {
      made.beforeTokens =
          () -> {
            wait.run();
            made.tokenAnswers.add(Map.entry(503, "")); // for nobody: the process is gone
          };
    }
    Process process = start("killed");
    assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
    process.destroyForcibly().waitFor();
    made.afterTokens = () -> {};
    made.beforeTokens = () -> {};
    killed.countDown();
    while (!acted && !made.tokenAnswers.isEmpty()) {
      pause(5);
    }
    pause(100);
    assertThat(out("killed")).isEmpty();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
