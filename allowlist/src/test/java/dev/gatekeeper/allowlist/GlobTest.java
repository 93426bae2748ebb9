package dev.gatekeeper.allowlist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

final class GlobTest {
  @Test
  void onlyTheStarIsSpecial() {
    assertThat(new Glob("a?[b].c").matches("a?[b].c")).isTrue();
    assertThat(new Glob("a?").matches("ab")).isFalse();
    assertThat(new Glob("").matches("")).isTrue();
    assertThat(new Glob("").matches("a")).isFalse();
    assertThat(new Glob("*").matches("")).isTrue();
  }

  @Test
  void agreesWithAnExpressionOfTheSameMeaning() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      String glob = word(random, "ab*", 6);
      String name = word(random, "ab", 8);
      boolean expected = Pattern.matches(glob.replace("*", ".*"), name);
      assertThat(new Glob(glob).matches(name)).as(glob + " on " + name).isEqualTo(expected);
    }
  }

  @Test
  void manyStarsOnALongNameTakeNoTime() {
    Glob glob = new Glob("*a".repeat(500) + "b");
    String name = "a".repeat(100_000);
    assertThatCode(
            () ->
                Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> assertThat(glob.matches(name)).isFalse()))
        .doesNotThrowAnyException();
  }

  @Test
  void coversAndMeetsAsTheNamesSay() {
    Random random = new Random(2);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      names.add(word(random, "abc*", 6));
    }
    int covers = 0;
    int meets = 0;
    for (int i = 0; i < 3_000; i++) {
      Glob one = new Glob(word(random, "ab*", 4));
      Glob other = new Glob(word(random, "ab*", 4));
      boolean covered = names.stream().filter(other::matches).allMatch(one::matches);
      boolean met = names.stream().anyMatch(name -> one.matches(name) && other.matches(name));
      covers += one.covers(other) ? 1 : 0;
      meets += one.meets(other) ? 1 : 0;
      assertThat(!one.covers(other) || covered).as(one + " covers " + other).isTrue();
      assertThat(one.meets(other) || !met).as(one + " meets " + other).isTrue();
      assertThat(one.meets(other)).isEqualTo(other.meets(one));
    }
    assertThat(covers).isBetween(200, 2_000);
    assertThat(meets).isBetween(200, 2_000);
    assertThat(new Glob("a*c").meets(new Glob("ab*"))).isTrue();
    assertThat(new Glob("a*").meets(new Glob("b*"))).isFalse();
    assertThat(new Glob("*").covers(new Glob("a*b"))).isTrue();
    assertThat(new Glob("a*b").covers(new Glob("a*"))).isFalse();
  }

  private static String word(Random random, String letters, int longest) {
    StringBuilder word = new StringBuilder();
    for (int length = random.nextInt(longest + 1); length > 0; length--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }
}
