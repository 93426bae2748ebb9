package dev.gatekeeper.allowlist.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LinearPatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "^a*b$ ; aaab ; true",
        "^(a|bc)+$ ; abcbca ; true",
        "^(a|bc)+$ ; abcb ; false",
        "^a|b$ ; a ; false",
        "^a$|^b$ ; b ; true",
        "^[a-c_.-]{2,3}$ ; -a. ; true",
        "^[a-c_.-]{2,3}$ ; a ; false",
        "^[^/]+$ ; a/b ; false",
        "^\\d\\w\\S$ ; 1_! ; true",
        "^\\u0061\\.\\/$ ; a./ ; true",
        "^.$ ; \uD83D\uDE00 ; true",
        "^(?:ab?){0,1}$ ; aab ; false",
        "^(?:ab?){0,3}$ ; aab ; true",
        "^((a*)*)*$ ; aaaa ; true",
        "^()$ ; a ; false",
        "^(a|)$ ; a ; true"
      })
  void describesTheWholeText(String pattern, String text, boolean expected) throws Exception {
    // "^a|b$" is no pattern: which of its halves is anchored is what people get wrong.
    boolean matches;
    try {
      matches = LinearPattern.parse(pattern).matches(text);
    } catch (PatternException e) {
      matches = false;
    }
    assertThat(matches).isEqualTo(expected);
  }

  @Test
  void aLineBreakAtTheEndIsPartOfTheText() throws Exception {
    assertThat(LinearPattern.parse("^a$").matches("a\n")).isFalse();
    assertThat(LinearPattern.parse("^.*$").matches("a\nb")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^\\x41$",
        "^\\Qa\\E$",
        "^\\pL$",
        "^\\z$",
        "^\\07$",
        "^(?i)a$",
        "^(?P<n>a)$",
        "^(?<n>a)$",
        "^[[:alpha:]]$",
        "^[a\\D]$",
        "^[\\d-z]$",
        "^[^\\t-\\s]$",
        "^[^a\\u0001-\\s]$",
        "^[z-a]$",
        "^[]a]$",
        "^a{,3}$",
        "^a{3,1}$",
        "^a{2$",
        "^a*?$",
        "^a**$",
        "^*a$",
        "^(*a)$",
        "^(a$",
        "^a)$",
        "^a|^b$",
        "^(^a)$",
        "^a$b$",
        "^\\ud83d$"
      })
  void whatIsReadInAnotherWayElsewhereIsNoPattern(String pattern) {
    assertThatThrownBy(() -> LinearPattern.parse(pattern)).isInstanceOf(PatternException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^(((a{256}){256}){256})$",
        "^(((a{0,256}){0,256}){0,256})$",
        "^((((a|b){99}|c){99}|){99})$",
        "^((((){256}){256}){256})$",
        "^((((){0,256}){256}){0,256}){256}$"
      })
  void noPatternTakesMoreMemoryThanItsText(String pattern) {
    assertThatThrownBy(() -> LinearPattern.parse(pattern))
        .isInstanceOf(PatternException.class)
        .hasMessage("it is too large once its counts are written out");
  }

  @Test
  void whiteSpaceAndLineEndsAreThoseOfEcmaScript() throws Exception {
    for (String space : List.of(" ", "\t", "\u000b", "\u00a0", "\u2028", "\u3000", "\ufeff")) {
      assertThat(LinearPattern.parse("^\\s$").matches(space)).isTrue();
      assertThat(LinearPattern.parse("^[a\\s]$").matches(space)).isTrue();
      assertThat(LinearPattern.parse("^\\S$").matches(space)).isFalse();
    }
    for (String end : List.of("\n", "\r", "\u2028", "\u2029")) {
      assertThat(LinearPattern.parse("^.$").matches(end)).isFalse();
    }
    assertThat(LinearPattern.parse("^.$").matches("\u0085")).isTrue();
  }

  @Test
  void agreesWithAnotherImplementation() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      String pattern = "^" + part(random, 3) + "$";
      LinearPattern linear = LinearPattern.parse(pattern);
      Pattern other = Pattern.compile("^(?:" + pattern.substring(1, pattern.length() - 1) + ")$");
      for (int j = 0; j < 5; j++) {
        String text = text(random);
        assertThat(linear.matches(text))
            .as(pattern + " on " + text)
            .isEqualTo(other.matcher(text).matches());
      }
    }
  }

  @Test
  void noTextStallsAPattern() throws Exception {
    LinearPattern pattern = LinearPattern.parse("^(a|a)*(a*)*(a+a+)+b$");
    String text = "a".repeat(LinearPattern.MAX_TEXT);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(pattern.matches(text)).isFalse());
  }

  @Test
  void textBeyondTheBoundIsNotDescribed() throws Exception {
    assertThat(LinearPattern.parse("^a*$").matches("a".repeat(LinearPattern.MAX_TEXT + 1)))
        .isFalse();
  }

  private static String part(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 3)) {
      case 0 -> "a";
      case 1 -> "[^b]";
      case 2 -> ".";
      case 3 -> part(random, depth - 1) + part(random, depth - 1);
      case 4 -> "(" + part(random, depth - 1) + "|" + part(random, depth - 1) + ")";
      case 5 -> "(" + part(random, depth - 1) + ")" + "*+?".charAt(random.nextInt(3));
      default ->
          "(?:"
              + part(random, depth - 1)
              + "){"
              + random.nextInt(2)
              + ","
              + (1 + random.nextInt(2))
              + "}";
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(7); length > 0; length--) {
      text.append("abc".charAt(random.nextInt(3)));
    }
    return text.toString();
  }
}
