package dev.gatekeeper.allowlist.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
  private static String canonical(String text) throws JsonException {
    return CanonicalJson.of(text.getBytes(UTF_8), 1 << 20);
  }

  /** RFC 8785, appendix B: what is canonical stays as it is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "5e-324",
        "-5e-324",
        "1.7976931348623157e+308",
        "9007199254740992",
        "-9007199254740992",
        "295147905179352830000",
        "9.999999999999997e+22",
        "1e+23",
        "1.0000000000000001e+23",
        "999999999999999700000",
        "999999999999999900000",
        "1e+21",
        "9.999999999999997e-7",
        "0.000001",
        "333333333.3333332",
        "333333333.33333325",
        "333333333.3333333",
        "333333333.3333334",
        "333333333.33333343",
        "-0.0000033333333333333333",
        "1424953923781206.2"
      })
  void numbersStandAsEcmaScriptWritesThem(String number) throws JsonException {
    assertThat(canonical(number)).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({
    "1.0,1",
    "1e2,100",
    "-0,0",
    "-0.0,0",
    "0.10,0.1",
    "1E30,1e+30",
    "4.50,4.5",
    "2e-3,0.002",
    "0.000000000000000000000000001,1e-27",
    "56.0,56",
    "2e23,2e+23"
  })
  void spellingsOfOneNumberAreOne(String spelled, String canonical) throws JsonException {
    assertThat(canonical(spelled)).isEqualTo(canonical);
  }

  /** RFC 8785 would write each of these as its neighbour. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "9007199254740993",
        "1e400",
        "-1e400",
        "0.1000000000000000055",
        "1e-400",
        "123456789012345678901234567890"
      })
  void aNumberThatNoDoubleStandsForHasNoCanonicalText(String number) {
    assertThatThrownBy(() -> canonical(number)).isInstanceOf(JsonException.class);
  }

  /** RFC 8785, section 3.2.3. */
  @Test
  void keysAreSortedByCodeUnits() throws JsonException {
    assertThat(
            canonical(
                "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,"
                    + "\"\\u00f6\":7}"))
        .isEqualTo(
            "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\ud83d\ude00\":5,"
                + "\"\ufb33\":3}");
  }

  @Test
  void onlyWhatMustBeIsEscaped() throws JsonException {
    assertThat(canonical("\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\""))
        .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  }

  @Test
  void halfASurrogatePairIsRefused() {
    assertThatThrownBy(() -> canonical("\"\\ud800\"")).isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> canonical("{\"\\udc00\":1}")).isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> canonical("\"\\ud800\\ud800\"")).isInstanceOf(JsonException.class);
  }

  @Test
  void aRepeatedKeyIsRefused() {
    assertThatThrownBy(() -> canonical("{\"a\":1,\"a\":1}")).isInstanceOf(JsonException.class);
  }
}
