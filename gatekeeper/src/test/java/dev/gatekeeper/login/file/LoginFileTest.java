package dev.gatekeeper.login.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.login.grant.Client;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoginFileTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "login-format.md");

  private static LoginHeader header(String login, String resource, String issuer) {
    return new LoginHeader(
        login,
        resource,
        issuer,
        7,
        Optional.of(Instant.ofEpochSecond(1_767_326_645)),
        Optional.empty(),
        new TreeSet<>(List.of("read", "offline_access")));
  }

  private static LoginHeader header() {
    return header("tracker", "https://mcp.example/mcp", "https://login.example");
  }

  private static Kept kept() {
    return new Kept(
        "made-up-access",
        Optional.of("made-up-refresh"),
        Optional.of(Duration.ofHours(1)),
        URI.create("https://login.example/token"),
        Optional.of(URI.create("https://login.example/revoke")),
        new Client("made-up-client", Optional.of("made-up-secret"), Client.Method.POST));
  }

  @Test
  void whatWasSealedOpens() throws Exception {
    try (LoginKey key = LoginKey.generate()) {
      LoginFile file = LoginFile.seal(key, header(), kept());
      byte[] text = LoginText.write(file);
      assertThat(new String(text, US_ASCII)).doesNotContain("made-up");
      LoginFile read = LoginText.parse(text);
      assertThat(read.header()).isEqualTo(header());
      Kept opened = read.open(key).orElseThrow();
      assertThat(opened.access()).isEqualTo("made-up-access");
      assertThat(opened.refresh()).contains("made-up-refresh");
      assertThat(opened.lifetime()).contains(Duration.ofHours(1));
      assertThat(opened.revocation()).contains(URI.create("https://login.example/revoke"));
      assertThat(opened.client().secret()).contains("made-up-secret");
      assertThat(opened.client().method()).isEqualTo(Client.Method.POST);
    }
  }

  /** The sealed part of one login under the words of another. */
  @Test
  void nothingOfTheHeaderCanBeExchanged() throws Exception {
    try (LoginKey key = LoginKey.generate()) {
      byte[] sealed = LoginFile.seal(key, header(), kept()).sealed();
      for (LoginHeader other :
          List.of(
              header("other", "https://mcp.example/mcp", "https://login.example"),
              header("tracker", "https://evil.example/mcp", "https://login.example"),
              header("tracker", "https://mcp.example/mcp", "https://evil.example"),
              header().attempting(Instant.ofEpochSecond(5)),
              header().renewed(Optional.empty(), header().scopes()),
              header().renewed(header().expires(), new TreeSet<>()))) {
        assertThat(new LoginFile(other, sealed).open(key)).isEmpty();
      }
      assertThat(new LoginFile(header(), sealed).open(key)).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gatekeeper-login/2\n",
        "gatekeeper-login/1\n",
        "gatekeeper-login/1\nlogin a\nresource b\nissuer c\nsequence 01\nsealed AA\n",
        "gatekeeper-login/1\nlogin a\nresource b\nissuer c\nsequence 1\nsealed AA",
        "gatekeeper-login/1\nlogin a\nresource b\nissuer c\nsequence 1\nsealed AB\n",
        "gatekeeper-login/1\nlogin a\nresource b\nissuer c\nsequence 1\nsealed AA\nx\n",
        "gatekeeper-login/1\nlogin a\nresource b\nissuer c\nsequence 1\nexpires 1e9\nsealed AA\n",
        "gatekeeper-login/1\nlogin a\nresource b\nissuer c\nsequence 1\nscope b a\nsealed AA\n",
        "gatekeeper-login/1\nlogin a\nissuer c\nresource b\nsequence 1\nsealed AA\n",
        "gatekeeper-login/1\r\nlogin a\r\nresource b\r\nissuer c\r\nsequence 1\r\nsealed AA\r\n",
        "gatekeeper-login/1\nlogin a\nresource b\nissuer c\nsequence 99999999999999999999\nsealed A"
      })
  void whatWouldNotBeWrittenIsNotRead(String text) {
    assertThatThrownBy(() -> LoginText.parse(text.getBytes(US_ASCII)))
        .isInstanceOf(IOException.class)
        .hasMessage("the file of a login is malformed");
  }

  @Test
  void whatIsNoKeyIsNone() {
    for (String text :
        List.of("", "made-up", "A".repeat(42), "A".repeat(44), "A".repeat(42) + "B")) {
      assertThat(LoginKey.taking(text.getBytes(US_ASCII))).isEmpty();
    }
    assertThat(LoginKey.taking("A".repeat(43).getBytes(US_ASCII))).isPresent();
  }

  /** The example of the document opens by the key that stands there, and is what it says. */
  @Test
  void theExampleOfTheDocumentOpens() throws Exception {
    String document = Files.readString(DOCUMENT);
    Matcher key = Pattern.compile("The key is `([A-Za-z0-9_-]{43})`").matcher(document);
    assertThat(key.find()).isTrue();
    int start = document.indexOf("```\n" + LoginText.VERSION) + 4;
    String text = document.substring(start, document.indexOf("```", start));
    int json = document.indexOf("```json\n") + 8;
    String plain = document.substring(json, document.indexOf("\n```", json));
    try (LoginKey opens = LoginKey.taking(key.group(1).getBytes(US_ASCII)).orElseThrow()) {
      LoginFile file = LoginText.parse(text.getBytes(US_ASCII));
      Kept kept = file.open(opens).orElseThrow();
      assertThat(new String(kept.json(), StandardCharsets.UTF_8)).isEqualTo(plain);
      byte[] derived = opens.derive("tracker", "https://mcp.example/mcp", "https://login.example");
      assertThat(document).contains(java.util.HexFormat.of().formatHex(derived));
      assertThat(Arrays.equals(LoginText.write(file), text.getBytes(US_ASCII))).isTrue();
    }
  }

  /** Prints what the document shows; for whoever changes the format. */
  public static void main(String[] args) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    String text = dev.gatekeeper.vault.text.Base64Url.of(bytes);
    LoginKey key = LoginKey.taking(text.getBytes(US_ASCII)).orElseThrow();
    System.err.println(text);
    System.err.println(
        java.util.HexFormat.of()
            .formatHex(key.derive("tracker", "https://mcp.example/mcp", "https://login.example")));
    System.err.println(new String(kept().json(), StandardCharsets.UTF_8));
    System.err.println(
        new String(LoginText.write(LoginFile.seal(key, header(), kept())), US_ASCII));
  }
}
