package dev.gatekeeper.http;

import static dev.gatekeeper.http.RawServer.answer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy is the entry's, or there is none. */
final class ProxyTest {
  private static final Address ELSEWHERE = address("https://gatekeeper.test/made-up");

  @TempDir Path folder;

  private static Address address(String text) {
    try {
      return Address.parse(text);
    } catch (HttpFault e) {
      throw new AssertionError(e);
    }
  }

  private static Document get(Connector connector, Address address) throws HttpFault {
    Outgoing request = Outgoing.get(address).with("authorization", "Bearer made-up-token");
    return Document.of(connector, request, Bounds.DOCUMENT, 1_000);
  }

  @Test
  void tunnelsThroughTheProxyOfTheEntry() throws Exception {
    TestCertificates certificates =
        TestCertificates.in(folder, "dns:gatekeeper.test", "-validity", "2");
    try (RawServer server = new RawServer(certificates.socket(), true, answer(200, "there"));
        RawServer proxy = new RawServer(RawServer.tunnel(server.port()));
        Connector connector =
            Connector.of(Optional.of(certificates.ca()), Optional.of(proxy.url("")))) {
      assertThat(get(connector, ELSEWHERE).body()).asString(UTF_8).isEqualTo("there");
      RawServer.Seen seen = proxy.seen().getFirst();
      assertThat(seen.method() + " " + seen.path()).isEqualTo("CONNECT gatekeeper.test:443");
      assertThat(seen.headers().toString()).doesNotContain("made-up");
    }
  }

  @Test
  void saysWhenTheProxyDoesNotLetUsThrough() throws Exception {
    try (RawServer proxy = new RawServer(answer(403, "no"));
        Connector connector = Connector.of(Optional.empty(), Optional.of(proxy.url("")))) {
      assertThatThrownBy(() -> get(connector, ELSEWHERE))
          .isInstanceOf(HttpFault.class)
          .hasMessageContaining("proxy")
          .message()
          .doesNotContain("made-up");
    }
  }

  @Test
  void asksForNoPasswordOfAProxy() throws Exception {
    try (RawServer proxy = new RawServer(answer(407, "", "Proxy-Authenticate: Basic realm=\"x\""));
        Connector connector = Connector.of(Optional.empty(), Optional.of(proxy.url("")))) {
      assertThatThrownBy(() -> get(connector, ELSEWHERE)).isInstanceOf(HttpFault.class);
      assertThat(proxy.seen()).hasSize(1);
    }
  }

  @Test
  void thisMachineIsReachedWithoutIt() throws Exception {
    try (RawServer proxy = new RawServer(answer(403, "no"));
        RawServer server = new RawServer(answer(200, "there"));
        Connector connector = Connector.of(Optional.empty(), Optional.of(proxy.url("")))) {
      assertThat(get(connector, server.address("/")).body()).asString(UTF_8).isEqualTo("there");
      assertThat(proxy.connections()).isZero();
    }
  }

  @Test
  void noPropertyNamesAProxy() throws Exception {
    try (RawServer proxy = new RawServer(answer(403, "no"))) {
      Map<String, String> properties =
          Map.of(
              "https.proxyHost", "127.0.0.1",
              "https.proxyPort", "" + proxy.port(),
              "http.proxyHost", "127.0.0.1",
              "http.proxyPort", "" + proxy.port(),
              "http.nonProxyHosts", "");
      properties.forEach(System::setProperty);
      try (Connector connector = Connector.of(Optional.empty(), Optional.empty())) {
        assertThatThrownBy(() -> get(connector, ELSEWHERE)).hasMessageContaining("no address");
        assertThat(proxy.connections()).isZero();
      } finally {
        properties.keySet().forEach(System::clearProperty);
      }
    }
  }
}
