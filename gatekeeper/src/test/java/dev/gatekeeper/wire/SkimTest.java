package dev.gatekeeper.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SkimTest {
  private static Skim skim(String line, int piece) {
    Skim skim = new Skim();
    byte[] bytes = line.getBytes(UTF_8);
    for (int at = 0; at < bytes.length; at += piece) {
      skim.feed(bytes, at, Math.min(bytes.length, at + piece));
    }
    return skim;
  }

  private static String id(String line) {
    String whole = skim(line, 1 << 20).id().map(id -> new String(id, UTF_8)).orElse("-");
    for (int piece = 1; piece < 12; piece++) {
      assertThat(skim(line, piece).id().map(id -> new String(id, UTF_8)).orElse("-"))
          .as("in pieces of %d", piece)
          .isEqualTo(whole);
    }
    return whole;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":1}                                        | 1",
        "{ \"id\" : 1 , \"x\":2}                           | 1",
        "{\"result\":{\"id\":2,\"a\":[{\"id\":3}]},\"id\":1} | 1",
        "{\"result\":\"\\\"id\\\":2,\\\\\",\"id\":1}       | 1",
        "{\"\\u0069d\":\"a\\u0041\\\"\"}                   | \"a\\u0041\\\"\"",
        "{\"id\":123456789012345678901234567890}           | 123456789012345678901234567890",
        "{\"id\":1,\"broken\":                             | 1",
        "{\"id\":1,\"broken\":nope}                        | 1",
        "{\"id\":1,\"id\":1}                               | -",
        "{\"id\":1,\"ID\":1}                               | -",
        "{\"ID\":1}                                        | -",
        "{\"id\":null}                                     | -",
        "{\"id\":1.5}                                      | -",
        "{\"id\":{\"id\":1}}                               | -",
        "{\"id\":[1]}                                      | -",
        "{\"id\":tru,\"x\":1}                              | -",
        "{\"id\":                                          | -",
        "{\"id\":12                                        | -",
        "{\"id\" 1}                                        | -",
        "{\"a\":[1},\"id\":1}                              | -",
        "{\"a\":{\"b\":]},\"id\":1}                        | -",
        "[{\"id\":1}]                                      | -",
        "{}{\"id\":1}                                      | -",
        "{\"a\":1}},\"id\":1}                              | -",
        "log {\"id\":1}                                    | -",
        "\ufeff}{\"id\":1}                                 | -",
        "\ufeff\"{\"id\":1}                                | -",
        "],{\"id\":1}                                      | -",
        "\"id\":1                                          | -",
        "{\"params\":{\"method\":1},\"id\":\"\"}           | \"\"",
      })
  void findsTheOneIdOfTheTopLevel(String line, String id) {
    assertThat(id(line)).isEqualTo(id);
  }

  @Test
  void tellsRequestsFromAnswers() {
    assertThat(skim("{\"id\":1,\"method\":\"m\"}", 3).method()).isTrue();
    assertThat(skim("{\"id\":1,\"result\":{\"method\":\"m\"}}", 3).method()).isFalse();
    assertThat(skim("{\"id\":1,\"result\":\"method\"}", 3).method()).isFalse();
  }

  @Test
  void byteOrderMarkDoesNotHideTheId() {
    assertThat(id("\ufeff{\"id\":1}")).isEqualTo("1");
  }

  @Test
  void hugeIdIsNotKept() {
    assertThat(id("{\"id\":\"" + "x".repeat(5000) + "\"}")).isEqualTo("-");
  }

  @Test
  void deepNestingIsCountedOnly() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(skim("{\"a\":" + deep + ",\"id\":1}", 1 << 20).id()).isPresent();
  }
}
