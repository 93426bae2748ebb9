package dev.gatekeeper.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com/mcp?a=b",
        "https://EXAMPLE.com:8443",
        "http://127.0.0.1:8080/mcp",
        "http://127.255.0.9/",
        "http://[::1]:80/",
        "http://localhost:3000/sse"
      })
  void takesTlsAndThisMachine(String text) throws HttpFault {
    assertThat(Address.parse(text).uri()).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.com/mcp,only https leaves this machine",
    "http://127.0.0.1.example.com/,only https leaves this machine",
    "http://127.1/,no host",
    "http://10.0.0.1/,only https leaves this machine",
    "http://localhost.example.com/,only https leaves this machine",
    "http://0.0.0.0/,only https leaves this machine",
    "http://[::ffff:127.0.0.1]/,only https leaves this machine",
    "ftp://example.com/,neither https nor http",
    "file:///etc/passwd,neither https nor http",
    "/mcp,neither https nor http",
    "https:///mcp,no host",
    "https://bücher.example/,no host",
    "https://example.com:0/,no host",
    "https://example.com:70000/,no host",
    "https://user:word@example.com/,holds a user",
    "https://example.com/#part,fragment",
    "https://exa mple.com/,no URL"
  })
  void refusesTheRest(String text, String why) {
    assertThatThrownBy(() -> Address.parse(text))
        .isInstanceOf(HttpFault.class)
        .hasMessageContaining(why)
        .message()
        .doesNotContain("word");
  }

  @Test
  void showsNoPathAndNoQuery() throws HttpFault {
    assertThat(Address.parse("https://Example.com:443/made-up-secret?key=made-up-secret"))
        .hasToString("https://example.com");
    assertThat(Address.parse("http://[::1]:8080/a")).hasToString("http://[::1]:8080");
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/x,https://a.example:443/y,true",
    "https://a.example/x,https://A.EXAMPLE/x,true",
    "https://a.example/x,https://b.example/x,false",
    "https://a.example/x,https://a.example:444/x,false",
    "https://localhost/x,http://localhost/x,false",
    "http://localhost/x,http://127.0.0.1/x,false"
  })
  void comparesOrigins(String one, String other, boolean same) throws HttpFault {
    assertThat(Address.parse(one).hasOriginOf(Address.parse(other))).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({
    "/b,https://a.example/b",
    "b?c=d,https://a.example/x/b?c=d",
    "//b.example/c,https://b.example/c",
    "https://a.example/q#f,https://a.example/q",
    "../../..,https://a.example/../.."
  })
  void resolvesWhatAServerNames(String reference, String whole) throws HttpFault {
    assertThat(Address.parse("https://a.example/x/y").resolve(reference).uri()).hasToString(whole);
  }

  @Test
  void resolvesToNothingWithoutTls() throws HttpFault {
    Address address = Address.parse("https://a.example/x/y");
    assertThatThrownBy(() -> address.resolve("http://a.example/x"))
        .hasMessageContaining("only https");
    assertThatThrownBy(() -> address.resolve("javascript:alert(1)")).hasMessageContaining("https");
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks://a:1", "http://a", "http://u:p@a:1", "http://a:1/x", "a:1", ""})
  void aProxyIsHostAndPort(String text) {
    assertThatThrownBy(() -> Address.ofProxy(text)).hasMessageContaining("http://host:port");
  }
}
