package dev.gatekeeper.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OutgoingTest {
  private static Outgoing request() throws HttpFault {
    return Outgoing.get(Address.parse("https://example.com/"));
  }

  static Stream<String> injections() {
    return Stream.of(
        "made-up\r\nHost: evil.example",
        "made-up\nx: y",
        "made-up\rx",
        "made-up\0x",
        "made-up\u007f",
        "made-up\u0085x",
        "made-up-\u00fc",
        "made-up-\u2028",
        "made-up ",
        " made-up",
        "",
        "made-up".repeat(3_000));
  }

  @ParameterizedTest
  @MethodSource("injections")
  void aValueCannotEndItsHeader(String value) throws HttpFault {
    Outgoing request = request();
    assertThatThrownBy(() -> request.with("x-api-key", value))
        .isInstanceOf(HttpFault.class)
        .hasMessageContaining("x-api-key")
        .message()
        .doesNotContain("made-up");
    assertThat(request.headers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a:b", "a\nb", "", "ü"})
  void aNameIsAToken(String name) throws HttpFault {
    Outgoing request = request();
    assertThatThrownBy(() -> request.with(name, "x")).hasMessageContaining("RFC 9110");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "content-length", "Transfer-Encoding", "Accept-Encoding", "TE"})
  void someHeadersAreOurs(String name) throws HttpFault {
    Outgoing request = request();
    assertThatThrownBy(() -> request.with(name, "x")).hasMessageContaining("cannot be set");
  }

  @Test
  void oneNameHasOneValue() throws HttpFault {
    Outgoing request = request().with("X-Key", "one").with("x-key", "two words\tthree");
    assertThat(request.headers()).containsOnlyKeys("x-key").containsValue("two words\tthree");
  }
}
