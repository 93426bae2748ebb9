package dev.gatekeeper.http;

import static dev.gatekeeper.http.RawServer.answer;
import static dev.gatekeeper.http.RawServer.say;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.http.HttpFault.Reach;
import java.io.ByteArrayOutputStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules of the client against a server that breaks them. */
final class ConnectorTest {
  private static final Bounds SHORT = new Bounds(Duration.ofMillis(400), Duration.ofMillis(400));
  private static final int MOST = 1 << 16;

  private Connector connector;
  private RawServer server;

  @BeforeEach
  void open() throws Exception {
    connector = Connector.of(Optional.empty(), Optional.empty());
    server = new RawServer(answer(200, "{}"));
  }

  @AfterEach
  void close() throws Exception {
    connector.close();
    server.close();
  }

  private Document post(Bounds bounds) throws HttpFault {
    Outgoing request =
        Outgoing.post(server.address("/mcp"), "[1]".getBytes(UTF_8)).with("x-key", "made-up-value");
    return Document.of(connector, request, bounds, MOST);
  }

  private void fails(Bounds bounds, Reach reach, String why) {
    assertThatThrownBy(() -> post(bounds))
        .isInstanceOfSatisfying(
            HttpFault.class, fault -> assertThat(fault.reach()).isEqualTo(reach))
        .hasMessageContaining(why)
        .message()
        .doesNotContain("made-up");
  }

  @Test
  void sendsWhatItIsTold() throws Exception {
    server.handle(answer(201, "{\"a\":1}", "Content-Type: Application/JSON; charset=utf-8"));
    Document document = post(Bounds.DOCUMENT);
    assertThat(document.answer().status()).isEqualTo(201);
    assertThat(document.answer().mediaType()).isEqualTo("application/json");
    assertThat(document.body()).asString(UTF_8).isEqualTo("{\"a\":1}");
    RawServer.Seen seen = server.seen().getFirst();
    assertThat(seen.method()).isEqualTo("POST");
    assertThat(seen.body()).isEqualTo("[1]");
    assertThat(seen.headers())
        .containsEntry("x-key", "made-up-value")
        .containsEntry("accept-encoding", "identity")
        .containsEntry("user-agent", "gatekeeper")
        .doesNotContainKeys("cookie", "authorization", "upgrade", "http2-settings", "referer");
  }

  @Test
  void keepsNoCookie() throws Exception {
    server.handle(answer(200, "{}", "Set-Cookie: a=made-up; Path=/"));
    post(Bounds.DOCUMENT);
    post(Bounds.DOCUMENT);
    assertThat(server.seen()).hasSize(2);
    assertThat(server.seen().get(1).headers()).doesNotContainKey("cookie");
  }

  @Test
  void answersNoChallengeByItself() throws Exception {
    server.handle(answer(401, "", "WWW-Authenticate: Basic realm=\"x\"", "WWW-Authenticate: B"));
    assertThat(post(Bounds.DOCUMENT).answer().headers("www-authenticate")).hasSize(2);
    server.handle(answer(401, ""));
    assertThat(post(Bounds.DOCUMENT).answer().status()).isEqualTo(401);
    server.handle(answer(407, "", "Proxy-Authenticate: Basic realm=\"x\""));
    assertThat(post(Bounds.DOCUMENT).answer().status()).isEqualTo(407);
    assertThat(server.seen()).hasSize(3);
  }

  @Test
  void refusesEncodedBodiesAndSoBombs() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
      zip.write(new byte[1 << 20]);
    }
    server.handle(
        (request, out) -> {
          say(out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n");
          out.write(packed.toByteArray());
        });
    fails(Bounds.DOCUMENT, Reach.ANSWERED, "Content-Encoding");
    server.handle(answer(200, "{}", "Content-Encoding: identity"));
    assertThat(post(Bounds.DOCUMENT).body()).hasSize(2);
  }

  @Test
  void boundsTheTimeForHeaders() {
    server.handle(
        (request, out) -> {
          say(out, "HTTP/1.1 200 OK\r\n");
          for (int i = 0; i < 100; i++) {
            say(out, "x-" + i + ": y\r\n");
            Thread.sleep(50);
          }
        });
    fails(SHORT, Reach.UNKNOWN, "gave no answer within");
  }

  @Test
  void boundsTheSizeOfHeaders() {
    server.handle(answer(200, "{}", "x-big: " + "a".repeat(100_000)));
    fails(Bounds.DOCUMENT, Reach.ANSWERED, "headers of more than");
    server.handle(
        (request, out) -> {
          say(out, "HTTP/1.1 200 ");
          for (int i = 0; i < 10_000; i++) {
            say(out, "a".repeat(1_000));
          }
        });
    fails(Bounds.DOCUMENT, Reach.UNKNOWN, "");
  }

  @Test
  void boundsTheSilenceOfABody() {
    server.handle(
        (request, out) -> {
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123");
          Thread.sleep(5_000);
        });
    fails(SHORT, Reach.SILENT, "sent nothing for");
  }

  @Test
  void boundsTheSizeOfADocument() {
    server.handle(
        (request, out) -> {
          say(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          for (int i = 0; i < 10_000; i++) {
            say(out, "400\r\n" + "x".repeat(1024) + "\r\n");
          }
        });
    fails(Bounds.DOCUMENT, Reach.ANSWERED, "more than 65536 bytes");
  }

  @Test
  void tellsWhatBreaksOff() throws Exception {
    server.handle((request, out) -> say(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"));
    fails(Bounds.DOCUMENT, Reach.UNKNOWN, "broke off its answer");
    server.handle((request, out) -> request.socket().close());
    fails(Bounds.DOCUMENT, Reach.UNKNOWN, "broke off before it answered");
    server.handle((request, out) -> say(out, "SSH-2.0-made-up\r\n\r\n"));
    fails(Bounds.DOCUMENT, Reach.UNKNOWN, "broke off before it answered");
  }

  @Test
  void tellsWhatWasNeverSent() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    Outgoing request = Outgoing.get(Address.parse("http://127.0.0.1:" + free + "/made-up"));
    assertThatThrownBy(() -> Document.of(connector, request, Bounds.DOCUMENT, MOST))
        .isInstanceOfSatisfying(
            HttpFault.class, fault -> assertThat(fault.reach()).isEqualTo(Reach.UNSENT))
        .hasMessage("cannot be reached: the connection was refused");
    Outgoing unknown = Outgoing.get(Address.parse("https://made-up.invalid/made-up"));
    assertThatThrownBy(() -> Document.of(connector, unknown, Bounds.DOCUMENT, MOST))
        .isInstanceOfSatisfying(
            HttpFault.class, fault -> assertThat(fault.reach()).isEqualTo(Reach.UNSENT))
        .hasMessage("cannot be reached: its name has no address");
  }

  @Test
  void isCalledOffWhileItWaits() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.handle(
        (request, out) -> {
          asked.countDown();
          Thread.sleep(60_000);
        });
    Transfer transfer = connector.start(Outgoing.get(server.address("/")), Bounds.DOCUMENT);
    FutureTask<String> waiting =
        new FutureTask<>(
            () -> {
              try (Answer answer = transfer.await()) {
                return "answered " + answer.status();
              } catch (HttpFault e) {
                return e.reach().name();
              }
            });
    Thread.ofPlatform().daemon().start(waiting);
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    transfer.close();
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo("CALLED_OFF");
  }

  @Test
  void isCalledOffWhileItReads() throws Exception {
    server.handle(
        (request, out) -> {
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123");
          Thread.sleep(60_000);
        });
    Transfer transfer = connector.start(Outgoing.get(server.address("/")), Bounds.DOCUMENT);
    Answer answer = transfer.await();
    assertThat(answer.body().readNBytes(3)).asString(UTF_8).isEqualTo("123");
    Thread.ofPlatform().daemon().start(transfer::close);
    assertThatThrownBy(() -> answer.body().read())
        .isInstanceOfSatisfying(
            HttpFault.class, fault -> assertThat(fault.reach()).isEqualTo(Reach.CALLED_OFF));
  }

  @Test
  void fetchesNoMoreThanIsRead() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    server.handle(
        (request, out) -> {
          say(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      Thread.sleep(1_500);
                      stuck.countDown();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  });
          byte[] block = new byte[1 << 20];
          for (int i = 0; i < 4_096; i++) {
            out.write(block);
          }
          stuck.await();
        });
    try (Transfer transfer = connector.start(Outgoing.get(server.address("/")), Bounds.DOCUMENT)) {
      Answer answer = transfer.await();
      long before = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      assertThat(stuck.await(20, TimeUnit.SECONDS)).isTrue();
      long after = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      assertThat(after - before).isLessThan(200L << 20);
      assertThat(answer.body().read()).isZero();
    }
  }

  @Test
  void goesOnAfterItsConnectionsWereDropped() throws Exception {
    post(Bounds.DOCUMENT);
    connector.renew();
    assertThat(post(Bounds.DOCUMENT).answer().status()).isEqualTo(200);
  }

  /** Whoever waits is told, whichever of the clients it was that sent. */
  @Test
  void closingEndsWhatAnEarlierClientSent() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.handle(
        (request, out) -> {
          asked.countDown();
          Thread.sleep(60_000);
        });
    FutureTask<Answer> waiting =
        new FutureTask<>(
            () -> connector.start(Outgoing.get(server.address("/")), Bounds.DOCUMENT).await());
    Thread.ofPlatform().daemon().start(waiting);
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    connector.renew();
    connector.close();
    assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(HttpFault.class)
        .hasMessageContaining("broke off before it answered");
  }

  @Test
  void whatIsToldToAClosedOneWasNotSent() throws Exception {
    connector.close();
    connector.renew();
    fails(Bounds.DOCUMENT, Reach.UNSENT, "was called off");
    assertThat(server.connections()).isZero();
  }
}
