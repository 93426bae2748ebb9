package dev.gatekeeper.login;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.login.discovery.Discovery;
import dev.gatekeeper.login.discovery.Resource;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.remote.Credentials;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that is itself let in, as in CI; and credentials as a conversation asks for them. */
final class ServiceLoginTest {
  @TempDir Path folder;
  private MadeUpAuthorization made;
  private MadeUpLogin login;
  private AuditLog log;
  private final Redactor redactor = new Redactor();
  private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");

  @BeforeEach
  void layOut() throws Exception {
    made = new MadeUpAuthorization();
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    log = AuditLog.open(home.resolve("audit"), AuditOptions.of(new AuditContext()));
    login = new MadeUpLogin(made, home);
    login.key = Optional.of(new byte[] {1});
  }

  @AfterEach
  void close() {
    made.close();
    log.close();
    redactor.close();
  }

  private ServiceLogin session() throws LoginException {
    OAuth oauth =
        new OAuth(
            "ci",
            OAuth.Grant.CLIENT_CREDENTIALS,
            new TreeSet<>(List.of("read")),
            Optional.empty(),
            Optional.of("made-up-ci"),
            Optional.of(new Reference("secret", "oauth/ci")),
            Optional.empty(),
            Optional.empty());
    Terms terms = new Terms("tracker", Resource.of(made.mcp()), oauth);
    return new ServiceLogin(
        terms,
        login.keys(),
        new PlainWeb(),
        new Discovery(new PlainWeb(), false),
        new LoginLog(log, terms),
        redactor,
        () -> now);
  }

  @Test
  void theClientGetsATokenByItsSecretAndAnotherWhenItIsOver() throws Exception {
    ServiceLogin session = session();
    assertThat(session.token()).isEqualTo("made-up-access-1");
    assertThat(session.token()).isEqualTo("made-up-access-1");
    assertThat(made.authorizations.getFirst()).startsWith("Basic ");
    assertThat(made.forms.getFirst())
        .contains("grant_type=client_credentials", "scope=read", "resource=http");
    assertThat(new String(redactor.text("made-up-access-1".getBytes(UTF_8)), UTF_8))
        .isEqualTo("[secret:login/ci]");
    now = now.plusSeconds(3541);
    assertThat(session.token()).isEqualTo("made-up-access-2");
    assertThat(made.requests.stream().filter(r -> r.contains("well-known")).count()).isEqualTo(2);
    assertThat(login.given.get()).isEqualTo(1);
    session.forget();
    assertThat(login.ended.get()).isEqualTo(1);
    assertThat(folder.resolve("home/logins")).doesNotExist();
  }

  @Test
  void aRefusalIsSaidWithTheErrorAlone() throws Exception {
    made.tokenAnswers.add(
        Map.entry(
            401, "{\"error\":\"invalid_client\",\"error_description\":\"made-up <b>words</b>\"}"));
    ServiceLogin session = session();
    LoginException refused = catchThrowableOfType(LoginException.class, session::token);
    assertThat(session.text(refused)).isEqualTo("gets no token: 127.0.0.1 refuses: invalid_client");
    made.tokenAnswers.add(Map.entry(400, "{\"error\":\"<script>\"}"));
    refused = catchThrowableOfType(LoginException.class, session::token);
    assertThat(refused.getMessage()).isEqualTo("127.0.0.1 refuses: status 400");
  }

  @Test
  void aConversationSendsOnceMoreAndNotTwice() throws Exception {
    Credentials credentials = new LoginCredentials(session());
    Optional<String> sent = credentials.authorization();
    assertThat(sent).contains("Bearer made-up-access-1");
    assertThat(credentials.refused(401, sent, List.of("Bearer")))
        .isInstanceOf(Credentials.Verdict.Refused.class); // it was given just now
    now = now.plusSeconds(10);
    assertThat(credentials.refused(401, sent, List.of("Bearer")))
        .isInstanceOf(Credentials.Verdict.Again.class);
    assertThat(credentials.authorization()).contains("Bearer made-up-access-2");
    assertThat(credentials.refused(401, sent, List.of()))
        .isInstanceOf(Credentials.Verdict.Again.class); // another request was faster
    assertThat(
            credentials.refused(403, sent, List.of("Bearer error=insufficient_scope, scope=write")))
        .isEqualTo(
            new Credentials.Verdict.Refused(
                "wants scopes for this that its entry does not let be asked for: write"));
    assertThat(made.asked("client_credentials")).isEqualTo(2);
  }
}
