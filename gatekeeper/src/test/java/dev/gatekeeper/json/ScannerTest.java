package dev.gatekeeper.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScannerTest {
  /** The fault, or nothing where the bytes are one JSON value. */
  static Optional<String> fault(byte[] json, int depth) {
    Scanner in = new Scanner(json, 0, json.length, depth);
    try {
      in.space();
      in.value(0);
      in.end();
      return Optional.empty();
    } catch (MalformedException e) {
      return Optional.of(e.why() + " at byte " + e.position());
    }
  }

  private static Optional<String> fault(String json) {
    return fault(json.getBytes(UTF_8), 512);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "\"\"",
        "{}",
        "[]",
        " \t\r\n [ ] \n",
        "{\"a\" : [ {} , { \"b\" : null } ] }",
        "0",
        "-0",
        "-0.0e-0",
        "10.5E+3",
        "123456789012345678901234567890123456789012345678901234567890",
        "1e999999999999",
        "\"\\u0000\\uD800\\udfff\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\u007f \u0080 \u2028 \ud83d\ude00 \uffff\"",
        "{\"a\":1,\"a\":2}",
      })
  void valid(String json) {
    assertThat(fault(json)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                  | ends too early at byte 0",
        "`  `                | ends too early at byte 2",
        "{                   | ends too early at byte 1",
        "[1                  | ends too early at byte 2",
        "{\"a\"              | ends too early at byte 4",
        "{\"a\":             | ends too early at byte 5",
        "\"abc               | ends too early at byte 4",
        "nul                 | an unknown word at byte 0",
        "True                | no value at byte 0",
        "[1,]                | no value at byte 3",
        "[,1]                | no value at byte 1",
        "[1 2]               | a comma or a closing bracket is missing at byte 3",
        "[1}                 | a comma or a closing bracket is missing at byte 2",
        "{\"a\":1]           | a comma or a closing bracket is missing at byte 6",
        "{\"a\" 1}           | a colon is missing at byte 5",
        "{a:1}               | a name is missing at byte 1",
        "{\"a\":1,}          | a name is missing at byte 7",
        "{1:1}               | a name is missing at byte 1",
        "1 2                 | bytes after the end of the value at byte 2",
        "{}}                 | bytes after the end of the value at byte 2",
        "01                  | bytes after the end of the value at byte 1",
        "-                   | no value at byte 1",
        "+1                  | no value at byte 0",
        ".5                  | no value at byte 0",
        "1.                  | a number without digits after its point at byte 2",
        "1.e5                | a number without digits after its point at byte 2",
        "1e                  | a number without digits in its exponent at byte 2",
        "1e+                 | a number without digits in its exponent at byte 3",
        "NaN                 | no value at byte 0",
        "-Infinity           | no value at byte 1",
        "'a'                 | no value at byte 0",
        "\"\\x\"             | an invalid escape at byte 1",
        "\"\\u12g4\"         | an invalid escape at byte 1",
        "\"\\u123            | an invalid escape at byte 1",
        "\"\\U0041\"         | an invalid escape at byte 1",
        "\"\\                | an invalid escape at byte 1",
        "[1]//c              | bytes after the end of the value at byte 3",
      })
  void invalid(String json, String fault) {
    assertThat(fault(json)).contains(fault);
  }

  @Test
  void controlsInStringsAreRefused() {
    for (char control = 0; control < 0x20; control++) {
      assertThat(fault("\"12345678" + control + "12345678\""))
          .contains("a control character in a string at byte 9");
    }
    assertThat(fault("[1,\0]")).contains("no value at byte 3");
  }

  /** Hexadecimal, in a string, behind three letters. The Unicode Standard, table 3-7. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "bf",
        "c080",
        "c0af",
        "c1bf",
        "c3",
        "c328",
        "e08080",
        "e09fbf",
        "e282",
        "e228a1",
        "e28228",
        "eda080",
        "edbfbf",
        "f0808080",
        "f08fbfbf",
        "f09f98",
        "f0289f98",
        "f09f2898",
        "f09f9828",
        "f4908080",
        "f5808080",
        "f888808080",
        "fe",
        "ff",
      })
  void invalidUtf8(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    String json = "\"abc" + new String(bytes, ISO_8859_1) + "\"";
    assertThat(fault(json.getBytes(ISO_8859_1), 512)).contains("invalid UTF-8 at byte 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c280",
        "dfbf",
        "e0a080",
        "ed9fbf",
        "ee8080",
        "efbfbf",
        "f0908080",
        "f48fbfbf",
        "efbbbf",
      })
  void validUtf8(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    String json = "\"abc" + new String(bytes, ISO_8859_1) + "\"";
    assertThat(fault(json.getBytes(ISO_8859_1), 512)).isEmpty();
  }

  @Test
  void utf8OutsideOfStringsIsRefused() {
    assertThat(fault("[\u00e9]")).contains("no value at byte 1");
    assertThat(fault("\ufeff1")).contains("no value at byte 0");
  }

  @Test
  void depthIsBounded() {
    assertThat(fault("[[[]]]".getBytes(UTF_8), 3)).isEmpty();
    assertThat(fault("[[{\"a\":[]}]]".getBytes(UTF_8), 3))
        .contains("nested deeper than 3 levels at byte 7");
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(fault(deep)).contains("nested deeper than 512 levels at byte 512");
  }

  @Test
  void kindsOfBracketsAreTrackedThroughAllWordsOfBits() {
    String open = "[{\"a\":".repeat(500);
    String close = "}]".repeat(500);
    assertThat(fault((open + "1" + close).getBytes(UTF_8), 1000)).isEmpty();
    assertThat(fault((open + "1" + "]}".repeat(500)).getBytes(UTF_8), 1000)).isPresent();
  }
}
