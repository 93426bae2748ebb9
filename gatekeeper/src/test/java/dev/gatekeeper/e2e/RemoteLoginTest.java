package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.gatekeeper.login.MadeUpAuthorization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A login through the built program, at a server of the TypeScript SDK and one of the Java SDK that
 * want a token: had once by a person, kept from the agent, renewed without anybody.
 */
@EndToEnd
@ParameterizedClass
@ValueSource(strings = {"TypeScript", "servlet"})
@SuppressWarnings("NullAway.Init") // before each of both, which NullAway does not know
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RemoteLoginTest {
  private static final String ENTRY =
      """
      {"tools": {"allow": ["*"]}, "oauth": {"login": "made-up"}, "timeout": "20s"}\
      """;

  @Parameter String sdk;

  private static Path folder;
  private static MadeUpAuthorization authorization;
  private static HttpPeer server;
  private static Project project;
  private static Path tokens;

  @BeforeParameterizedClassInvocation
  static void adopt(String sdk, @TempDir Path temporary) throws Exception {
    folder = Files.createDirectories(temporary.resolve(sdk));
    authorization = new MadeUpAuthorization();
    tokens = Files.writeString(folder.resolve("valid"), "");
    authorization.afterTokens = RemoteLoginTest::publish;
    String metadata = authorization.origin() + "/resource";
    server =
        sdk.equals("servlet")
            ? HttpPeer.servlet(folder, tokens.toString(), metadata)
            : HttpPeer.streamable(Peers.installed(), folder, "events", tokens.toString(), metadata);
    authorization.documents.put(
        "/resource", authorization.resourceMetadata("resource", "\"" + server.uri("/mcp") + "\""));
    project = new Project(folder).remote("there", server.uri("/mcp"), ENTRY).adopted();
    Project.Result login = login();
    assertThat(login.exit()).as("%s", login).isZero();
  }

  @BeforeEach
  void nothingIsCounted() {
    authorization.forms.clear();
  }

  @AfterParameterizedClassInvocation
  static void stop() throws Exception {
    server.close();
    authorization.close();
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
    assertThat(project.chain()).doesNotContain("made-up-access").doesNotContain("made-up-refresh");
    if (Files.exists(project.serveLog())) {
      assertThat(Files.readString(project.serveLog(), UTF_8)).doesNotContain("made-up-access");
    }
  }

  /** Tells the server which tokens count. */
  private static void publish() {
    try {
      Path next = Files.writeString(folder.resolve("next"), String.join("\n", authorization.valid));
      Files.move(next, tokens, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on the server takes none of the tokens that it took. */
  private static void expire() {
    authorization.valid.clear();
    publish();
  }

  private static Project.Result login() throws Exception {
    Path browser = folder.resolve("browser");
    Files.writeString(
        browser,
        "#!/bin/sh\nexec '%s' -e 'fetch(process.argv[1]).then((r) => r.text())' \"$1\"\n"
            .formatted(Peers.installed().node()));
    Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> person = project.person();
    person.put("BROWSER", browser.toString());
    return project.run(List.of("login", "there"), person, "");
  }

  private static RawClient connected() throws Exception {
    RawClient client = project.serve();
    client.initialize("{}");
    assertThat(client.listed("there__echo")).isTrue();
    return client;
  }

  private static void echoes(RawClient client, String message) throws Exception {
    RawClient.Line line = client.tool("there__echo", "{\"message\":\"" + message + "\"}");
    assertThat(line.said()).as("%s", line.text()).isEqualTo("echo " + message);
  }

  private static void keptFromTheAgent(RawClient client) {
    assertThat(client.lines())
        .noneMatch(
            line ->
                line.text().contains("made-up-access") || line.text().contains("made-up-refresh"));
  }

  @Test
  void aTokenIsRenewedWithoutAnybodyAndOnlyOnce() throws Exception {
    try (RawClient client = connected()) {
      echoes(client, "first");
      expire();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        ids.add(client.sendTool("there__echo", "{\"message\":\"" + i + "\"}"));
      }
      for (int i = 0; i < 10; i++) {
        assertThat(client.answer(ids.get(i)).said()).isEqualTo("echo " + i);
      }
      assertThat(authorization.asked("refresh_token")).isEqualTo(1);
      keptFromTheAgent(client);
      assertThat(client.finish()).isZero();
    }
  }

  /** The stream of the answer breaks, and the token has ended meanwhile. */
  @Test
  void aTokenIsRenewedInTheMiddleOfACall() throws Exception {
    assumeFalse(sdk.equals("servlet"), "it remembers no events, so nobody can read on");
    try (RawClient client = connected()) {
      String id = client.sendTool("there__polled", "{\"pause\":1500}");
      client.await("the first half", line -> line.text().contains("\"before\""));
      expire();
      assertThat(client.answer(id).said()).isEqualTo("after");
      assertThat(authorization.asked("refresh_token")).isEqualTo(1);
      keptFromTheAgent(client);
      assertThat(client.finish()).isZero();
    }
  }

  @Test
  void twoSessionsShareOneLogin() throws Exception {
    try (RawClient one = connected();
        RawClient other = connected()) {
      echoes(one, "one");
      echoes(other, "other");
      expire();
      String first = one.sendTool("there__echo", "{\"message\":\"at once\"}");
      String second = other.sendTool("there__echo", "{\"message\":\"at once\"}");
      assertThat(one.answer(first).said()).isEqualTo("echo at once");
      assertThat(other.answer(second).said()).isEqualTo("echo at once");
      assertThat(authorization.asked("refresh_token")).isEqualTo(1);
      assertThat(one.finish()).isZero();
      echoes(other, "goes on");
      assertThat(other.finish()).isZero();
    }
  }

  @Test
  void whoMustLogInAgainIsToldSoAndTheSameSessionGoesOn() throws Exception {
    try (RawClient client = connected()) {
      expire();
      authorization.refreshes.clear();
      RawClient.Line line = client.tool("there__echo", "{}");
      assertThat(line.failed()).isTrue();
      assertThat(line.said()).contains("gatekeeper login there");
      assertThat(login().exit()).isZero();
      echoes(client, "again");
      keptFromTheAgent(client);
      assertThat(client.finish()).isZero();
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aLoginThatIsGivenBackIsOver() throws Exception {
    Project.Result out = project.gatekeeper("logout", "there");
    assertThat(out.exit()).as("%s", out).isZero();
    assertThat(authorization.requests).contains("POST /revoke");
    assertThat(authorization.valid).isEmpty();
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(client.tool("there__echo", "{}").failed()).isTrue();
      assertThat(client.finish()).isZero();
    }
  }
}
