package dev.gatekeeper.fingerprint.print;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has the key of fingerprints guesses unseen: what people think up must not be among them. */
final class RandomPartTest {
  private static final String BASE62 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private static String random(Random random, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static boolean isStrong(String value) {
    return Imprint.isStrong(value.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "made-up-hunter2",
        "made-up-Summer2024!Company#Prod",
        "made-up-correct-horse-battery-staple",
        "made-up-correct-horse-battery-staple-table",
        "MadeUpCorrectHorseBatteryStapleTable",
        "postgres://app:made-up-hunter2@localhost:5432/shop?sslmode=require",
        "https://primary.database.internal.made-up-company.example.com/v1/services",
        "{\"user\":\"made-up\",\"password\":\"hunter2\",\"host\":\"db.example.com\"}",
        "abababababababababababababababababababab",
        "a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2",
        "0123456789012345678901234567890123456789",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
        "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "github_pat_made_up_and_not_random_at_all_1",
        "------------------------------------------------------------",
        "00000000-0000-0000-0000-000000000000",
        "made up words of a sentence that somebody can remember, and says aloud"
      })
  void whatIsGuessedHasNoFingerprint(String value) {
    assertThat(isStrong(value)).isFalse();
  }

  @Test
  void tokensThatAreDrawnAtRandomHave() {
    Random random = new Random(7);
    assertThat(strong(random, "0123456789abcdef", 64, "made-up-")).isGreaterThan(950);
    assertThat(strong(random, BASE62, 36, "postgres://app:made-up-")).isGreaterThan(850);
  }

  @Test
  void whatIsTooShortToBeLeftHasNot() {
    Random random = new Random(8);
    assertThat(strong(random, BASE62, 17, "")).isZero();
    assertThat(strong(random, "0123456789abcdef", 26, "")).isZero();
    assertThat(strong(random, BASE62, 17, "github_pat_")).isZero();
  }

  /** Who knows the rest of a value guesses the part that was thought up. */
  @Test
  void whatIsPublicMakesNoPasswordStrong() {
    Random random = new Random(10);
    String drawn = random(random, BASE62, 40);
    String hex = random(random, "0123456789abcdef", 40);
    for (String weak :
        new String[] {
          "amqps://user:Summer2024@b-2f9c1d7e-53a4-4b8e-9d60-8c7a5f1e3b24.mq.example.com:5671",
          "https://bot:hunter2@api.example.com/projects/" + hex,
          "https://" + drawn + ":hunter2@example.com/",
          "{\"tenant\":\"" + drawn + "\",\"client_secret\":\"Summer2024!\"}",
          "Server=db;User Id=svc@" + drawn + ";Password=Summer2024!",
          drawn + ":Summer2024",
          drawn + " Summer2024",
          "tenant " + drawn + "\npassword Summer2024",
          "https://example.com/?tenant=" + drawn + "&key=Summer2024",
          java.util.Base64.getEncoder()
              .encodeToString(("{\"t\":\"" + drawn + "\",\"p\":\"Summer24\"}").getBytes(UTF_8))
        }) {
      assertThat(isStrong(weak)).as(weak).isFalse();
    }
    String strong = "k3R9wQ2zXv8LmT4yB7nC1pF6hJ5dG0sAq8Wr";
    for (String value :
        new String[] {
          strong,
          strong + "==",
          "made/up/" + strong,
          "postgres://app:" + strong + "@db.example.com:5432/shop?sslmode=require",
          "https://" + strong + "@example.com/made-up.git",
          "https://hooks.example.com:8443/services/T0/B0/" + strong,
          "123456:" + strong,
          "Bearer " + strong,
          "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtYWRlLXVwIn0." + strong,
          "-----BEGIN PRIVATE KEY-----\n" + strong + "\n-----END PRIVATE KEY-----"
        }) {
      assertThat(isStrong(value)).as(value).isTrue();
    }
  }

  private static int strong(Random random, String alphabet, int length, String before) {
    int strong = 0;
    for (int i = 0; i < 1_000; i++) {
      strong += isStrong(before + random(random, alphabet, length)) ? 1 : 0;
    }
    return strong;
  }

  /** A window in the prefix would pass at each token of that provider, and cost an HMAC. */
  @Test
  void theWindowLiesInTheRandomPart() {
    Random random = new Random(9);
    for (int i = 0; i < 200; i++) {
      byte[] value = ("github_pat_" + random(random, BASE62, 60)).getBytes(UTF_8);
      assertThat(RandomPart.of(value).window(value, true)).isGreaterThanOrEqualTo(11);
    }
  }
}
