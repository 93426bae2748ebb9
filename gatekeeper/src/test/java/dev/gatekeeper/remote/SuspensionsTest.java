package dev.gatekeeper.remote;

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
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A machine that sleeps for an hour in the middle of a session, and a network that goes. */
@Timeout(120)
final class SuspensionsTest extends Conversing {
  private static final String CHANGED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";

  private void sleeps() {
    slept.updateAndGet(before -> before.plus(Duration.ofHours(1)));
  }

  /** A request on a connection that is kept and leads nowhere any more would wait for ever. */
  @Test
  void idleConnectionsFromBeforeAreNotUsed() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    server.on(
        "tools/call",
        (request, out) -> {
          byte[] body = message(request, content("kept")).getBytes(UTF_8);
          say(
              out,
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                  + body.length
                  + "\r\n\r\n"
                  + new String(body, UTF_8));
          over.await(); // and nobody reads what comes next
        });
    started();
    call(2, "echo");
    heard.answer(2);
    sleeps();
    call(3, "echo");
    heard.answer(3);
    assertThat(server.seen("tools/call")).hasSize(2);
    over.countDown();
  }

  @Test
  void theStreamIsOpenedAnewFromTheLastEvent() throws Exception {
    BlockingQueue<String> last = new LinkedBlockingQueue<>();
    CountDownLatch over = new CountDownLatch(1);
    server.on(
        "GET",
        (request, out) -> {
          last.add(request.header("last-event-id"));
          say(out, STREAM + "retry: 1\nid: g-" + server.seen("GET").size() + "\ndata:\n\n");
          over.await();
        });
    started();
    assertThat(last.poll(30, TimeUnit.SECONDS)).isEmpty();
    sleeps();
    assertThat(last.poll(30, TimeUnit.SECONDS)).isEqualTo("g-1");
    over.countDown();
  }

  @Test
  void aCallUnderWayIsReadOnAndNotMadeAgain() throws Exception {
    BlockingQueue<Seen> calls = new LinkedBlockingQueue<>();
    CountDownLatch over = new CountDownLatch(1);
    server
        .on(
            "tools/call",
            (request, out) -> {
              say(out, STREAM + "retry: 1\nid: c-1\ndata:\n\n");
              calls.add(request);
              over.await();
            })
        .on(
            "GET",
            (request, out) -> {
              String from = request.header("last-event-id");
              say(
                  out,
                  from.isEmpty()
                      ? text(405, "")
                      : STREAM + event(message(calls.element(), content("after " + from))));
            });
    started();
    call(2, "echo");
    calls.add(calls.take());
    sleeps();
    assertThat(heard.answer(2)).contains("after c-1");
    assertThat(server.seen("tools/call")).hasSize(1);
    over.countDown();
  }

  /** Its connection may be as good as before, and nothing else leads to the answer. */
  @Test
  void aCallUnderWayThatCannotBeReadOnIsWaitedFor() throws Exception {
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
    sleeps();
    call(3, "echo");
    heard.answer(3);
    go.countDown();
    assertThat(heard.answer(2)).contains("slow");
    assertThat(server.seen("tools/call")).hasSize(2);
  }

  @Test
  void aClockThatIsSetIsNoSleep() throws Exception {
    Suspensions none = new Suspensions(() -> slept.get(), () -> slept.get(), Duration.ofSeconds(1));
    sleeps();
    assertThat(none.count()).isZero();
    assertThat(Suspensions.ofMachine().count()).isZero();
  }

  /** The port is closed and open again: the session goes on, and what was cut is not made again. */
  @Test
  void aNetworkThatComesBackIsUsedAgain() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    BlockingQueue<String> last = new LinkedBlockingQueue<>();
    Handler listened =
        (request, out) -> {
          last.add(request.header("last-event-id"));
          say(out, STREAM + "retry: 1\nid: g-1\n" + event(CHANGED));
          Thread.sleep(60_000);
        };
    server
        .stateless()
        .on("GET", listened)
        .on(
            "tool slow",
            (request, out) -> {
              asked.countDown();
              Thread.sleep(60_000);
            });
    started();
    call(2, "slow");
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(last.poll(30, TimeUnit.SECONDS)).isEmpty();
    heard.await(CHANGED);
    int port = server.raw().port();
    server.close();
    assertThat(heard.await("UNKNOWN 2")).endsWith("broke off before it answered");
    call(3, "echo");
    assertThat(heard.await("WITHOUT_EFFECT 3")).endsWith("the connection was refused");
    server = new FakeRemote(port).stateless().on("GET", listened);
    call(4, "echo");
    heard.answer(4);
    assertThat(last.poll(60, TimeUnit.SECONDS)).isEqualTo("g-1");
    assertThat(server.seen("tools/call")).hasSize(1);
  }
}
