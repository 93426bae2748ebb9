package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.login.MadeUpAuthorization;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code login} where somebody says no, goes away, or is somebody else. */
@Timeout(120)
final class LoginFailuresTest {
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

  /** The agent's shell: it has no passphrase, whatever else it answers for the person. */
  @Test
  void withoutAPassphraseNobodyLogsIn() throws Exception {
    CommandRun agent = person.command().with("CLAUDECODE", "1").run("login", "tracker");
    assertThat(agent.exit()).isEqualTo(1);
    assertThat(agent.err()).contains("login is for a person");
    assertThat(made.requests).isEmpty();

    CommandRun silent =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", folder.resolve("home").toString())
            .with("BROWSER", person.browser.toString())
            .input("yes\ny\n\n".repeat(100).getBytes(UTF_8))
            .run("login", "tracker", "--paste");
    assertThat(silent.exit()).isNotZero();
    person.write("passphrase", "made-up guess of an agent", "rw-------");
    CommandRun guess = person.command().run("login", "tracker");
    assertThat(guess.exit()).isEqualTo(3);
    CommandRun out = person.command().run("logout", "tracker");
    assertThat(out.exit()).isEqualTo(3);
    assertThat(person.opened).doesNotExist();
    assertThat(person.file()).doesNotExist();
    assertThat(made.requests).doesNotContain("POST /register", "POST /token");
  }

  @Test
  void onlyARemoteServerOfTheListInForceHasALogin() throws Exception {
    CommandRun unknown = person.command().run("login", "nobody");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("no server of that name");
    assertThat(person.command().run("login", "here").err()).contains("a program on this machine");
    Path list = folder.resolve(".gatekeeper/allowlist.json");
    assertThat(made.requests).isEmpty();
    // What nobody has trusted since is not asked: the address in force stays.
    Files.writeString(list, Files.readString(list).replace("127.0.0.1", "localhost"));
    assertThat(person.command().run("login", "tracker", "--wait", "1").out())
        .contains("tracker at " + made.origin())
        .doesNotContain("localhost");
  }

  @Test
  void theFileOfAnAuthorityLiesWhereTheEntrySays() throws Exception {
    String list = Files.readString(folder.resolve(".gatekeeper/allowlist.json"));
    for (String place :
        List.of("${project}/corp.pem", "${home}/corp.pem", "~/corp.pem", "corp.pem")) {
      Files.writeString(
          folder.resolve(".gatekeeper/allowlist.json"),
          list.replace("http://127", "https://127")
              .replace("\"oauth\"", "\"ca\": \"" + place + "\", \"oauth\""));
      assertThat(person.command().run("allowlist", "trust", "--yes").exit()).isZero();
      for (String noun : List.of("login", "logout")) {
        CommandRun run = person.command().run(noun, "tracker");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err())
            .as("%s, %s", noun, place)
            .contains("the file of ca, " + folder.resolve("corp.pem") + ", cannot be read");
      }
    }
  }

  @Test
  void anotherStateIsNotTakenAndTheWaitGoesOn() throws Exception {
    CompletableFuture<CommandRun> login = person.login();
    String address = person.address(login);
    String redirect =
        Optional.ofNullable(MadeUpAuthorization.parameters(address).get("redirect_uri"))
            .orElseThrow();
    assertThat(LoggingIn.visit(redirect + "?code=made-up-stolen&state=made-up").statusCode())
        .isEqualTo(400);
    assertThat(login.isDone()).isFalse();
    assertThat(LoggingIn.visit(address).statusCode()).isEqualTo(200);
    assertThat(login.get().exit()).isZero();
  }

  @Test
  void theAnswerOfAnotherIssuerIsRefused() throws Exception {
    for (String issuer : List.of("https://evil.example", "")) {
      made.redirected.put("iss", issuer);
      CompletableFuture<CommandRun> login = person.login();
      HttpResponse<String> _ = LoggingIn.visit(person.address(login));
      assertThat(login.get().exit()).isEqualTo(3);
      assertThat(login.get().err()).contains("from another authorization server");
    }
    assertThat(made.asked("authorization_code")).isZero();
    assertThat(person.file()).doesNotExist();
  }

  @Test
  void aPersonWhoSaysNoIsHeard() throws Exception {
    made.redirected.putAll(Map.of("code", "", "error", "access_denied"));
    CompletableFuture<CommandRun> login = person.login();
    HttpResponse<String> _ = LoggingIn.visit(person.address(login));
    assertThat(login.get().exit()).isEqualTo(1);
    assertThat(login.get().err()).contains("refuses: access_denied");
    assertThat(person.file()).doesNotExist();
  }

  @Test
  void whoDoesNotComeBackChangesNothing() throws Exception {
    CommandRun login = person.command().run("login", "tracker", "--wait", "1", "--no-browser");
    assertThat(login.exit()).isEqualTo(3);
    assertThat(login.out()).contains(made.origin() + "/authorize?response_type=code");
    assertThat(login.err()).contains("did not come back within 1 s");
    assertThat(person.opened).doesNotExist();
    assertThat(person.command().run("vault", "list").out()).doesNotContain("login/");
  }

  /** By real processes: a terminal that is closed, a machine that stops. */
  @Test
  void killedWhileItWaitsItLeavesNothing() throws Exception {
    for (boolean forcibly : List.of(true, false)) {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              Main.class.getName(),
              "login",
              "tracker");
      builder.environment().clear();
      builder.environment().putAll(person.environment());
      Process process =
          builder
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out").toFile())
              .start();
      while (!Files.exists(person.opened)) {
        assertThat(process.isAlive()).as(Files.readString(folder.resolve("out"))).isTrue();
        Thread.sleep(10);
      }
      String address = Files.readString(person.opened);
      Files.delete(person.opened);
      boolean _ = forcibly ? process.toHandle().destroyForcibly() : process.toHandle().destroy();
      assertThat(process.waitFor()).isNotZero();
      assertThat(person.file()).doesNotExist();
      assertThat(person.command().run("vault", "list").out()).doesNotContain("login/");
      assertThatThrownBy(() -> LoggingIn.visit(address))
          .isInstanceOf(IOException.class); // nobody listens any more
    }
    assertThat(made.asked("authorization_code")).isZero();
    CommandRun _ = person.loggedIn();
  }

  /** Not at the first call, when nobody remembers the login. */
  @Test
  void tokensThatCannotBeMaskedAreNotKept() throws Exception {
    for (String member : List.of("access_token", "refresh_token")) {
      made.tokenMembers.clear();
      made.tokenMembers.put(member, "\"short\"");
      CompletableFuture<CommandRun> login = person.login();
      HttpResponse<String> _ = LoggingIn.visit(person.address(login));
      assertThat(login.get().exit()).isEqualTo(3);
      assertThat(login.get().err()).contains("too weak to be recognised", "8 bytes are the least");
      assertThat(login.get().err()).doesNotContain("short");
      assertThat(made.forms.getLast()).contains("token_type_hint=access_token"); // given back
      assertThat(person.file()).doesNotExist();
    }
    assertThat(person.command().run("vault", "list").out()).doesNotContain("login/");
  }

  /** The later one counts, whole: no key of the one beside tokens of the other. */
  @Test
  void twoLoginsAtOnceLeaveOne() throws Exception {
    CompletableFuture<CommandRun> one = person.login();
    String first = person.address(one);
    CompletableFuture<CommandRun> two = person.login();
    String second = person.address(two);
    CompletableFuture<Integer> visited =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return LoggingIn.visit(first).statusCode();
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            });
    assertThat(LoggingIn.visit(second).statusCode()).isEqualTo(200);
    assertThat(visited.get()).isEqualTo(200);
    assertThat(one.get().exit()).as(one.get().err()).isZero();
    assertThat(two.get().exit()).as(two.get().err()).isZero();
    assertThat(person.file().resolveSibling("tracker.next")).doesNotExist();
    assertThat(person.command().run("logout", "tracker").out()).contains("tokens are revoked");
  }

  @Test
  void thePortOfTheEntryIsUsedAndMayBeTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      person.entry(", \"clientId\": \"made-up-own\", \"redirectPort\": " + taken.getLocalPort());
      CommandRun login = person.command().run("login", "tracker");
      assertThat(login.exit()).isEqualTo(3);
      assertThat(login.err()).contains("port " + taken.getLocalPort(), "in use");
    }
    CommandRun _ = person.loggedIn();
    assertThat(made.requests).doesNotContain("POST /register");
    assertThat(made.forms.getFirst()).contains("client_id=made-up-own");
  }

  @Test
  void aServerThatRegistersNobodyIsToldWithWhatToWrite() throws Exception {
    made.documents.put(
        "/.well-known/oauth-authorization-server", made.metadata("registration_endpoint", ""));
    CommandRun login = person.command().run("login", "tracker");
    assertThat(login.exit()).isEqualTo(3);
    assertThat(login.err()).contains("registers no clients", "\"clientId\"", "\"redirectPort\"");
    made.documents.put(
        "/.well-known/oauth-authorization-server",
        made.metadata(
            "registration_endpoint", "", "client_id_metadata_document_supported", "true"));
    person.entry(", \"clientMetadata\": \"https://client.example/client.json\"");
    CommandRun _ = person.loggedIn();
    assertThat(made.forms.getLast()).contains("client_id=https%3A%2F%2Fclient.example%2Fclient");
  }
}
