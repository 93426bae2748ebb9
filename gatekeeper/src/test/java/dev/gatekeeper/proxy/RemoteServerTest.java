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

import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.http.RawServer.Seen;
import dev.gatekeeper.remote.FakeRemote;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session of an agent with a server that is reached by HTTP: as with one that is a process. */
@Timeout(120)
final class RemoteServerTest {
  private static final String ALL =
      ",\"tools\":{\"allow\":[\"*\"],\"deny\":[\"hidden\"]},\"resources\":{\"allow\":[\"*\"]}";

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
                + "\""
                + ALL
                + more
                + "}");
    agent.initialize("{\"elicitation\":{},\"roots\":{}}");
    return agent;
  }

  private void secrets() throws Exception {
    Files.createDirectories(directory.resolve("home"));
    try (OpenVault vault = VaultFixture.create(directory.resolve("home/vault"))) {
      VaultFixture.put(vault, "far/token", "made-up-token-of-far");
      VaultFixture.put(vault, "far/broken", "made-up-token\r\nHost: evil.example");
      VaultFixture.put(vault, "shop/password", "made-up-password");
    }
  }

  @Test
  void listsAndCalls() throws Exception {
    server.tools("echo", "hidden");
    try (TestAgent agent = agent("")) {
      assertThat(agent.list("1", "tools/list", "\"far__echo\"")).doesNotContain("hidden");
      agent.call("2", "far__echo");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      agent.call("3", "far__hidden");
      assertThat(agent.answer("3")).contains("Unknown tool");
      assertThat(agent.audit())
          .contains("\"event\":\"server.start\"")
          .contains("\"reason\":\"http://127.0.0.1:" + server.raw().port() + "\"")
          .contains("\"event\":\"call.denied\"")
          .contains("\"event\":\"server.stop\"")
          .contains("\"reason\":\"was ended\"")
          .doesNotContain("made-up-session");
    }
    assertThat(server.seen("DELETE")).hasSize(1);
  }

  @Test
  void grantsTheHeadersAndMasksThem() throws Exception {
    secrets();
    server.on(
        "tools/call",
        (request, out) -> say(out, json(request, content(request.header("authorization")))));
    try (TestAgent agent =
        agent(",\"headers\":{\"Authorization\":\"Bearer ${secret:far/token}\",\"x-team\":\"a\"}")) {
      agent.call("1", "far__echo");
      assertThat(agent.answer("1")).contains("secret:far/token").doesNotContain("made-up");
      assertThat(server.seen("tools/call").getFirst().header("authorization"))
          .isEqualTo("Bearer made-up-token-of-far");
      assertThat(agent.audit())
          .contains("\"secret\":\"secret:far/token\",\"variable\":\"headers.authorization\"")
          .contains("\"variable\":\"headers.authorization headers.x-team\"")
          .contains("\"event\":\"revoke\"")
          .doesNotContain("made-up");
    }
  }

  @Test
  void aHeaderCannotBeInjected() throws Exception {
    secrets();
    try (TestAgent agent = agent(",\"headers\":{\"x-api-key\":\"${secret:far/broken}\"}")) {
      agent.call("1", "far__echo");
      assertThat(agent.answer("1"))
          .contains("the value of the header x-api-key is empty, too long, or holds")
          .doesNotContain("made-up");
      assertThat(server.raw().connections()).isZero();
      assertThat(agent.audit()).contains("\"event\":\"revoke\"");
    }
  }

  @Test
  void passesProgressQuestionsAndNotifications() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    server
        .on(
            "answer",
            (request, out) -> {
              say(out, text(202, ""));
              answered.countDown();
            })
        .on(
            "tools/call",
            (request, out) -> {
              String token = request.body().replaceAll("(?s).*\"progressToken\":([0-9]+).*", "$1");
              say(out, STREAM);
              say(
                  out,
                  event(
                      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                          + "{\"progressToken\":"
                          + token
                          + ",\"progress\":1}}"));
              say(out, event("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}"));
              assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
              say(out, event(message(request, content("done"))));
            });
    try (TestAgent agent = agent(",\"serverRequests\":[\"roots\"]")) {
      agent.request(
          "1", "tools/call", "{\"name\":\"far__echo\",\"_meta\":{\"progressToken\":\"mine\"}}");
      assertThat(agent.await(line -> line.contains("notifications/progress"), "progress"))
          .contains("\"progressToken\":\"mine\"");
      String question = agent.await(line -> line.contains("roots/list"), "a question");
      String id = question.replaceAll(".*\"id\":([^,}]+).*", "$1");
      agent.send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"roots\":[]}}");
      assertThat(agent.answer("1")).contains("\"text\":\"done\"");
      assertThat(server.seen("answer").getFirst().body())
          .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"roots\":[]}}");
    }
  }

  @Test
  void cancelsAndSubscribes() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    String updated =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":"
            + "{\"uri\":\"far://a\"}}";
    CountDownLatch subscribed = new CountDownLatch(1);
    server
        .on(
            "resources/list",
            (request, out) ->
                say(out, json(request, "{\"resources\":[{\"uri\":\"far://a\",\"name\":\"a\"}]}")))
        .on(
            "resources/subscribe",
            (request, out) -> {
              say(out, json(request, "{}"));
              subscribed.countDown();
            })
        .on(
            "GET",
            (request, out) -> {
              say(out, STREAM);
              assertThat(subscribed.await(30, TimeUnit.SECONDS)).isTrue();
              say(out, event(updated));
              Thread.sleep(60_000);
            })
        .on(
            "tools/call",
            (request, out) -> {
              asked.countDown();
              if (request.socket().getInputStream().read() < 0) {
                gone.countDown();
              }
            });
    try (TestAgent agent = agent("")) {
      agent.list("1", "resources/list", "far://a");
      agent.request("2", "resources/subscribe", "{\"uri\":\"far://a\"}");
      agent.answer("2");
      agent.await(line -> line.contains("resources/updated"), "an update");
      agent.call("3", "far__echo");
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":3}}");
      assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
      Seen cancelled = server.seen("notifications/cancelled").getFirst();
      String number = FakeRemote.id(server.seen("tools/call").getFirst());
      assertThat(cancelled.body()).contains("\"requestId\":" + number);
    }
  }

  @Test
  void aLostSessionIsBegunAnewAndTheCallThatFoundOutGoesOnceMore() throws Exception {
    try (TestAgent agent = agent("")) {
      agent.call("1", "far__echo");
      agent.answer("1");
      server.forget();
      agent.call("2", "far__echo");
      assertThat(agent.answer("2"))
          .contains("\"text\":\"echo\"")
          .contains("was started anew, since it has forgotten our session");
      assertThat(server.sessions()).isEqualTo(2);
      String audit = agent.audit();
      assertThat(audit.split("\"event\":\"call.intent\"", -1)).hasSize(3);
      assertThat(audit).contains("\"reason\":\"has forgotten our session\"");
    }
  }

  /** A server that forgets each session gets the call twice, and the agent is told. */
  @Test
  void aCallGoesTwiceAtMost() throws Exception {
    server.on("tools/call", answer(404, ""));
    try (TestAgent agent = agent("")) {
      agent.call("1", "far__echo");
      assertThat(agent.answer("1"))
          .contains("has forgotten our session; the call was not carried out");
      assertThat(server.seen("tools/call")).hasSize(2);
    }
  }

  /** Its grants end with the session that they were given to. */
  @Test
  void aCallWithSecretsDoesNotGoAgain() throws Exception {
    secrets();
    try (TestAgent agent =
        agent(",\"secretArguments\":{\"echo\":{\"/word\":[\"secret:shop/password\"]}}")) {
      agent.list("1", "tools/list", "far__");
      String call = "{\"name\":\"far__echo\",\"arguments\":{\"word\":\"secret:shop/password\"}}";
      agent.request("2", "tools/call", call);
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      assertThat(server.seen("tools/call").getFirst().body()).contains("made-up-password");
      server.forget();
      agent.request("3", "tools/call", call);
      assertThat(agent.answer("3")).contains("the call was not carried out");
      agent.request("4", "tools/call", call);
      assertThat(agent.answer("4")).contains("\"text\":\"echo\"");
    }
  }

  @Test
  void aServerThatDiesInMidCallIsTold() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.on(
        "tools/call",
        (request, out) -> {
          asked.countDown();
          Thread.sleep(60_000);
        });
    try (TestAgent agent = agent("")) {
      agent.call("1", "far__echo");
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      server.close();
      assertThat(agent.answer("1"))
          .contains("broke off before it answered; the call may have had an effect");
      agent.call("2", "far__echo");
      assertThat(agent.answer("2"))
          .contains("the connection was refused; the call was not carried out");
    }
  }

  @Test
  void oneThatIsNotThereIsSaidAndHoldsUpNobody() throws Exception {
    server.close();
    try (TestAgent agent = agent("")) {
      agent.call("1", "far__echo");
      assertThat(agent.answer("1"))
          .contains("server far cannot be reached: the connection was refused");
    }
  }

  @Test
  void anIdleSessionIsClosedAndBegunAnew() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    server.on(
        "DELETE",
        (request, out) -> {
          say(out, text(204, ""));
          closed.countDown();
        });
    try (TestAgent agent = agent(",\"lifetime\":\"idle:1s\"")) {
      agent.call("1", "far__echo");
      agent.answer("1");
      assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
      agent.call("2", "far__echo");
      assertThat(agent.answer("2")).contains("since it was not used for 1 s");
      assertThat(server.sessions()).isEqualTo(2);
    }
  }

  @Test
  void aSessionForEachCall() throws Exception {
    try (TestAgent agent = agent(",\"lifetime\":\"call\"")) {
      agent.call("1", "far__echo");
      agent.answer("1");
      agent.call("2", "far__echo");
      agent.answer("2");
      assertThat(server.sessions()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void withoutCredentialsThePersonIsTold() throws Exception {
    server.on("initialize", answer(401, "", "WWW-Authenticate: Bearer"));
    try (TestAgent agent = agent("")) {
      agent.call("1", "far__echo");
      assertThat(agent.answer("1")).contains("server far refuses us (HTTP 401)");
    }
  }

  @Test
  void closingTheVaultEndsTheSession() throws Exception {
    secrets();
    CountDownLatch closed = new CountDownLatch(1);
    server.on(
        "DELETE",
        (request, out) -> {
          say(out, text(204, ""));
          closed.countDown();
        });
    try (TestAgent agent = agent(",\"headers\":{\"x-api-key\":\"secret:far/token\"}")) {
      agent.call("1", "far__echo");
      agent.answer("1");
      KillSwitch.in(Home.locate(Map.of("GATEKEEPER_HOME", directory.resolve("home").toString())))
          .close();
      assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
      agent.call("2", "far__echo");
      assertThat(agent.answer("2")).contains("the vault was closed");
      assertThat(agent.audit()).contains("\"reason\":\"vault closed\"");
    }
  }
}
