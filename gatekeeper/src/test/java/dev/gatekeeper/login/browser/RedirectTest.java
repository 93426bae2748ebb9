package dev.gatekeeper.login.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.login.grant.Redirected;
import dev.gatekeeper.login.web.LoginException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class RedirectTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(10);

  private ServerSocket socket;
  private Redirect redirect;

  @BeforeEach
  void open() throws LoginException {
    socket = Redirect.bind(Optional.empty());
    redirect = Redirect.at(socket, "made-up-state");
  }

  @AfterEach
  void close() {
    redirect.close();
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  private String ask(String request) throws IOException {
    try (Socket connection = connect()) {
      connection.getOutputStream().write(request.getBytes(ISO_8859_1));
      connection.getOutputStream().flush();
      return new String(connection.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketException e) {
      return ""; // it hung up before it had read all
    }
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
  }

  @Test
  void theAnswerOfOurStateIsTakenAndThePageSaysNothingOfIt() throws Exception {
    String page = ask(get("/callback?code=made-up-code&state=made-up-state"));
    assertThat(page)
        .startsWith("HTTP/1.1 200 OK")
        .contains("default-src 'none'", "no-store", "no-referrer")
        .doesNotContain("made-up");
    Optional<Redirected> taken = redirect.await(LONG);
    assertThat(taken.orElseThrow().answers("made-up-state")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/callback?code=x&state=made-up-stat",
        "/callback?code=x&state=",
        "/callback?code=x",
        "/callback?state=made-up-state&state=made-up-state",
        "/callback?state=%zz",
        "/callback",
        "/other?code=x&state=made-up-state",
        "/<script>alert(1)</script>",
        "http://127.0.0.1/callback?state=made-up-state"
      })
  void othersGetAPageAndItGoesOnWaiting(String target) throws Exception {
    assertThat(ask(get(target))).startsWith("HTTP/1.1 40").doesNotContain("script");
    assertThat(redirect.await(SHORT)).isEmpty();
    assertThat(ask(get("/callback?code=x&state=made-up-state"))).startsWith("HTTP/1.1 200");
    assertThat(redirect.await(LONG)).isPresent();
  }

  @Test
  void whatIsNoRequestHoldsUpNobody() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      silent.add(connect());
    }
    assertThat(ask("POST /callback?code=x&state=made-up-state HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    String _ = ask("GET " + "x".repeat(20_000));
    String _ = ask(get("/").replace("\r\n\r\n", "\r\n" + "a: b\r\n".repeat(20_000) + "\r\n"));
    String _ = ask("\0\0\0\n\n");
    assertThat(ask(get("/callback?code=x&state=made-up-state"))).startsWith("HTTP/1.1 200");
    assertThat(redirect.await(LONG)).isPresent();
    for (Socket each : silent) {
      each.close();
    }
  }

  @Test
  void aPortInUseIsSaid() {
    assertThatThrownBy(() -> Redirect.bind(Optional.of(socket.getLocalPort())))
        .isInstanceOf(LoginException.class)
        .hasMessageContaining("port " + socket.getLocalPort())
        .hasMessageContaining("in use");
  }

  @Test
  void nobodyElseCanConnect() throws Exception {
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : each.inetAddresses().toList()) {
        if (!address.isLoopbackAddress()) {
          assertThatThrownBy(
                  () -> {
                    try (Socket outside = new Socket()) {
                      outside.connect(new InetSocketAddress(address, socket.getLocalPort()), 1000);
                    }
                  })
              .isInstanceOf(IOException.class);
        }
      }
    }
    assertThat(socket.getInetAddress().isLoopbackAddress()).isTrue();
  }

  @Test
  void onceClosedNothingListens() throws Exception {
    int port = socket.getLocalPort();
    redirect.close();
    boolean listens = true;
    while (listens) { // the system ends the wait of the accepting thread a moment later
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        Thread.sleep(5);
      } catch (IOException e) {
        listens = false;
      }
    }
    assertThat(redirect.await(SHORT)).isEmpty();
  }
}
