package dev.gatekeeper.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AwsAnswerTest {
  private static String value(String json, String name) throws SourceException {
    return new String(AwsAnswer.value(json.getBytes(UTF_8), name), UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"SecretString\": \"made-up\"} | x | made-up",
        "{\"Name\": \"n\", \"SecretString\": \"a\\\"b\\\\c\\/d\\u00e9\\ud83d\\ude00é\"} | x |"
            + " a\"b\\c/dé😀é",
        "{\"SecretString\": \"{\\\"k\\\": \\\"made\\\\u002dup\\\"}\"} | x#k | made-up",
        "{\"SecretString\": null, \"SecretBinary\": \"bWFkZS11cA==\"} | x | made-up",
      })
  void findsTheValue(String json, String name, String value) throws Exception {
    assertThat(value(json, name)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "None | x | came as something else than JSON",
        "`` | x | came as something else than JSON",
        "{\"SecretString\": \"a\"} {} | x | came as something else than JSON",
        "{\"SecretString\": \"a\", \"secretString\": \"b\"} | x | came as something else than JSON",
        "{} | x | is empty",
        "[] | x | is empty",
        "{\"SecretString\": 5} | x | is no text",
        "{\"SecretBinary\": \"*\"} | x | is binary, and not in base64",
        "{\"SecretBinary\": \"bWFkZS11cA==\"} | x#k | is binary: it has no members",
        "{\"SecretString\": \"{}\"} | x#k | has no such member",
        "{\"SecretString\": \"{\\\"k\\\": {}}\"} | x#k | is no text",
      })
  void saysWhyThereIsNone(String json, String name, String why) {
    assertThatThrownBy(() -> value(json, name)).isInstanceOf(SourceException.class).hasMessage(why);
  }

  @Test
  void controlsOfJsonAreDecoded() throws Exception {
    assertThat(value("{\"SecretString\": \"\\b\\f\\n\\r\\t\"}", "x")).isEqualTo("\b\f\n\r\t");
  }
}
