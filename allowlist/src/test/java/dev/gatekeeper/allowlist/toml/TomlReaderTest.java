package dev.gatekeeper.allowlist.toml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TomlReaderTest {
  private static String json(String toml) throws JsonException {
    return CanonicalJson.of(TomlReader.read(toml.getBytes(UTF_8), 1 << 20));
  }

  @Test
  void anEmptyTextIsAnEmptyTable() throws Exception {
    assertThat(json("")).isEqualTo("{}");
    assertThat(json("\r\n # nothing\n\t")).isEqualTo("{}");
  }

  @Test
  void theFileOfAClientIsRead() throws Exception {
    assertThat(
            json(
                """
                model = "o9" # comment
                [mcp_servers.docs]
                command = 'npx'
                args = [
                  "-y", # why
                  "pkg@1.2.3",
                ]
                env = { "API_KEY" = "made-up", LEVEL = "info" }
                tool_timeout_sec = 45.5
                [mcp_servers."with.dot".env]
                A = "1"
                [[hooks]]
                on = true
                [[hooks]]
                on = false
                """))
        .isEqualTo(
            "{\"hooks\":[{\"on\":true},{\"on\":false}],\"mcp_servers\":{\"docs\":{\"args\":[\"-y\","
                + "\"pkg@1.2.3\"],\"command\":\"npx\",\"env\":{\"API_KEY\":\"made-up\",\"LEVEL\":"
                + "\"info\"},\"tool_timeout_sec\":45.5},\"with.dot\":{\"env\":{\"A\":\"1\"}}},"
                + "\"model\":\"o9\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a = 0x1F|{\"a\":31}",
        "a = 0o17|{\"a\":15}",
        "a = 0b101|{\"a\":5}",
        "a = -1_000|{\"a\":-1000}",
        "a = +6.25e2|{\"a\":625}",
        "a = inf|{\"a\":\"inf\"}",
        "a = 2026-01-31T12:00:00Z|{\"a\":\"2026-01-31T12:00:00Z\"}",
        "a = 2026-01-31 12:00:00|{\"a\":\"2026-01-31 12:00:00\"}",
        "a = 2026-01-31|{\"a\":\"2026-01-31\"}",
        "a.b.c = 1|{\"a\":{\"b\":{\"c\":1}}}",
        "a . 'b' = []|{\"a\":{\"b\":[]}}",
        "a = {}|{\"a\":{}}",
        "a = {b.c = 1, d = [{}]}|{\"a\":{\"b\":{\"c\":1},\"d\":[{}]}}",
        "a = \"x\\t\\u00e9\\U0001F600\"|{\"a\":\"x\\té😀\"}",
        "a = 'C:\\x'|{\"a\":\"C:\\\\x\"}",
      })
  void valuesAreRead(String toml, String expected) throws Exception {
    assertThat(json(toml)).isEqualTo(expected);
  }

  @Test
  void stringsOverLinesAreRead() throws Exception {
    assertThat(json("a = \"\"\"\nx\\\n   y\"\"\"\"\nb = '''\r\n'\\n'''"))
        .isEqualTo("{\"a\":\"xy\\\"\",\"b\":\"'\\\\n\"}");
  }

  @Test
  void tablesMayComeInAnyOrder() throws Exception {
    assertThat(json("[a.b]\nx = 1\n[a]\ny = 2\n[a.c]\n"))
        .isEqualTo("{\"a\":{\"b\":{\"x\":1},\"c\":{},\"y\":2}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a = 1 b = 2|1|7|something follows on the line of a value",
        "a = 1\\na = 2|2|1|a key that is defined already, on line 1",
        "[a]\\n[a]|2|2|a key that is defined already, on line 1",
        "a = {}\\n[a.b]|2|2|a key that is defined already, on line 1",
        "a.b = 1\\n[a]|2|2|a key that is defined already, on line 1",
        "a = 1\\n[[a]]|2|3|a key that is defined already, on line 1",
        "[a]\\nb = 1\\n[a.b.c]|3|4|a key that is defined already, on line 2",
        "a = \"x|1|5|a string without an end",
        "a = '''x|1|5|a string without an end",
        "a = \"\\q\"|1|6|no escape of TOML",
        "a = \"\\ud800\"|1|6|an escape of no character",
        "a = \"\\U00110000\"|1|6|an escape of no character",
        "a =|1|4|a value is missing",
        "a = 01|1|5|no value",
        "a = yes|1|5|no value",
        "= 1|1|1|this is no key",
        "a|1|2|the text ends where '=' is missing",
        "a = [1 2]|1|8|']' is missing here",
        "a = {b = 1|1|11|the text ends where '}' is missing",
        "[a|1|3|the text ends where ']' is missing",
        "# \\u0001|1|3|a control character in a comment",
      })
  void faultsHaveAPlaceAndNothingOfTheText(String toml, int line, int column, String why) {
    String text = toml.replace("\\n", "\n").replace("\\u0001", "\u0001");
    assertThatThrownBy(() -> json(text))
        .isInstanceOfSatisfying(
            JsonException.class,
            e -> {
              assertThat(e.why()).isEqualTo(why);
              assertThat(e.at().line()).isEqualTo(line);
              assertThat(e.at().column()).isEqualTo(column);
            });
  }

  @Test
  void whatIsTooDeepOrTooMuchIsRefused() {
    assertThatThrownBy(() -> json("a = " + "[".repeat(100_000)))
        .hasMessage("nested beyond 64 levels");
    assertThatThrownBy(() -> json("a = " + "{b = ".repeat(100_000)))
        .hasMessage("nested beyond 64 levels");
    assertThatThrownBy(() -> json("a" + ".a".repeat(100) + " = 1"))
        .hasMessage("a key of more than 64 parts");
    assertThatThrownBy(() -> json("a = " + "1".repeat(1_000)))
        .hasMessage("a value of more than 100 characters");
    assertThatThrownBy(() -> json("a = [" + "1,".repeat(300_000) + "]"))
        .hasMessage("more than 200000 values");
    assertThatThrownBy(() -> TomlReader.read(new byte[] {'#', (byte) 0xff}, 10))
        .hasMessage("this byte is not UTF-8");
  }

  @Test
  void placesAreThoseOfTheValues() throws Exception {
    Json root = TomlReader.read("[s.x]\n  command = \"npx\"\n".getBytes(UTF_8), 1 << 20);
    Json command = root.get("s").orElseThrow().get("x").orElseThrow().get("command").orElseThrow();
    assertThat(command.at().line()).isEqualTo(2);
    assertThat(command.at().column()).isEqualTo(13);
  }
}
