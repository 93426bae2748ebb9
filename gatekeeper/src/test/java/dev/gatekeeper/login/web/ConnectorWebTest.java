package dev.gatekeeper.login.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatekeeper.http.Connector;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Authorization servers that do not come to an end. */
@Timeout(30)
final class ConnectorWebTest {
  private ServerSocket server;
  private Connector connector;

  @BeforeEach
  void open() throws Exception {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    connector = Connector.of(Optional.empty(), Optional.empty());
  }

  @AfterEach
  void close() throws IOException {
    connector.close();
    server.close();
  }

  /** Each connection gets the head, and then the piece until it hangs up. */
  private void answer(String head, String piece, int pauseMillis) {
    Thread _ =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!server.isClosed()) {
                    try (Socket socket = server.accept()) {
                      OutputStream out = socket.getOutputStream();
                      out.write(("HTTP/1.1 " + head + "\r\n\r\n").getBytes(US_ASCII));
                      while (true) {
                        out.write(piece.getBytes(US_ASCII));
                        out.flush();
                        Thread.sleep(pauseMillis);
                      }
                    } catch (IOException e) {
                      // it hung up
                    } catch (InterruptedException e) {
                      return;
                    }
                  }
                });
  }

  private Web.Answer get() throws LoginException {
    URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/token");
    return new ConnectorWeb(connector, Duration.ofSeconds(1))
        .send(new Web.Request("GET", uri, new TreeMap<>(), new byte[0]));
  }

  private LoginException fault() {
    return catchThrowableOfType(LoginException.class, this::get);
  }

  @Test
  void whoSpeaksSlowlyIsNotHeardToTheEnd() {
    answer("200 OK\r\ncontent-type: application/json", " ", 50);
    assertThat(fault().kind()).isEqualTo(LoginException.Kind.UNREACHABLE);
  }

  @Test
  void whoSaysNothingIsNotWaitedFor() {
    assertThat(fault().kind()).isEqualTo(LoginException.Kind.UNREACHABLE);
  }

  @Test
  void whoSpeaksWithoutEndIsCutOff() {
    answer("200 OK\r\ncontent-type: application/json", "x".repeat(65_536), 0);
    LoginException fault = fault();
    assertThat(fault.kind()).isEqualTo(LoginException.Kind.FAULT);
    assertThat(fault.getMessage()).contains("more than " + Web.MAX_ANSWER + " bytes");
  }

  @Test
  void ofAStreamOfEventsTheStatusIsEnough() throws Exception {
    answer("200 OK\r\ncontent-type: text/event-stream\r\nmcp-session-id: made-up", "", 50);
    Web.Answer answer = get();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("mcp-session-id")).containsExactly("made-up");
    assertThat(answer.body()).isEmpty();
  }
}
