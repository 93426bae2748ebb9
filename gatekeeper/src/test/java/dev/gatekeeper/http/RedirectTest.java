package dev.gatekeeper.http;

import static dev.gatekeeper.http.RawServer.answer;
import static dev.gatekeeper.http.RawServer.say;
import static dev.gatekeeper.http.RawServer.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedirectTest {
  private Connector connector;
  private RawServer other;
  private RawServer server;

  @BeforeEach
  void open() throws Exception {
    connector = Connector.of(Optional.empty(), Optional.empty());
    other = new RawServer(answer(200, "stolen"));
    server = new RawServer(answer(200, "{}"));
  }

  @AfterEach
  void close() throws Exception {
    connector.close();
    server.close();
    other.close();
  }

  private Document post() throws HttpFault {
    return Document.of(
        connector,
        Outgoing.post(server.address("/mcp"), "[1]".getBytes(UTF_8))
            .with("authorization", "Bearer made-up-token"),
        Bounds.DOCUMENT,
        1_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {307, 308})
  void aPostIsSentOnWithinTheOrigin(int status) throws Exception {
    server.handle(
        (request, out) ->
            say(
                out,
                request.path().equals("/mcp")
                    ? text(status, "", "Location: /mcp/")
                    : text(200, "there")));
    Document document = post();
    assertThat(document.body()).asString(UTF_8).isEqualTo("there");
    assertThat(document.answer().from().uri()).hasPath("/mcp/");
    assertThat(server.seen().get(1).method()).isEqualTo("POST");
    assertThat(server.seen().get(1).body()).isEqualTo("[1]");
    assertThat(server.seen().get(1).header("authorization")).isEqualTo("Bearer made-up-token");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303})
  void aPostIsNotTurnedIntoAGet(int status) {
    server.handle(answer(status, "", "Location: /other"));
    assertThatThrownBy(this::post).hasMessageContaining("drops the message");
    assertThat(server.seen()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void noSecretLeavesTheOrigin(int status) throws Exception {
    server.handle(answer(status, "", "Location: " + other.url("/made-up-path")));
    Outgoing get = Outgoing.get(server.address("/")).with("authorization", "Bearer made-up-token");
    assertThatThrownBy(() -> Document.of(connector, get, Bounds.DOCUMENT, 1_000))
        .hasMessageContaining("redirects to http://127.0.0.1:" + other.port())
        .message()
        .doesNotContain("made-up");
    assertThatThrownBy(this::post).isInstanceOf(HttpFault.class);
    assertThat(other.connections()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://example.com/", "//user@127.0.0.1/", "javascript:x", "http:// a"})
  void aLocationIsAnAddressThatMayBeUsed(String location) {
    server.handle(answer(307, "", "Location: " + location));
    assertThatThrownBy(this::post).hasMessageContaining("redirects to");
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void aCircleEnds() {
    server.handle(answer(307, "", "Location: /mcp"));
    assertThatThrownBy(this::post).hasMessageContaining("more than 3 times");
    assertThat(server.seen()).hasSize(4);
  }

  @Test
  void aRedirectSaysWhere() {
    server.handle(answer(308, ""));
    assertThatThrownBy(this::post).hasMessageContaining("without a Location");
  }
}
