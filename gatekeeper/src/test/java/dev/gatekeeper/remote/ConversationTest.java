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

import dev.gatekeeper.http.RawServer.Seen;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streamable HTTP, rule by rule, against a server that a test tells what to do. */
@Timeout(120)
final class ConversationTest extends Conversing {
  @Test
  void saysWhatTheProtocolSays() throws Exception {
    started();
    call(2, "echo");
    assertThat(heard.answer(2))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":" + content("echo") + "}");
    Seen first = only("initialize");
    assertThat(first.path()).isEqualTo("/mcp");
    assertThat(first.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("accept", "application/json, text/event-stream")
        .containsEntry("x-api-key", "made-up-key")
        .doesNotContainKeys("mcp-session-id", "mcp-protocol-version", "authorization");
    for (String method : new String[] {"notifications/initialized", "tools/call", "GET"}) {
      assertThat(only(method).headers())
          .containsEntry("mcp-session-id", "made-up-session-1")
          .containsEntry("mcp-protocol-version", "2025-11-25")
          .containsEntry("x-api-key", "made-up-key");
    }
    assertThat(only("GET").header("accept")).isEqualTo("text/event-stream");
    conversation.stop(SOON);
    assertThat(only("DELETE").header("mcp-session-id")).isEqualTo("made-up-session-1");
    assertThat(heard.rest()).containsExactly("ended: was ended");
  }

  @Test
  void keepsRequestsBackUntilTheServerKnowsThatWeBegin() throws Exception {
    CountDownLatch accepted = new CountDownLatch(1);
    server.on(
        "notifications/initialized",
        (request, out) -> {
          accepted.await();
          say(out, text(202, ""));
        });
    started();
    byte[] frame = request(2, "tools/call", "{\"name\":\"echo\"}");
    request(3, "tools/list", "{}");
    assertThat(conversation.withdraw(frame)).isTrue();
    assertThat(server.seen("tools/list")).isEmpty();
    accepted.countDown();
    heard.answer(3);
    assertThat(server.seen("tools/call")).isEmpty();
  }

  @Test
  void aServerWithoutSessionsIsFine() throws Exception {
    server.stateless();
    started();
    call(2, "echo");
    heard.answer(2);
    assertThat(only("tools/call").headers()).doesNotContainKey("mcp-session-id");
    conversation.stop(SOON);
    assertThat(server.seen("DELETE")).isEmpty();
  }

  @Test
  void readsAStreamInOrder() throws Exception {
    server.on(
        "tools/call",
        (request, out) -> {
          say(out, STREAM + ": hello\n\nid: 1\ndata:\n\n");
          say(out, event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}"));
          say(out, event("{\"jsonrpc\":\"2.0\",\"id\":\"ask\",\"method\":\"roots/list\"}"));
          say(out, event(message(request, content("streamed"))));
          Thread.sleep(60_000); // does not end its stream, as it should
        });
    started();
    call(2, "echo");
    assertThat(heard.answer(2)).contains("streamed");
    assertThat(heard.rest())
        .containsExactly(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"ask\",\"method\":\"roots/list\"}");
    byte[] answer = "{\"jsonrpc\":\"2.0\",\"id\":\"ask\",\"result\":{}}".getBytes(UTF_8);
    assertThat(conversation.offer(answer)).isTrue();
    call(3, "echo");
    assertThat(heard.answer(3)).contains("streamed");
  }

  private static final String TOLD = "{\"jsonrpc\":\"2.0\",\"method\":\"told\"}";

  /** As the body of an answer, in the stream of one, and in the stream beside all requests. */
  @Test
  void aBatchIsTakenApartWhereTheRevisionHasOne() throws Exception {
    heard.revision = "2025-03-26";
    CountDownLatch beside = new CountDownLatch(1);
    server.on(
        "tool whole",
        (request, out) ->
            say(
                out,
                text(
                    200,
                    "[" + TOLD + "," + message(request, content("whole")) + "]",
                    "Content-Type: application/json")));
    server.on(
        "tool streamed",
        (request, out) -> {
          String batch = "[" + message(request, content("streamed")) + "," + TOLD + "]";
          say(out, STREAM + event(batch));
          Thread.sleep(60_000); // the answer was in it: nobody waits for more
        });
    server.on(
        "GET",
        (request, out) -> {
          say(out, STREAM);
          beside.await();
          say(out, event("[" + TOLD + "," + TOLD.replace("told", "beside") + "]"));
        });
    started();
    call(2, "whole");
    assertThat(heard.answer(2)).contains("whole");
    call(3, "streamed");
    assertThat(heard.answer(3)).contains("streamed");
    heard.await(TOLD);
    heard.await(TOLD);
    beside.countDown();
    heard.await(TOLD.replace("told", "beside"));
    assertThat(heard.rest()).containsOnly(TOLD);
  }

  @Test
  void elsewhereABatchIsNoAnswer() throws Exception {
    server.on(
        "tools/call",
        (request, out) ->
            say(
                out,
                text(
                    200,
                    "[" + message(request, content("whole")) + "]",
                    "Content-Type: application/json")));
    heard.revision = "2025-06-18";
    started();
    call(2, "echo");
    assertThat(heard.await("malformed"))
        .isEqualTo("malformed a batch; send each message by itself 2");
    heard.revision = "2025-03-26";
    server.on(
        "tools/call",
        (request, out) ->
            say(out, text(200, "[" + TOLD + "," + TOLD + "]", "Content-Type: application/json")));
    call(3, "echo");
    assertThat(heard.await("UNKNOWN 3")).contains("answered with what is no answer to it");
  }

  @Test
  void severalCallsAreUnderWayAtOnce() throws Exception {
    CountDownLatch all = new CountDownLatch(20);
    server.on(
        "tools/call",
        (request, out) -> {
          all.countDown();
          assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
          say(out, json(request, content("at once")));
        });
    started();
    for (int id = 2; id < 22; id++) {
      call(id, "echo");
    }
    for (int id = 2; id < 22; id++) {
      heard.answer(id);
    }
  }

  @Test
  void cancelsWithANotificationAndThenLetsGo() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    server.on(
        "tools/call",
        (request, out) -> {
          say(out, STREAM);
          asked.countDown();
          if (request.socket().getInputStream().read() < 0) {
            gone.countDown();
          }
        });
    started();
    call(2, "echo");
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    String cancelled =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":2}}";
    assertThat(conversation.offerFirst(cancelled.getBytes(UTF_8))).isTrue();
    assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(only("notifications/cancelled").body()).isEqualTo(cancelled);
    assertThat(heard.rest()).isEmpty();
  }

  @Test
  void whatIsForgottenClosesItsConnectionAndTheServerIsNotTold() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    server.on(
        "tools/list",
        (request, out) -> {
          asked.countDown();
          if (request.socket().getInputStream().read() < 0) {
            gone.countDown();
          }
        });
    started();
    request(2, "tools/list", "{}");
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    conversation.forget("2".getBytes(UTF_8));
    assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.seen("notifications/cancelled")).isEmpty();
    assertThat(heard.rest()).isEmpty();
  }

  @Test
  void tellsWhatWasRefusedFromWhatMayHaveHadAnEffect() throws Exception {
    server
        .on("tool bad", answer(422, "made-up-body", "Retry-After: 7"))
        .on("tool broken", answer(502, "made-up-body"))
        .on("tool cut", (request, out) -> request.socket().close())
        .on("tool half", (request, out) -> say(out, STREAM + "data: {\"jsonrpc\""))
        .on("tool empty", answer(202, ""))
        .on("tool page", answer(200, "<html>made-up", "Content-Type: text/html; a=b"))
        .on("tool bare", answer(200, "{}"))
        .on(
            "tool error",
            answer(
                400,
                "{\"jsonrpc\":\"2.0\",\"id\":9,\"error\":{\"code\":-1," + "\"message\":\"x\"}}",
                "Content-Type: application/json"));
    started();
    call(2, "bad");
    assertThat(heard.await("WITHOUT_EFFECT 2"))
        .endsWith("refuses it (HTTP 422); it may be asked again in 7 s");
    call(3, "broken");
    assertThat(heard.await("UNKNOWN 3")).endsWith("failed (HTTP 502)");
    call(4, "cut");
    assertThat(heard.await("UNKNOWN 4")).endsWith("broke off before it answered");
    call(6, "half");
    assertThat(heard.await("UNKNOWN 6")).endsWith("closed the stream before it answered");
    call(7, "empty");
    assertThat(heard.await("UNKNOWN 7")).endsWith("gave no answer (HTTP 202)");
    call(8, "page");
    assertThat(heard.await("UNKNOWN 8")).endsWith("gave no answer (HTTP 200, text/html)");
    call(9, "error");
    assertThat(heard.answer(9)).contains("\"code\":-1");
    call(10, "bare");
    assertThat(heard.await("UNKNOWN 10")).endsWith("gave no answer (HTTP 200)");
    server.close();
    call(11, "echo");
    assertThat(heard.await("WITHOUT_EFFECT 11")).endsWith("the connection was refused");
    assertThat(heard.rest()).isEmpty();
  }

  @Test
  void readsNoMoreThanTheLimit() throws Exception {
    String big = "x".repeat(3 << 20);
    server
        .on("tool big", (request, out) -> say(out, json(request, content(big))))
        .on(
            "tool stream",
            (request, out) -> say(out, STREAM + event(message(request, content(big)))))
        .on(
            "tool endless",
            (request, out) -> {
              say(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[");
              for (int i = 0; i < 1_000; i++) {
                say(out, big);
              }
            })
        .on("tool bad", (request, out) -> say(out, json(request, "{\"a\":\"\u0001\"}")))
        .on("tool twice", (request, out) -> say(out, json(request, "1,\"result\":2")));
    started();
    call(2, "big");
    assertThat(heard.await("oversize")).endsWith(" 2");
    call(3, "stream");
    assertThat(heard.await("oversize")).endsWith(" 3");
    call(4, "endless");
    assertThat(heard.await("UNKNOWN 4")).contains("answers with more than");
    call(5, "bad");
    assertThat(heard.await("malformed")).endsWith(" 5");
    call(6, "twice");
    assertThat(heard.await("malformed")).endsWith(" 6");
    assertThat(heard.rest()).isEmpty();
  }

  @Test
  void setsAsideWhatIsNoMessage() throws Exception {
    server.on(
        "tools/call",
        (request, out) ->
            say(
                out,
                STREAM
                    + event("made-up log line")
                    + event("another")
                    + "event: other\n"
                    + event(message(request, "{\"made\":\"up\"}"))
                    + event(message(request, content("ok")))));
    started();
    call(2, "echo");
    assertThat(heard.answer(2)).contains("ok");
    assertThat(heard.rest())
        .containsExactly("log sent 16 bytes that are no JSON-RPC message; such are set aside");
  }

  @Test
  void aPrettyPrintedAnswerIsOneMessage() throws Exception {
    server.on(
        "tools/call", (request, out) -> say(out, json(request, "{\n  \"content\": [\r\n]\n}")));
    started();
    call(2, "echo");
    assertThat(heard.answer(2)).contains("\"content\": [\r\n]");
  }
}
