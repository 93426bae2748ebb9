package dev.gatekeeper.remote;

import static dev.gatekeeper.http.RawServer.answer;
import static dev.gatekeeper.http.RawServer.say;
import static dev.gatekeeper.http.RawServer.text;
import static dev.gatekeeper.remote.FakeRemote.STREAM;
import static dev.gatekeeper.remote.FakeRemote.content;
import static dev.gatekeeper.remote.FakeRemote.event;
import static dev.gatekeeper.remote.FakeRemote.json;
import static dev.gatekeeper.remote.FakeRemote.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.http.RawServer.Handler;
import dev.gatekeeper.http.RawServer.Seen;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that break off, sessions that are forgotten, servers of 2024-11-05, credentials. */
@Timeout(120)
final class StreamsTest extends Conversing {
  private static final String CHANGED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";

  @Test
  void readsOnBehindTheLastEvent() throws Exception {
    BlockingQueue<Seen> calls = new LinkedBlockingQueue<>();
    server
        .on(
            "tools/call",
            (request, out) -> {
              calls.add(request);
              say(out, STREAM + "retry: 1\nid: a-1\ndata:\n\n" + "id: a-2\n" + event(CHANGED));
              say(out, "id: a-3\ndata: {\"json"); // an event that is none
            })
        .on(
            "GET",
            (request, out) -> {
              if (request.header("last-event-id").isEmpty()) {
                say(out, text(405, ""));
              } else {
                String result = content("after " + request.header("last-event-id"));
                say(out, STREAM + "id: a-4\n" + event(message(calls.take(), result)));
              }
            });
    started();
    call(2, "echo");
    assertThat(heard.answer(2)).contains("after a-2");
    assertThat(heard.rest()).containsExactly(CHANGED);
    assertThat(server.seen("tools/call")).hasSize(1);
  }

  @Test
  void aServerThatDoesNotLetUsReadOnIsTold() throws Exception {
    server.on("tools/call", (request, out) -> say(out, STREAM + "retry:1\nid: 1\ndata:\n\n"));
    started();
    call(2, "echo");
    assertThat(heard.await("UNKNOWN 2")).contains("does not let us read on (HTTP 405)");
  }

  @Test
  void readingOnIsTriedAgainAndCalledOff() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    CountDownLatch tried = new CountDownLatch(3);
    server
        .on("tools/call", (request, out) -> say(out, STREAM + "retry:1\nid: 1\ndata:\n\n"))
        .on(
            "GET",
            (request, out) -> {
              attempts.incrementAndGet();
              tried.countDown();
              say(out, text(503, ""));
            });
    started();
    call(2, "echo");
    assertThat(tried.await(30, TimeUnit.SECONDS)).isTrue();
    conversation.forget("2".getBytes(UTF_8));
    conversation.stop(SOON);
    int then = attempts.get();
    assertThat(heard.rest()).containsExactly("ended: was ended");
    assertThat(attempts.get()).isEqualTo(then);
  }

  @Test
  void listensAndListensAgainFromTheLastEvent() throws Exception {
    AtomicInteger streams = new AtomicInteger();
    BlockingQueue<String> last = new LinkedBlockingQueue<>();
    server.on(
        "GET",
        (request, out) -> {
          last.add(request.header("last-event-id"));
          int number = streams.incrementAndGet();
          say(out, STREAM + "retry: 10\nid: g-" + number + "\n" + event(CHANGED));
          if (number == 3) {
            Thread.sleep(60_000);
          }
        });
    started();
    for (int i = 0; i < 3; i++) {
      heard.await(CHANGED);
    }
    assertThat(last).containsExactly("", "g-1", "g-2");
  }

  /** It was started anew, or keeps events for a while only: what it says from now on counts. */
  @Test
  void listensAnewWhereTheServerDoesNotKnowTheLastEvent() throws Exception {
    BlockingQueue<String> last = new LinkedBlockingQueue<>();
    server.on(
        "GET",
        (request, out) -> {
          last.add(request.header("last-event-id"));
          if (server.seen("GET").size() == 1) {
            say(out, STREAM + "retry: 1\nid: g-1\ndata:\n\n");
          } else if (request.header("last-event-id").isEmpty()) {
            say(out, STREAM + event(CHANGED));
            Thread.sleep(60_000);
          } else {
            say(out, text(400, ""));
          }
        });
    started();
    heard.await(CHANGED);
    assertThat(last).containsExactly("", "g-1", "");
  }

  /** Against the protocol, and none of the requests that may be under way is taken up for it. */
  @Test
  void answersInTheOtherStreamEndTheirOwn() throws Exception {
    BlockingQueue<Seen> calls = new LinkedBlockingQueue<>();
    server
        .on(
            "GET",
            (request, out) -> {
              say(out, STREAM);
              while (true) {
                say(out, event(message(calls.take(), content("over there"))));
              }
            })
        .on(
            "tools/call",
            (request, out) -> {
              say(out, STREAM);
              calls.add(request);
              Thread.sleep(60_000);
            });
    started();
    for (int id = 2; id < Conversation.MOST_RUNNING + 6; id++) {
      call(id, "echo");
      assertThat(heard.answer(id)).contains("over there");
    }
    assertThat(heard.rest()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405})
  void aServerThatHasNoStreamIsLeftAlone(int status) throws Exception {
    server.on("GET", answer(status, ""));
    started();
    call(2, "echo");
    heard.answer(2);
    assertThat(heard.rest()).isEmpty();
  }

  @Test
  void aCallThatWasRefusedForALostSessionIsToldAsSuch() throws Exception {
    started();
    server.forget();
    call(2, "echo");
    assertThat(heard.await("SESSION 2")).endsWith("has forgotten our session");
    assertThat(heard.await("ended")).isEqualTo("ended: has forgotten our session");
    assertThat(
            conversation.offer("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"x\"}".getBytes(UTF_8)))
        .isFalse();
    assertThat(server.seen("DELETE")).isEmpty();
  }

  @Test
  void whatIsUnderWayAtALostSessionLearnsItsOwnFate() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    server.on(
        "tool slow",
        (request, out) -> {
          asked.countDown();
          go.await();
          say(out, json(request, content("slow")));
        });
    started();
    call(2, "slow");
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    server.forget();
    call(3, "echo");
    heard.await("SESSION 3");
    go.countDown();
    heard.answer(2);
    heard.await("ended: has forgotten our session");
  }

  /** What examples of SDKs answer to a session that they do not know. */
  @Test
  void aBadRequestIsOneUnlessTheSessionIsUnknown() throws Exception {
    Handler bad =
        answer(
            400,
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"No\"},\"id\":null}",
            "Content-Type: application/json");
    server.on("tools/call", bad);
    started();
    call(2, "echo");
    assertThat(heard.await("WITHOUT_EFFECT 2")).endsWith("refuses it (HTTP 400)");
    assertThat(only("ping").header("mcp-session-id")).isEqualTo("made-up-session-1");
    server
        .on("ping", bad)
        .on(
            "tools/call",
            answer(
                400,
                "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"No\"},\"id\":3}",
                "Content-Type: application/json"));
    call(3, "echo");
    heard.await("SESSION 3");
    heard.await("ended: has forgotten our session");
  }

  /** Whoever gave the call up waits for nothing that it brought about. */
  @Test
  void theQuestionWhetherTheSessionIsKnownIsCalledOffWithItsCall() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    server
        .on("tools/call", answer(400, ""))
        .on(
            "ping",
            (request, out) -> {
              asked.countDown();
              if (request.socket().getInputStream().read() < 0) {
                gone.countDown();
              }
            });
    started();
    call(2, "echo");
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    conversation.forget("2".getBytes(UTF_8));
    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(heard.rest()).isEmpty();
  }

  @Test
  void aSessionIdIsVisibleAscii() throws Exception {
    server.on(
        "initialize", (request, out) -> say(out, json(request, "{}", "Mcp-Session-Id: made up")));
    begin(Credentials.none("fake", true));
    request(1, "initialize", "{}");
    assertThat(heard.await("UNKNOWN 1")).endsWith("gave a session id that is none");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405})
  void fallsBackToTheTransportOf20241105(int status) throws Exception {
    BlockingQueue<Seen> posted = new LinkedBlockingQueue<>();
    server.stateless();
    Handler post =
        (request, out) -> {
          if (request.path().equals("/mcp")) {
            say(out, text(status, ""));
          } else {
            posted.add(request);
            say(out, text(202, "Accepted"));
          }
        };
    server
        .on("initialize", post)
        .on("notifications/initialized", post)
        .on("tools/call", post)
        .on(
            "GET",
            (request, out) -> {
              say(out, STREAM + "event: endpoint\ndata: /messages?session=made-up\n\n");
              say(out, event(message(posted.take(), "{\"protocolVersion\":\"2024-11-05\"}")));
              posted.take();
              say(out, event(message(posted.take(), content("old"))));
              posted.take();
            });
    started();
    call(2, "echo");
    assertThat(heard.answer(2)).contains("old");
    assertThat(only("tools/call").path()).isEqualTo("/messages?session=made-up");
    assertThat(only("tools/call").headers())
        .containsEntry("x-api-key", "made-up-key")
        .doesNotContainKeys("mcp-session-id", "mcp-protocol-version");
    assertThat(server.seen("GET")).hasSize(1);
    call(3, "echo");
    heard.await("ended: closed its stream");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example/x", "//127.0.0.1:1/x", "http://localhost/x", "a b"})
  void anEndpointOfAnotherOriginGetsNothing(String endpoint) throws Exception {
    server
        .stateless()
        .on("initialize", answer(405, ""))
        .on(
            "GET",
            (request, out) -> say(out, STREAM + "event: endpoint\ndata: " + endpoint + "\n\n"));
    begin(Credentials.none("fake", true));
    request(1, "initialize", "{}");
    assertThat(heard.await("WITHOUT_EFFECT 1"))
        .contains("refuses it (HTTP 405), and as of 2024-11-05 ");
    assertThat(server.raw().seen()).hasSize(2);
  }

  @Test
  void neitherTransportIsSaid() throws Exception {
    server.stateless().on("initialize", answer(404, ""));
    begin(Credentials.none("fake", true));
    request(1, "initialize", "{}");
    assertThat(heard.await("WITHOUT_EFFECT 1"))
        .endsWith("refuses it (HTTP 404), and as of 2024-11-05 has no stream (HTTP 405)");
  }

  @Test
  void withoutALoginTheTextSaysSo() throws Exception {
    server.on("initialize", answer(401, "made-up-body", "WWW-Authenticate: Bearer"));
    begin(Credentials.none("fake", false));
    request(1, "initialize", "{}");
    assertThat(heard.await("WITHOUT_EFFECT 1"))
        .contains("refuses us (HTTP 401): it wants credentials");
  }

  @Test
  void fallsBackToNothingWhereItIsNotLetIn() throws Exception {
    server.on("initialize", answer(403, ""));
    begin(Credentials.none("fake", true));
    request(1, "initialize", "{}");
    assertThat(heard.await("WITHOUT_EFFECT 1")).contains("credentials in the headers");
    assertThat(server.raw().seen()).hasSize(1);
  }

  @Test
  void freshCredentialsAreTriedOnceInEachRequest() throws Exception {
    TestCredentials credentials = new TestCredentials();
    begin(credentials);
    request(1, "initialize", "{}");
    heard.answer(1);
    note("notifications/initialized", "{}");
    Handler strict =
        (request, out) ->
            say(
                out,
                request.header("authorization").equals("Bearer made-up-token-2")
                    ? json(request, content("let in"))
                    : text(401, "", "WWW-Authenticate: Bearer error=\"invalid_token\""));
    server.on("tools/call", strict);
    call(2, "echo");
    assertThat(heard.answer(2)).contains("let in");
    assertThat(credentials.challenges)
        .containsExactly("401 Bearer made-up-token-1 [Bearer error=\"invalid_token\"]");
    server.on("tools/call", answer(403, ""));
    call(3, "echo");
    assertThat(heard.await("WITHOUT_EFFECT 3")).contains("with fresh credentials too");
    credentials.broken = true;
    call(4, "echo");
    assertThat(heard.await("LOGIN 4")).endsWith(" needs a login");
    conversation.stop(SOON);
    assertThat(credentials.forgotten.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
