package dev.gatekeeper.proxy;

import static dev.gatekeeper.http.RawServer.answer;
import static dev.gatekeeper.http.RawServer.say;
import static dev.gatekeeper.http.RawServer.text;
import static dev.gatekeeper.remote.FakeRemote.STREAM;
import static dev.gatekeeper.remote.FakeRemote.content;
import static dev.gatekeeper.remote.FakeRemote.event;
import static dev.gatekeeper.remote.FakeRemote.json;
import static dev.gatekeeper.remote.FakeRemote.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.http.RawServer.Seen;
import dev.gatekeeper.remote.FakeRemote;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Remote servers that let a session down, or repeat what they were told. */
@Timeout(120)
final class UnrulyRemoteTest {
  @TempDir Path directory;
  private FakeRemote server;

  @BeforeEach
  void open() throws Exception {
    server = new FakeRemote();
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  private TestAgent agent(String more) throws Exception {
    TestAgent agent =
        new TestAgent(
            directory,
            "\"far\":{\"reason\":\"test\",\"owner\":\"test\",\"type\":\"http\",\"url\":\""
                + server.url()
                + "\",\"tools\":{\"allow\":[\"*\"]}"
                + more
                + "}");
    agent.initialize("{\"elicitation\":{},\"roots\":{}}");
    return agent;
  }

  /**
   * The stream finds out, and a call that is under way has its time: what comes meanwhile waits.
   */
  @Test
  void noCallIsTurnedAwayWhileALostSessionEnds() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch refused = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    server
        .tools("echo", "slow")
        .on(
            "tool slow",
            (request, out) -> {
              asked.countDown();
              over.await();
            })
        .on(
            "GET",
            (request, out) -> {
              if (server.seen("GET").size() == 1) {
                say(out, STREAM + "retry: 1\n\n");
                asked.await();
              } else if (server.seen("GET").size() == 2) {
                say(out, text(404, ""));
                refused.countDown();
              } else {
                say(out, text(405, ""));
              }
            });
    try (TestAgent agent = agent("")) {
      agent.call("100", "far__slow");
      assertThat(refused.await(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 40; i++) {
        agent.call(String.valueOf(i), "far__echo");
        assertThat(agent.answer(String.valueOf(i))).contains("\"text\":\"echo\"");
        Thread.sleep(20);
      }
      assertThat(agent.answer("100")).contains("may have had an effect and was not repeated");
      over.countDown();
      assertThat(server.seen("initialize")).hasSize(2);
    }
  }

  /** It takes no notification, so that it cannot be told: then the connection is what says it. */
  @Test
  void aCancelledCallIsLetGoOfWhereTheServerCannotBeTold() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    server
        .on("notifications/roots/list_changed", (request, out) -> over.await())
        .on(
            "tools/call",
            (request, out) -> {
              asked.countDown();
              if (request.socket().getInputStream().read() < 0) {
                gone.countDown();
              }
            });
    try (TestAgent agent = agent(",\"serverRequests\":[\"roots\"]")) {
      agent.call("3", "far__echo");
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 4_200; i++) {
        agent.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"}");
      }
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":3}}");
      assertThat(gone.await(15, TimeUnit.SECONDS)).isTrue();
      over.countDown();
    }
  }

  @Test
  void noneBeginsOnceTheSessionEnds() throws Exception {
    try (TestAgent agent = agent("")) {
      agent.world().launching().endAll();
      agent.call("1", "far__echo");
      assertThat(agent.answer("1")).contains("the session is ending");
      assertThat(server.raw().connections()).isZero();
    }
  }

  /**
   * Whatever may be quoted of an answer: a media type, where it redirects to, an error, an event.
   */
  @Test
  void aSecretDoesNotComeBackInWhatIsSaidOfTheServer() throws Exception {
    String token = "made-up-token-of-far";
    secrets(token);
    server
        .tools("type", "redirect", "error", "event", "session")
        .on("tool type", answer(200, "{}", "Content-Type: " + token))
        .on("tool redirect", answer(307, "", "Location: https://" + token + ".example/"))
        .on("tool error", (request, out) -> say(out, refusing(request, 400, token)))
        .on(
            "tool event",
            (request, out) ->
                say(out, STREAM + "event: " + token + "\ndata: " + token + "\n\n: " + token))
        .on(
            "tool session",
            (request, out) -> say(out, refusing(request, 500, request.header("mcp-session-id"))));
    try (TestAgent agent = agent(",\"headers\":{\"x-api-key\":\"secret:far/token\"}")) {
      for (String tool : new String[] {"type", "redirect", "error", "event", "session"}) {
        agent.call("\"" + tool + "\"", "far__" + tool);
        assertThat(agent.answer("\"" + tool + "\"")).contains("far").doesNotContain("made-up");
      }
    }
  }

  private static String refusing(Seen request, int status, String text) {
    return text(
        status,
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + FakeRemote.id(request)
            + ",\"error\":{\"code\":-1,\"message\":\"far "
            + text
            + "\"}}",
        "Content-Type: application/json");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** In JSON and in events, also in another form; what another server says is not touched. */
  @Test
  void whatAServerCallsOurSessionDoesNotReachTheAgent() throws Exception {
    server
        .tools("json", "events")
        .on(
            "tool json",
            (request, out) -> say(out, json(request, content(request.header("mcp-session-id")))))
        .on(
            "tool events",
            (request, out) ->
                say(
                    out,
                    STREAM
                        + event(
                            message(request, content(base64(request.header("mcp-session-id")))))));
    try (TestAgent agent = agent("")) {
      agent.call("1", "far__json");
      assertThat(agent.answer("1")).contains("[session:far]").doesNotContain("made-up");
      agent.call("2", "far__events");
      assertThat(agent.answer("2"))
          .contains(base64("[session:far]"))
          .doesNotContain(base64("made-up-session-1"));
      assertThat(agent.world().redactor().isEmpty()).isTrue();
    }
  }

  /** Whatever goes wrong: nobody waits for a start that is over, and no grant stays open. */
  @Test
  void aFaultOfOursAtTheStartIsSaidAsWell() throws Exception {
    secrets("made-up-token-of-far");
    try (TestAgent agent = agent(",\"headers\":{\"x-api-key\":\"secret:far/token\"}")) {
      agent
          .world()
          .launching()
          .loginBy(
              () -> {
                throw new IllegalStateException("made up");
              });
      agent.call("1", "far__echo");
      assertThat(agent.answer("1"))
          .contains("server far could not be started: IllegalStateException");
      assertThat(agent.audit()).contains("\"event\":\"grant\"").contains("\"event\":\"revoke\"");
    }
  }

  private void secrets(String token) throws Exception {
    Files.createDirectories(directory.resolve("home"));
    try (OpenVault vault = VaultFixture.create(directory.resolve("home/vault"))) {
      VaultFixture.put(vault, "far/token", token);
    }
  }
}
