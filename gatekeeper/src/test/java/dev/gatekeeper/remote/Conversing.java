package dev.gatekeeper.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.http.RawServer.Seen;
import dev.gatekeeper.wire.WireLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One conversation with one server that a test tells what to do. */
class Conversing {
  static final Duration SOON = Duration.ofSeconds(10);

  /** A quarter of the silence that an answer may have. */
  static final int LOOK_MILLIS = 1_000;

  static final WireLimits LIMITS = new WireLimits(1 << 20, 64);

  /** Ours goes on as it does; this is what the machine slept beside it. */
  final AtomicReference<Duration> slept = new AtomicReference<>(Duration.ZERO);

  final Heard heard = new Heard();
  FakeRemote server;

  @SuppressWarnings("NullAway.Init") // each test begins it
  Conversation conversation;

  @BeforeEach
  void open() throws Exception {
    server = new FakeRemote();
  }

  @AfterEach
  void close() throws Exception {
    if (conversation != null) {
      conversation.stop(SOON);
    }
    server.close();
  }

  void begin(Credentials credentials) throws Exception {
    RemoteSpec spec =
        new RemoteSpec(
            "fake",
            Address.parse(server.url()),
            new TreeMap<>(Map.of("x-api-key", "made-up-key")),
            LIMITS);
    Connector connector = Connector.of(Optional.empty(), Optional.empty());
    Supplier<Duration> own = () -> Duration.ofNanos(System.nanoTime());
    Suspensions suspensions =
        new Suspensions(() -> own.get().plus(slept.get()), own, Duration.ofMillis(LOOK_MILLIS));
    conversation = Conversation.begin(spec, connector, credentials, suspensions, heard);
  }

  /** A conversation in which the handshake is done. */
  void started() throws Exception {
    begin(Credentials.none("fake", true));
    request(1, "initialize", "{}");
    heard.answer(1);
    note("notifications/initialized", "{}");
  }

  byte[] request(long id, String method, String params) {
    String text =
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + id
            + ",\"method\":\""
            + method
            + "\",\"params\":"
            + params
            + "}";
    byte[] frame = text.getBytes(UTF_8);
    assertThat(conversation.offer(frame)).isTrue();
    return frame;
  }

  void call(long id, String tool) {
    request(id, "tools/call", "{\"name\":\"" + tool + "\"}");
  }

  void note(String method, String params) {
    String note = "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}";
    assertThat(conversation.offer(note.getBytes(UTF_8))).isTrue();
  }

  /** Waits for it: the stream of what a server says by itself is opened beside calls. */
  Seen only(String method) throws InterruptedException {
    long end = System.nanoTime() + SOON.toNanos();
    while (server.seen(method).isEmpty() && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertThat(server.seen(method)).hasSize(1);
    return server.seen(method).getFirst();
  }
}
