package dev.gatekeeper.login;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.redaction.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SessionLoginTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;
  private MadeUpAuthorization made;
  private MadeUpLogin login;
  private Path files;
  private AuditLog log;
  private final Redactor redactor = new Redactor();
  private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");

  @BeforeEach
  void logIn() throws Exception {
    made = new MadeUpAuthorization();
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    files = home.resolve("logins");
    log = AuditLog.open(home.resolve("audit"), AuditOptions.of(new AuditContext()));
    login = new MadeUpLogin(made, home);
    String _ = made.tokens(true);
    login.logIn(1, HOUR, now);
  }

  @AfterEach
  void close() {
    made.close();
    log.close();
    redactor.close();
  }

  private SessionLogin session(String... scopes) throws Exception {
    Terms terms = login.terms(scopes);
    return new SessionLogin(
        terms,
        login.logins,
        login.keys(),
        new PlainWeb(),
        new LoginLog(log, terms),
        redactor,
        () -> now);
  }

  private String log() throws IOException {
    log.close();
    StringBuilder all = new StringBuilder();
    try (var found = Files.walk(folder.resolve("home/audit/log"))) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private static LoginException fault(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(LoginException.class, call);
  }

  @Test
  void aTokenIsUsedUntilItIsDueAndThenRefreshedOnceForAllSessions() throws Exception {
    SessionLogin one = session();
    SessionLogin two = session();
    assertThat(one.token()).isEqualTo("made-up-access-1");
    now = now.plus(HOUR).minusSeconds(61);
    assertThat(one.token()).isEqualTo("made-up-access-1");
    now = now.plusSeconds(2);
    assertThat(one.token()).isEqualTo("made-up-access-2");
    assertThat(two.token()).isEqualTo("made-up-access-2");
    assertThat(made.asked("refresh_token")).isEqualTo(1);
    assertThat(made.forms.getFirst())
        .contains("client_id=made-up-client", "resource=http%3A%2F%2F127.0.0.1%3A");
    assertThat(new String(redactor.text("x made-up-refresh-2 y".getBytes(UTF_8)), UTF_8))
        .isEqualTo("x [secret:login/tracker] y");
    assertThat(log())
        .contains("\"event\":\"refresh\"", "\"outcome\":\"ok\"")
        .doesNotContain("made-up-access", "made-up-refresh");
  }

  @Test
  void manyRequestsAtOnceMakeOneRefresh() throws Exception {
    SessionLogin one = session();
    SessionLogin two = session();
    now = now.plus(HOUR);
    List<Thread> all =
        java.util.stream.IntStream.range(0, 16)
            .mapToObj(
                i ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              try {
                                String _ = (i % 2 == 0 ? one : two).token();
                              } catch (LoginException e) {
                                throw new IllegalStateException(e);
                              }
                            }))
            .toList();
    for (Thread each : all) {
      each.join();
    }
    assertThat(made.asked("refresh_token")).isEqualTo(1);
  }

  @Test
  void aTokenThatTheServerRefusesIsRefreshedAndAFreshOneIsNot() throws Exception {
    SessionLogin one = session();
    SessionLogin two = session();
    String first = one.token();
    String _ = two.token();
    one.renew(first);
    assertThat(one.token()).isEqualTo("made-up-access-2");
    two.renew(first); // takes what the other one got
    assertThat(two.token()).isEqualTo("made-up-access-2");
    one.renew(first); // somebody of this session was faster
    assertThat(made.asked("refresh_token")).isEqualTo(1);
    assertThat(fault(() -> one.renew("made-up-access-2")).getMessage()).contains("just now");
    assertThat(made.asked("refresh_token")).isEqualTo(1);
  }

  @Test
  void aRefreshTokenThatIsRefusedIsNotSentAgain() throws Exception {
    made.refreshes.clear();
    now = now.plus(HOUR);
    SessionLogin one = session();
    LoginException refused = fault(one::token);
    assertThat(refused.kind()).isEqualTo(LoginException.Kind.NEEDS_LOGIN);
    assertThat(one.text(refused))
        .isEqualTo(
            "needs a login (127.0.0.1 refuses: invalid_grant): a person types gatekeeper login"
                + " tracker");
    assertThat(fault(one::token).kind()).isEqualTo(LoginException.Kind.NEEDS_LOGIN);
    assertThat(fault(session()::token).kind()).isEqualTo(LoginException.Kind.NEEDS_LOGIN);
    assertThat(made.asked("refresh_token")).isEqualTo(1);
  }

  @Test
  void aTokenThatIsNotOverIsUsedWhileNobodyAnswers() throws Exception {
    SessionLogin one = session();
    for (int i = 0; i < 2; i++) {
      made.tokenAnswers.add(Map.entry(503, ""));
    }
    now = now.plus(HOUR).minusSeconds(30);
    assertThat(one.token()).isEqualTo("made-up-access-1");
    assertThat(one.token()).isEqualTo("made-up-access-1");
    assertThat(made.asked("refresh_token")).isEqualTo(1); // not at each request
    now = now.plusSeconds(40);
    LoginException over = fault(one::token);
    assertThat(over.kind()).isEqualTo(LoginException.Kind.UNREACHABLE);
    assertThat(one.text(over)).isEqualTo("gets no token for now: 127.0.0.1 answers 503");
    now = now.plusSeconds(6);
    assertThat(one.token()).isEqualTo("made-up-access-2");
  }

  @Test
  void anAnswerThatIsNoTokenChangesNothing() throws Exception {
    SessionLogin one = session();
    now = now.plus(HOUR);
    for (String answer :
        List.of(
            "{}",
            "<html>",
            "{\"access_token\":\"made-up-access-x\",\"token_type\":\"mac\"}",
            "{\"access_token\":\"made-up\\r\\nx-evil: 1\",\"token_type\":\"Bearer\"}",
            "{\"access_token\":\"x\",\"token_type\":\"Bearer\"}",
            "{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
            "{\"access_token\":7,\"token_type\":\"Bearer\"}",
            "{\"access_token\":\"made-up-access-x\",\"token_type\":\"Bearer\",\"expires_in\":-1}")) {
      made.tokenAnswers.add(Map.entry(200, answer));
      LoginException fault = fault(one::token);
      assertThat(fault.kind()).isEqualTo(LoginException.Kind.FAULT);
      assertThat(fault.getMessage()).doesNotContain("evil");
      now = now.plusSeconds(6);
    }
    assertThat(login.read().refresh()).contains("made-up-refresh-1");
    assertThat(one.token()).isEqualTo("made-up-access-2");
  }

  /** Else each request would begin with a refresh. */
  @Test
  void aTokenWithoutALifeIsUsedUntilItIsRefused() throws Exception {
    made.tokenMembers.put("expires_in", "0");
    SessionLogin session = session();
    now = now.plus(HOUR);
    for (int i = 0; i < 3; i++) {
      assertThat(session.token()).isEqualTo("made-up-access-2");
    }
    assertThat(made.asked("refresh_token")).isEqualTo(1);
  }

  @Test
  void aRefreshTokenThatIsNotReplacedStays() throws Exception {
    made.tokenMembers.put("refresh_token", "");
    made.tokenMembers.put("expires_in", "\"3600\"");
    now = now.plus(HOUR);
    assertThat(session().token()).isEqualTo("made-up-access-2");
    assertThat(login.read().refresh()).contains("made-up-refresh-1");
  }

  @Test
  void aFileThatIsPutBackIsNoticedAndNotUsed() throws Exception {
    SessionLogin one = session();
    Path file = files.resolve("tracker.login");
    byte[] old = Files.readAllBytes(file);
    now = now.plus(HOUR);
    assertThat(one.token()).isEqualTo("made-up-access-2");
    Files.write(file, old);
    assertThat(one.token()).isEqualTo("made-up-access-2");
    assertThat(login.read().access()).isEqualTo("made-up-access-2");
    assertThat(made.asked("refresh_token")).isEqualTo(1);
    // A session that has not seen the newer one asks in vain, and nothing leaks by it.
    Files.write(file, old);
    assertThat(fault(session()::token).kind()).isEqualTo(LoginException.Kind.NEEDS_LOGIN);
    assertThat(log()).contains("login-put-back");
  }

  @Test
  void aFileOfAnEarlierOrAnotherLoginDoesNotOpen() throws Exception {
    Path file = files.resolve("tracker.login");
    byte[] old = Files.readAllBytes(file);
    SessionLogin one = session();
    assertThat(one.token()).isEqualTo("made-up-access-1");
    String _ = made.tokens(true);
    login.logIn(2, HOUR, now); // a person logs in anew: the running session takes it
    assertThat(one.token()).isEqualTo("made-up-access-2");
    Files.write(file, old);
    LoginException fault = fault(one::token);
    assertThat(fault.kind()).isEqualTo(LoginException.Kind.NEEDS_LOGIN);
    assertThat(fault.getMessage()).contains("does not open by the key in the vault");
    assertThat(login.given.get() - login.ended.get()).isZero();
    assertThat(made.asked("refresh_token")).isZero();
  }

  @Test
  void noFlippedBitOpens() throws Exception {
    Path file = files.resolve("tracker.login");
    byte[] sound = Files.readAllBytes(file);
    for (int i = 0; i < sound.length; i++) {
      byte[] bent = sound.clone();
      bent[i] ^= (byte) (1 << (i % 7));
      Files.write(file, bent);
      assertThat(fault(session()::token)).as("byte " + i).isNotNull();
    }
    assertThat(made.requests).isEmpty();
  }

  @Test
  void theTokenOfOneServerIsNotForAnother() throws Exception {
    for (String other : List.of(made.origin() + "/mcpx", made.origin(), "http://127.0.0.1:1/mcp")) {
      Terms terms = MadeUpLogin.terms(other, new java.util.TreeSet<>());
      SessionLogin session =
          new SessionLogin(
              terms,
              login.logins,
              login.keys(),
              new PlainWeb(),
              new LoginLog(log, terms),
              redactor,
              () -> now);
      assertThat(fault(session::token).getMessage()).contains("is for " + made.mcp());
    }
  }

  @Test
  void aLogoutElsewhereEndsTheUse() throws Exception {
    SessionLogin one = session();
    assertThat(one.token()).isEqualTo("made-up-access-1");
    try (var _ = login.logins.lock(MadeUpLogin.NAME)) {
      login.logins.delete(MadeUpLogin.NAME);
    }
    login.key = java.util.Optional.empty();
    assertThat(one.text(fault(one::token)))
        .isEqualTo("needs a login (nobody has logged in): a person types gatekeeper login tracker");
    assertThat(login.ended.get()).isEqualTo(1);
  }

  @Test
  void nothingIsAskedForThatCouldNotBeWritten() throws Exception {
    SessionLogin one = session();
    now = now.plus(HOUR).minusSeconds(30);
    writable(false);
    try {
      assertThat(one.token()).isEqualTo("made-up-access-1");
      assertThat(made.asked("refresh_token")).isZero();
      now = now.plusSeconds(40);
      assertThat(fault(one::token).getMessage()).contains("its login cannot be used");
    } finally {
      writable(true);
    }
    assertThat(one.token()).isEqualTo("made-up-access-2");
  }

  @Test
  void aTokenThatCouldNotBeWrittenIsWrittenLater() throws Exception {
    SessionLogin one = session();
    now = now.plus(HOUR);
    made.afterTokens = () -> writable(false);
    try {
      assertThat(one.token()).isEqualTo("made-up-access-2");
      assertThat(login.read().access()).isEqualTo("made-up-access-1");
      assertThat(one.token()).isEqualTo("made-up-access-2"); // as long as there is no room, too
    } finally {
      made.afterTokens = () -> {};
      writable(true);
    }
    assertThat(one.token()).isEqualTo("made-up-access-2");
    assertThat(login.read().access()).isEqualTo("made-up-access-2");
    assertThat(made.asked("refresh_token")).isEqualTo(1);
    assertThat(log()).contains("login-unwritten").doesNotContain("login-put-back");
  }

  /** Whether the login's file can be replaced; modes would not keep the administrator from it. */
  private void writable(boolean may) {
    Path obstacle = files.resolve(".tracker.login.0123456789abcdef.tmp");
    try {
      if (may) {
        Files.delete(obstacle.resolve("x"));
        Files.delete(obstacle);
      } else {
        Files.createFile(Files.createDirectory(obstacle).resolve("x"));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void moreScopesAreNamedWithTheCommand() throws Exception {
    SessionLogin one = session();
    assertThat(one.token()).isNotEmpty();
    Challenge wants = Challenge.of(List.of("Bearer error=\"insufficient_scope\", scope=\"write\""));
    assertThat(one.forbidden(wants))
        .isEqualTo(
            "needs a login with more scopes: a person types gatekeeper login tracker --scope 'read"
                + " write'");
    assertThat(session("read").forbidden(wants))
        .isEqualTo("wants scopes for this that its entry does not let be asked for: write");
    assertThat(one.forbidden(Challenge.NONE)).contains("HTTP 403");
    Challenge hostile =
        Challenge.of(List.of("Bearer error=\"insufficient_scope\", scope=\"a' && rm $(x) `y`\""));
    assertThat(one.forbidden(hostile))
        .isEqualTo("wants scopes for this that cannot be named here; its documentation says which");
  }

  @Test
  void withoutALoginThePersonIsNamedTheCommand() throws Exception {
    try (var _ = login.logins.lock(MadeUpLogin.NAME)) {
      login.logins.delete(MadeUpLogin.NAME);
    }
    SessionLogin one = session();
    assertThatThrownBy(one::token).isInstanceOf(LoginException.class);
    assertThat(login.given.get()).isZero(); // no grant without a use
    String _ = made.tokens(true);
    login.logIn(2, HOUR, now);
    assertThat(one.token()).isEqualTo("made-up-access-2");
  }
}
