package dev.gatekeeper.fingerprint.print;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people think up has no fingerprint, without exception; what is drawn mostly has one. */
final class GuessTest {
  private static final String DIGITS = "0123456789";
  private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  private static final String HEX = "0123456789abcdef";
  private static final String BASE62 = LOWER.toUpperCase(Locale.ROOT) + LOWER + DIGITS;
  private static final String WORDS =
      "amber cedar delta ember frost apple horse tiger crown correct battery staple table ladder"
          + " monkey dragon master summer winter spring autumn shadow sunshine princess football"
          + " charlie company password secret welcome hunter letmein admin access quartz zephyr"
          + " jazz fuzzy vivid oxygen knight rhythm sphinx wharf yacht kiwi lynx object upgrade"
          + " subway kangaroo fjord geschenk strasse haus schloss zwiebel corazon queso llave"
          + " bonjour fromage oiseau ciao gatto zucchero duży miasto brzeg hodina ключ пароль"
          + " clé naïve über cat dog sun sky red ice owl fox elf ink jam key";
  private static final List<String> BETWEEN =
      List.of("-", "_", "", "", ".", " ", "+", "~", "!", "*", "--", "1", "9", "/");

  private final Random random = new Random(41);

  private String drawn(String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static boolean isStrong(String value) {
    return Imprint.isStrong(value.getBytes(UTF_8));
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String word() {
    String word = any(List.of(WORDS.split(" ")));
    return switch (random.nextInt(6)) {
      case 0 -> word.toUpperCase(Locale.ROOT);
      case 1, 2 -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
      default -> word;
    };
  }

  private String words() {
    String between = any(BETWEEN);
    int digits = random.nextInt(3);
    StringBuilder text = new StringBuilder();
    int count = 4 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : between).append(word());
      if (digits == 2 || (digits == 1 && i == count - 1)) {
        text.append(random.nextInt(100));
      }
    }
    return text + any(List.of("", "!", "2024", "123", "1!"));
  }

  private String leet() {
    StringBuilder text = new StringBuilder();
    String between = any(List.of("-", "_", ".", "!", "", " "));
    for (int i = 0; i < 4 + random.nextInt(3); i++) {
      text.append(i == 0 ? "" : between);
      for (char c : word().toCharArray()) {
        int at = "oieastb".indexOf(c);
        text.append(at >= 0 && random.nextBoolean() ? "0134578".charAt(at) : c);
      }
    }
    return text + any(List.of("", "!", "1", "2024"));
  }

  private static final String COMMON =
      "the and for you that with this have from they will what when there about which would make"
          + " like time just know people into year your good some could them other than then now"
          + " look only come over think also back use two how our work first well way even new want"
          + " because any give day most acme corp prod dev test admin key token api app web site"
          + " main user login root server data file mail home shop bank card cash it is am so be no"
          + " to here my at by we do";

  /** Short words in a row, each with a capital, as English has them. */
  private String phrase(int most, boolean digits) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < most - random.nextInt(2); i++) {
      String word = any(List.of(COMMON.split(" ")));
      text.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    boolean all = random.nextBoolean();
    for (int i = 0; digits && i < text.length(); i++) {
      int at = "oieastb".indexOf(Character.toLowerCase(text.charAt(i)));
      if (at >= 0 && (all ? at < 4 : random.nextBoolean())) {
        text.setCharAt(i, "0134578".charAt(at));
      }
    }
    return text + any(List.of("", "" + (1950 + random.nextInt(80)), "!"));
  }

  private String keyboard() {
    String[] walks = {
      "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890",
          "qazwsxedc",
      "!QAZ@WSX#EDC$RFV", "0987654321", "poiuytrewq", "qweasdzxc", "1q2w3e4r5t6y7u8i", "zaq12wsx",
      "mnbvcxz", "QWERTY", "asdf1234", "yxcvbnm", "qwertzuiop", "azertyuiop"
    };
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      text.append(any(List.of(walks))).append(any(List.of("", "", "-", "!", "1")));
    }
    return text.toString();
  }

  private String settings() {
    return any(List.of("made-up-user:", "admin:", "{\"user\":\"app\",\"password\":\"", ""))
        + word()
        + any(List.of("", "123", "2024", "!", "-"))
        + word()
        + random.nextInt(10_000);
  }

  private String dates() {
    StringBuilder text = new StringBuilder(word());
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      text.append(any(List.of("-", "", "_")))
          .append(
              String.format(
                  Locale.ROOT,
                  "%d%02d%02d",
                  1950 + random.nextInt(80),
                  1 + random.nextInt(12),
                  1 + random.nextInt(28)));
    }
    return text.append(any(List.of("", "+4917012345678", "555-0100"))).toString();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String inTurn(String text) {
    StringBuilder turned = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      String one = text.substring(i, i + 1);
      turned.append(i % 2 == 0 ? one.toUpperCase(Locale.ROOT) : one.toLowerCase(Locale.ROOT));
    }
    return turned.toString();
  }

  private static String percent(String text) {
    StringBuilder written = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      written.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
    }
    return written.toString();
  }

  private void noneIsStrong(Supplier<String> made) {
    for (int i = 0; i < 4_000; i++) {
      String value = made.get();
      assertThat(isStrong(value)).as(value).isFalse();
    }
  }

  @Test
  void whatPeopleThinkUpHasNone() {
    noneIsStrong(this::words);
    noneIsStrong(() -> words() + words());
    noneIsStrong(this::leet);
    noneIsStrong(this::keyboard);
    noneIsStrong(this::dates);
    noneIsStrong(
        () ->
            inTurn(
                String.join(
                    any(List.of("-", "_", "")), longWord(), longWord(), longWord(), longWord())));
    noneIsStrong(() -> String.join("" + random.nextInt(10), words().split("")));
  }

  @Test
  void norHaveShortWordsInARow() {
    noneIsStrong(() -> phrase(6, true));
    noneIsStrong(() -> phrase(6, false).replaceAll("[AEIOUaeiou]", ""));
    noneIsStrong(() -> phrase(8, false));
    noneIsStrong(() -> phrase(4, true) + random.nextInt(1_000) + phrase(3, true));
  }

  @Test
  void norHasItEncoded() {
    noneIsStrong(() -> base64(settings()));
    noneIsStrong(() -> base64(words()));
    noneIsStrong(() -> base64(leet()));
    noneIsStrong(() -> base64(base64(settings())));
    noneIsStrong(() -> "made-up-" + base64(settings()));
    noneIsStrong(() -> HexFormat.of().formatHex(words().getBytes(UTF_8)));
    noneIsStrong(() -> HexFormat.of().formatHex(settings().getBytes(UTF_8)));
    noneIsStrong(() -> percent(words()));
    String sign = any(List.of("-", "_"));
    noneIsStrong(() -> HexFormat.ofDelimiter(sign).formatHex(words().getBytes(UTF_8)));
    noneIsStrong(() -> base64(words()).replaceAll(".{4}(?!$)", "$0" + sign));
    noneIsStrong(() -> Base64.getEncoder().encodeToString(keyboard().getBytes(UTF_16LE)));
  }

  private String longWord() {
    String word = word();
    return word.length() > 4 ? word : longWord();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Amber-Cedar-Delta7-Ember",
        "apple5horse9tiger3crown7",
        "1qaz2wsx3edc4rfv5tgb6yhn",
        "bWFkZS11cC11c2VyOmh1bnRlcjI=",
        "p4ssw0rd-h0rs3-b4tt3ry-st4pl3",
        "deadbeefcafebabefeedfacedeadc0de",
        "0123456789abcdef0123456789abcdef",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "c1o1r1r1e1c1t1h1o1r1s1e1b1a1t1t1e1r1y",
        "to-be-or-not-to-be-that-is-the-question-whether-tis-nobler-in-the-mind-to-suffer",
        "20240101202402012024030120240401",
        "ключПароль7ключПароль8дом9",
        "Pr0dDBP4ssW0rdF0rAcm3C0rp2026Xyz",
        "3x4mpl3S3cr3tK3yF0rS1gn1ngJWTt0k3ns2025",
        "4dm1nG3tH0wH4v3D3v2009",
        "Q2w4E6r8T0y1U3i5O7p9A2s4D6f8",
        "f47ac10b58cc11e58d610242ac130003",
        "018f3c5e7b2a7c8e9f1a2b3c4d5e6f70",
        "key-6ba7b8109dad11d180b400c04fd430c8",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8-1",
        "4KSu4KWH4KSw4KS+IOCkquCkvuCkuOCkteCksOCljeCkoSDgpJfgpYHgpKrgpY3gpKQg4KS54KWI",
        "bXkgcGFzcyDwn5C0IHdvcmQg8J+UiyBpcyDwn5SRIGhlcmU=",
        "bW9uwqBtb3TCoGRlwqBwYXNzZcKgc2VjcmV0wqBwcm9k"
      })
  void norHasOneOfThese(String value) {
    assertThat(isStrong(value)).isFalse();
  }

  /** Of 10,000 each; the others are not looked for while the vault is locked. */
  @Test
  void whatIsDrawnMostlyHasOne() {
    String url = BASE62 + "-_";
    assertThat(strong(() -> drawn(BASE62, 24))).isBetween(5_000, 6_000);
    assertThat(strong(() -> drawn(BASE62, 32))).isBetween(7_900, 8_700);
    assertThat(strong(() -> "sk_live_" + drawn(BASE62, 24))).isGreaterThan(7_000);
    assertThat(strong(() -> "ghp_" + drawn(BASE62, 36))).isGreaterThan(9_000);
    assertThat(strong(() -> "github_pat_" + drawn(BASE62, 22) + "_" + drawn(BASE62, 59)))
        .isGreaterThan(9_950);
    assertThat(strong(() -> "glpat-" + drawn(url, 20))).isGreaterThan(4_500);
    assertThat(strong(() -> "AIza" + drawn(url, 35))).isGreaterThan(8_700);
    assertThat(strong(() -> drawn(BASE62 + "+/", 40))).isGreaterThan(7_300);
    assertThat(strong(() -> drawn(HEX, 32))).isGreaterThan(8_600);
    assertThat(strong(() -> drawn(HEX, 40))).isGreaterThan(9_200);
    assertThat(strong(() -> drawn(HEX, 64))).isGreaterThan(9_900);
    assertThat(strong(this::uuid)).isGreaterThan(9_000);
  }

  private String uuid() {
    return String.join("-", drawn(HEX, 8), drawn(HEX, 4), "4" + drawn(HEX, 3), "a" + drawn(HEX, 3))
        + "-"
        + drawn(HEX, 12);
  }

  private int strong(Supplier<String> made) {
    int strong = 0;
    for (int i = 0; i < 10_000; i++) {
      strong += isStrong(made.get()) ? 1 : 0;
    }
    return strong;
  }
}
