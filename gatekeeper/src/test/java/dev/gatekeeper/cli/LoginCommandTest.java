package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.login.MadeUpAuthorization;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code login} and {@code logout}, with a browser that is a script. */
@Timeout(120)
final class LoginCommandTest {
  private static final HttpClient PERSON =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

  @TempDir Path folder;
  private MadeUpAuthorization made;
  private Path browser;
  private Path opened;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    made = new MadeUpAuthorization();
    opened = folder.resolve("opened");
    browser = folder.resolve("browser");
    write(
        "browser",
        "#!/bin/sh\nprintf '%s' \"$1\" > '"
            + opened
            + ".part'\nmv '"
            + opened
            + ".part' '"
            + opened
            + "'\n",
        "rwx------");
    write("passphrase", "made-up passphrase of the tests", "rw-------");
    assertThat(command().run("vault", "init").exit()).isZero();
    entry("");
  }

  @AfterEach
  void stop() {
    made.close();
  }

  private void write(String name, String text, String mode) throws IOException {
    Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString(mode));
  }

  private void entry(String oauth) throws IOException {
    Path list = folder.resolve(".gatekeeper/allowlist.json");
    Files.createDirectories(list.getParent());
    Files.writeString(
        list,
        """
        {"version": 1, "mcpServers": {
          "tracker": {"type": "http", "url": "%s", "oauth": {"login": "tracker" %s},
                      "tools": {"allow": ["*"]}},
          "here": {"command": "cat", "unpinned": "a test", "tools": {"allow": ["*"]}}}}
        """
            .formatted(made.mcp(), oauth));
    CommandRun trust = command().run("allowlist", "trust", "--yes");
    assertThat(trust.exit()).as(trust.err()).isZero();
  }

  private CommandRun command() {
    return CommandRun.in(folder)
        .with("HOME", folder.toString())
        .with("PATH", "/usr/bin:/bin")
        .with("BROWSER", browser.toString())
        .with("GATEKEEPER_HOME", folder.resolve("home").toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  private CompletableFuture<CommandRun> login(String... options) {
    List<String> line = new ArrayList<>(List.of("login", "tracker"));
    line.addAll(Arrays.asList(options));
    return CompletableFuture.supplyAsync(() -> command().run(line.toArray(String[]::new)));
  }

  /** The address that the browser was given. */
  private String address(CompletableFuture<CommandRun> login) throws Exception {
    while (!Files.exists(opened)) {
      assertThat(login.isDone()).as(login.isDone() ? login.get().err() : "").isFalse();
      Thread.sleep(10);
    }
    String address = Files.readString(opened);
    Files.delete(opened);
    return address;
  }

  private static HttpResponse<String> visit(String address) throws Exception {
    return PERSON.send(
        HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private CommandRun loggedIn(String... options) throws Exception {
    CompletableFuture<CommandRun> login = login(options);
    HttpResponse<String> page = visit(address(login));
    assertThat(page.statusCode()).isEqualTo(200);
    CommandRun run = login.get();
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
    return run;
  }

  private String log() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var found = Files.walk(folder.resolve("home/audit/log"))) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private Path file() {
    return folder.resolve("home/logins/tracker.login");
  }

  @Test
  void aPersonLogsInAndOut() throws Exception {
    CommandRun login = loggedIn();
    assertThat(login.out())
        .contains("server   tracker at " + made.origin())
        .contains("issuer   " + made.origin(), "scopes   read", "Logged in to tracker.")
        .doesNotContain("made-up-access", "made-up-refresh", "made-up-code");
    assertThat(made.forms.get(0))
        .contains("\"token_endpoint_auth_method\":\"none\"", "http://127.0.0.1:");
    assertThat(made.forms.get(1))
        .contains("grant_type=authorization_code", "code_verifier=", "resource=http")
        .contains("client_id=made-up-client");
    assertThat(Files.getPosixFilePermissions(file())).hasSize(2);
    assertThat(Files.readString(file())).startsWith("gatekeeper-login/1\nlogin tracker\n");
    assertThat(command().run("vault", "list").out()).contains("login/tracker");
    assertThat(log()).contains("\"event\":\"login\"").doesNotContain("made-up-access");

    CommandRun logout = command().run("logout", "tracker");
    assertThat(logout.err()).isEmpty();
    assertThat(logout.out()).isEqualTo("Logged out of tracker; its tokens are revoked.\n");
    assertThat(made.forms.get(2)).contains("token_type_hint=refresh_token");
    assertThat(made.forms.get(3)).contains("token_type_hint=access_token");
    assertThat(made.valid).isEmpty();
    assertThat(file()).doesNotExist();
    assertThat(command().run("vault", "list").out()).doesNotContain("login/tracker");
    assertThat(log()).contains("\"event\":\"logout\"", "\"outcome\":\"revoked\"");
    assertThat(command().run("logout", "tracker").out())
        .isEqualTo("Nobody is logged in to tracker.\n");
  }

  @Test
  void aLoginWhoseEntryIsGoneIsEndedByItsOwnName() throws Exception {
    CommandRun _ = loggedIn();
    assertThat(command().run("logout").exit()).isEqualTo(2);
    assertThat(command().run("logout", "--login", "../tracker").exit()).isEqualTo(2);
    Files.delete(folder.resolve(".gatekeeper/allowlist.json"));
    CommandRun logout = command().run("logout", "--login", "tracker");
    assertThat(logout.err()).isEmpty();
    assertThat(logout.out()).isEqualTo("Logged out of tracker; its tokens are revoked.\n");
    assertThat(made.valid).isEmpty();
  }

  @Test
  void theStatusSaysWhoIsLoggedInAndNoToken() throws Exception {
    assertThat(command().run("status").out())
        .contains("login    tracker, nobody has logged in. A person types: gatekeeper login tracker");
    CommandRun _ = loggedIn();
    CommandRun status = command().run("status");
    assertThat(status.out())
        .contains("login    tracker, as tracker by " + made.origin())
        .contains(", token until 2026-01-02T04:04:05Z, scopes read")
        .doesNotContain("made-up-access", "made-up-refresh");
    assertThat(command().run("status", "--json").out())
        .contains("\"logins\":{\"tracker\":{\"state\":\"logged-in\",\"login\":\"tracker\"");
    Files.writeString(file(), "\u001b[2J");
    assertThat(command().run("status").out()).contains("its file cannot be read");
  }

  @Test
  void whatCannotBeRevokedIsSaidAndDeleted() throws Exception {
    CommandRun _ = loggedIn();
    made.takesRevocations = false;
    CommandRun logout = command().run("logout", "tracker");
    assertThat(logout.exit()).isEqualTo(1);
    assertThat(logout.err()).contains("could not be revoked", "withdraw the access");
    assertThat(file()).doesNotExist();
    made.documents.put(
        "/.well-known/oauth-authorization-server", made.metadata("revocation_endpoint", ""));
    CommandRun _ = loggedIn();
    assertThat(command().run("logout", "tracker").out()).contains("revokes no tokens");
  }

  /** The agent's shell: it has no passphrase, whatever else it answers for the person. */
  @Test
  void withoutAPassphraseNobodyLogsIn() throws Exception {
    CommandRun agent = command().with("CLAUDECODE", "1").run("login", "tracker");
    assertThat(agent.exit()).isEqualTo(1);
    assertThat(agent.err()).contains("login is for a person");
    assertThat(made.requests).isEmpty();

    CommandRun silent =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", folder.resolve("home").toString())
            .with("BROWSER", browser.toString())
            .input("yes\ny\n\n".repeat(100).getBytes(UTF_8))
            .run("login", "tracker", "--paste");
    assertThat(silent.exit()).isNotZero();
    write("passphrase", "made-up guess of an agent", "rw-------");
    CommandRun guess = command().run("login", "tracker");
    assertThat(guess.exit()).isEqualTo(3);
    CommandRun out = command().run("logout", "tracker");
    assertThat(out.exit()).isEqualTo(3);
    assertThat(opened).doesNotExist();
    assertThat(file()).doesNotExist();
    assertThat(made.requests).doesNotContain("POST /register", "POST /token");
  }

  @Test
  void onlyARemoteServerOfTheListInForceHasALogin() throws Exception {
    CommandRun unknown = command().run("login", "nobody");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("no server of that name");
    assertThat(command().run("login", "here").err()).contains("a program on this machine");
    Path list = folder.resolve(".gatekeeper/allowlist.json");
    assertThat(made.requests).isEmpty();
    // What nobody has trusted since is not asked: the address in force stays.
    Files.writeString(list, Files.readString(list).replace("127.0.0.1", "localhost"));
    assertThat(command().run("login", "tracker", "--wait", "1").out())
        .contains("tracker at " + made.origin())
        .doesNotContain("localhost");
  }

  @Test
  void anotherStateIsNotTakenAndTheWaitGoesOn() throws Exception {
    CompletableFuture<CommandRun> login = login();
    String address = address(login);
    String redirect =
        Optional.ofNullable(MadeUpAuthorization.parameters(address).get("redirect_uri"))
            .orElseThrow();
    assertThat(visit(redirect + "?code=made-up-stolen&state=made-up").statusCode()).isEqualTo(400);
    assertThat(login.isDone()).isFalse();
    assertThat(visit(address).statusCode()).isEqualTo(200);
    assertThat(login.get().exit()).isZero();
  }

  @Test
  void theAnswerOfAnotherIssuerIsRefused() throws Exception {
    for (String issuer : List.of("https://evil.example", "")) {
      made.redirected.put("iss", issuer);
      CompletableFuture<CommandRun> login = login();
      HttpResponse<String> _ = visit(address(login));
      assertThat(login.get().exit()).isEqualTo(3);
      assertThat(login.get().err()).contains("from another authorization server");
    }
    assertThat(made.asked("authorization_code")).isZero();
    assertThat(file()).doesNotExist();
  }

  @Test
  void aPersonWhoSaysNoIsHeard() throws Exception {
    made.redirected.putAll(Map.of("code", "", "error", "access_denied"));
    CompletableFuture<CommandRun> login = login();
    HttpResponse<String> _ = visit(address(login));
    assertThat(login.get().exit()).isEqualTo(1);
    assertThat(login.get().err()).contains("refuses: access_denied");
    assertThat(file()).doesNotExist();
  }

  @Test
  void whoDoesNotComeBackChangesNothing() throws Exception {
    CommandRun login = command().run("login", "tracker", "--wait", "1", "--no-browser");
    assertThat(login.exit()).isEqualTo(3);
    assertThat(login.out()).contains(made.origin() + "/authorize?response_type=code");
    assertThat(login.err()).contains("did not come back within 1 s");
    assertThat(opened).doesNotExist();
    assertThat(command().run("vault", "list").out()).doesNotContain("login/");
  }

  @Test
  void thePortOfTheEntryIsUsedAndMayBeTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      entry(", \"clientId\": \"made-up-own\", \"redirectPort\": " + taken.getLocalPort());
      CommandRun login = command().run("login", "tracker");
      assertThat(login.exit()).isEqualTo(3);
      assertThat(login.err()).contains("port " + taken.getLocalPort(), "in use");
    }
    CommandRun _ = loggedIn();
    assertThat(made.requests).doesNotContain("POST /register");
    assertThat(made.forms.getFirst()).contains("client_id=made-up-own");
  }

  @Test
  void aClientWithASecretProvesItself() throws Exception {
    assertThat(
            command()
                .input("made-up-secret-of-the-client".getBytes(UTF_8))
                .run("vault", "put", "oauth/tracker")
                .exit())
        .isZero();
    entry(", \"clientId\": \"made-up-own\", \"clientSecret\": \"secret:oauth/tracker\"");
    CommandRun _ = loggedIn();
    assertThat(made.authorizations.getFirst()).startsWith("Basic ");
    assertThat(made.forms.getFirst()).doesNotContain("made-up-secret-of-the-client");
    assertThat(log()).contains("\"variable\":\"oauth.clientSecret\"");
    assertThat(command().run("logout", "tracker").exit()).isZero();
  }

  @Test
  void aServerThatRegistersNobodyIsToldWithWhatToWrite() throws Exception {
    made.documents.put(
        "/.well-known/oauth-authorization-server", made.metadata("registration_endpoint", ""));
    CommandRun login = command().run("login", "tracker");
    assertThat(login.exit()).isEqualTo(3);
    assertThat(login.err()).contains("registers no clients", "\"clientId\"", "\"redirectPort\"");
    made.documents.put(
        "/.well-known/oauth-authorization-server",
        made.metadata(
            "registration_endpoint", "", "client_id_metadata_document_supported", "true"));
    entry(", \"clientMetadata\": \"https://client.example/client.json\"");
    CommandRun _ = loggedIn();
    assertThat(made.forms.getLast()).contains("client_id=https%3A%2F%2Fclient.example%2Fclient");
  }

  @Test
  void scopesStayWithinTheEntry() throws Exception {
    entry(", \"scopes\": [\"read\", \"write\"]");
    CommandRun beyond = command().run("login", "tracker", "--scope", "read admin");
    assertThat(beyond.exit()).isEqualTo(3);
    assertThat(beyond.err()).contains("does not let admin be asked for");
    made.tokenMembers.put("scope", "\"write\"");
    CommandRun login = loggedIn("--scope", "write");
    assertThat(login.out()).contains("scopes   write").doesNotContain("granted");
    assertThat(Files.readString(file())).contains("\nscope write\n");
  }

  @Test
  void anAddressCanBePastedFromAnotherMachine() throws Exception {
    CommandRun login =
        command()
            .input("nonsense\nhttp://127.0.0.1:1/callback?code=a&state=b\n".getBytes(UTF_8))
            .run("login", "tracker", "--paste");
    assertThat(login.exit()).isEqualTo(1);
    assertThat(login.out()).contains("Open this in a browser, on any machine:");
    assertThat(login.err()).contains("not the address to which this login was sent");
    assertThat(opened).doesNotExist();
  }

  @Test
  void aClientOfItsOwnNeedsNobody() throws Exception {
    entry(
        ", \"grant\": \"client_credentials\", \"clientId\": \"made-up-ci\", \"clientSecret\":"
            + " \"secret:oauth/ci\"");
    CommandRun login = command().run("login", "tracker");
    assertThat(login.exit()).isZero();
    assertThat(login.out()).contains("wants no login");
  }
}
