package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.login.MadeUpAuthorization;
import dev.gatekeeper.passphrase.PassphraseSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code login} and {@code logout} where all goes well. */
@Timeout(120)
final class LoginCommandTest {
  @TempDir Path folder;
  private MadeUpAuthorization made;
  private LoggingIn person;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    person = new LoggingIn(folder);
    made = person.made;
  }

  @AfterEach
  void close() {
    person.close();
  }

  @Test
  void aPersonLogsInAndOut() throws Exception {
    CommandRun login = person.loggedIn();
    assertThat(login.out())
        .contains("server   tracker at " + made.origin())
        .contains("issuer   " + made.origin(), "scopes   read", "Logged in to tracker.")
        .doesNotContain("made-up-access", "made-up-refresh", "made-up-code");
    assertThat(made.forms.get(0))
        .contains("\"token_endpoint_auth_method\":\"none\"", "http://127.0.0.1:");
    assertThat(made.forms.get(1))
        .contains("grant_type=authorization_code", "code_verifier=", "resource=http")
        .contains("client_id=made-up-client");
    assertThat(Files.getPosixFilePermissions(person.file())).hasSize(2);
    assertThat(Files.readString(person.file())).startsWith("gatekeeper-login/1\nlogin tracker\n");
    assertThat(person.command().run("vault", "list").out()).contains("login/tracker");
    assertThat(person.log()).contains("\"event\":\"login\"").doesNotContain("made-up-access");

    CommandRun logout = person.command().run("logout", "tracker");
    assertThat(logout.err()).isEmpty();
    assertThat(logout.out()).isEqualTo("Logged out of tracker; its tokens are revoked.\n");
    assertThat(made.forms.get(2)).contains("token_type_hint=refresh_token");
    assertThat(made.forms.get(3)).contains("token_type_hint=access_token");
    assertThat(made.valid).isEmpty();
    assertThat(person.file()).doesNotExist();
    assertThat(person.command().run("vault", "list").out()).doesNotContain("login/tracker");
    assertThat(person.log()).contains("\"event\":\"logout\"", "\"outcome\":\"revoked\"");
    assertThat(person.command().run("logout", "tracker").out())
        .isEqualTo(
            "Nobody is logged in to tracker; a session that has a login by itself forgets it.\n");
  }

  @Test
  void aLoginWhoseEntryIsGoneIsEndedByItsOwnName() throws Exception {
    CommandRun _ = person.loggedIn();
    assertThat(person.command().run("logout").exit()).isEqualTo(2);
    assertThat(person.command().run("logout", "--login", "../tracker").exit()).isEqualTo(2);
    Files.delete(folder.resolve(".gatekeeper/allowlist.json"));
    CommandRun logout = person.command().run("logout", "--login", "tracker");
    assertThat(logout.err()).isEmpty();
    assertThat(logout.out()).isEqualTo("Logged out of tracker; its tokens are revoked.\n");
    assertThat(made.valid).isEmpty();
  }

  @Test
  void theStatusSaysWhoIsLoggedInAndNoToken() throws Exception {
    assertThat(person.command().run("status").out())
        .contains(
            "login    tracker, nobody has logged in. A person types: gatekeeper login tracker");
    CommandRun _ = person.loggedIn();
    CommandRun status = person.command().run("status");
    assertThat(status.out())
        .contains("login    tracker, as tracker by " + made.origin())
        .contains(", token until 2026-01-02T04:04:05Z, scopes read")
        .doesNotContain("made-up-access", "made-up-refresh");
    assertThat(person.command().run("status", "--json").out())
        .contains("\"logins\":{\"tracker\":{\"state\":\"logged-in\",\"login\":\"tracker\"");
    Files.move(person.file(), person.file().resolveSibling("tracker.next"));
    assertThat(person.command().run("status").out())
        .contains("login    tracker, as tracker by " + made.origin(), "was cut short");
    Files.writeString(person.file(), "\u001b[2J");
    assertThat(person.command().run("status").out()).contains("its file cannot be read");
  }

  @Test
  void whatCannotBeRevokedIsSaidAndDeleted() throws Exception {
    CommandRun _ = person.loggedIn();
    made.takesRevocations = false;
    CommandRun logout = person.command().run("logout", "tracker");
    assertThat(logout.exit()).isEqualTo(1);
    assertThat(logout.err()).contains("could not be revoked", "withdraw the access");
    assertThat(person.file()).doesNotExist();
    made.documents.put(
        "/.well-known/oauth-authorization-server", made.metadata("revocation_endpoint", ""));
    CommandRun _ = person.loggedIn();
    assertThat(person.command().run("logout", "tracker").out()).contains("revokes no tokens");
  }

  @Test
  void aClientWithASecretProvesItself() throws Exception {
    assertThat(
            person
                .command()
                .input("made-up-secret-of-the-client".getBytes(UTF_8))
                .run("vault", "put", "oauth/tracker")
                .exit())
        .isZero();
    person.entry(", \"clientId\": \"made-up-own\", \"clientSecret\": \"secret:oauth/tracker\"");
    CommandRun _ = person.loggedIn();
    assertThat(made.authorizations.getFirst()).startsWith("Basic ");
    assertThat(made.forms.getFirst()).doesNotContain("made-up-secret-of-the-client");
    assertThat(person.log()).contains("\"variable\":\"oauth.clientSecret\"");
    assertThat(person.command().run("logout", "tracker").exit()).isZero();
  }

  @Test
  void scopesStayWithinTheEntry() throws Exception {
    person.entry(", \"scopes\": [\"read\", \"write\"]");
    CommandRun beyond = person.command().run("login", "tracker", "--scope", "read admin");
    assertThat(beyond.exit()).isEqualTo(3);
    assertThat(beyond.err()).contains("does not let admin be asked for");
    made.tokenMembers.put("scope", "\"write\"");
    CommandRun login = person.loggedIn("--scope", "write");
    assertThat(login.out()).contains("scopes   write").doesNotContain("granted");
    assertThat(Files.readString(person.file())).contains("\nscope write\n");
  }

  @Test
  void anAddressCanBePastedFromAnotherMachine() throws Exception {
    CommandRun login =
        person
            .command()
            .input("nonsense\nhttp://127.0.0.1:1/callback?code=a&state=b\n".getBytes(UTF_8))
            .run("login", "tracker", "--paste");
    assertThat(login.exit()).isEqualTo(1);
    assertThat(login.out()).contains("Open this in a browser, on any machine:");
    assertThat(login.err()).contains("not the address to which this login was sent");
    assertThat(person.opened).doesNotExist();
  }

  /** A browser elsewhere, whose address a person copies once it was printed. */
  @Test
  void thePastedAddressIsTheAnswer() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    InputStream typed =
        new InputStream() {
          private InputStream line = InputStream.nullInputStream();

          @Override
          public int read() throws IOException {
            if (line.available() == 0) {
              line =
                  new ByteArrayInputStream(
                      (redirected(printed.toString(UTF_8)) + "\n").getBytes(UTF_8));
            }
            return line.read();
          }

          @Override
          public int read(byte[] into, int from, int most) throws IOException {
            if (most == 0) {
              return 0;
            }
            into[from] = (byte) read();
            return 1;
          }
        };
    Console console =
        new Console(
            typed,
            printed,
            printed,
            person.environment(),
            folder,
            Clock.systemUTC(),
            PassphraseSource.nonInteractive(person.environment()));
    assertThat(Main.run(List.of("login", "tracker", "--paste"), console)).isZero();
    assertThat(printed.toString(UTF_8)).contains("Logged in to tracker.");
    assertThat(person.opened).doesNotExist();
    assertThat(person.file()).exists();
  }

  private static String redirected(String printed) throws IOException {
    String address =
        printed.lines().filter(line -> line.contains("/authorize?")).findFirst().orElseThrow();
    try (HttpClient elsewhere = HttpClient.newHttpClient()) {
      return elsewhere
          .send(
              HttpRequest.newBuilder(URI.create(address.strip())).build(),
              HttpResponse.BodyHandlers.discarding())
          .headers()
          .firstValue("location")
          .orElseThrow();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aClientOfItsOwnNeedsNobody() throws Exception {
    person.entry(
        ", \"grant\": \"client_credentials\", \"clientId\": \"made-up-ci\", \"clientSecret\":"
            + " \"secret:oauth/ci\"");
    CommandRun login = person.command().run("login", "tracker");
    assertThat(login.exit()).isZero();
    assertThat(login.out()).contains("wants no login");
  }
}
