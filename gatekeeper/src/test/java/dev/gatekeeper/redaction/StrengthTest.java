package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StrengthTest {
  @ParameterizedTest
  @CsvSource({
    "'', 0, 0",
    "aaaaaaaaaaaaaaaa, 0, 17",
    "12345678, 0, 15",
    "20261122, 0, 27",
    "hunter22, 20, 42",
    "abcdefghijklmnop, 0, 25",
    "kR7wQz2pXv, 40, 60",
    "k3R9wQ2zXv8LmT4y, 75, 96",
    "ghp_k3R9wQ2zXv8LmT4y, 75, 96",
    "9f86d081884c7d659a2feaa0c55ad015, 95, 128",
  })
  void estimates(String value, int least, int most) {
    assertThat(Strength.bits(value.getBytes(UTF_8))).isBetween(least, most);
  }
}
