package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.vault.text.VaultException;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TypedLineTest {
  private static final String PASTE_BEGINS = "\u001b[200~";
  private static final String PASTE_ENDS = "\u001b[201~";
  private static final int MOST = 40;

  private static TypedLine typed(String keys, Charset charset) {
    TypedLine line = new TypedLine(MOST);
    for (byte key : keys.getBytes(charset)) {
      line.take(key & 0xff);
    }
    return line;
  }

  private static void isKept(String keys, String expected) throws VaultException {
    TypedLine line = typed(keys + "\n", UTF_8);
    assertThat(line.hasEnded()).isTrue();
    assertThat(new String(line.kept(""), UTF_8)).isEqualTo(expected);
  }

  private static void isRefused(String keys, String why) {
    TypedLine line = typed(keys, UTF_8);
    assertThat(line.hasEnded()).isTrue();
    assertThatThrownBy(() -> line.kept("type this"))
        .isInstanceOfSatisfying(
            VaultException.class, e -> assertThat(e.hint()).contains("type this"))
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({
    "made-ux\\x7fp,made-up",
    "made-ux\\x08p,made-up",
    "made-u\u00fc\\x7fp,made-up",
    "made-u\u20ac\\x7fp,made-up",
    "made-u\ud83d\udd11\\x7fp,made-up",
    "\\x7f\\x7fmade-up,made-up",
    "wrong\\x15made-up,made-up",
    "\\x15made-up,made-up",
    "made-up wrong  \\x17right,made-up right",
    "wrong\\x17\\x17made-up,made-up",
    "made\\x16\\x15up,made\\x15up",
    "made\\x16\\x7fup,made\\x7fup",
    "made-up\\x1b[A,made-up\\x1b[A",
    "made-\\x00up,made-\\x00up",
    "made\\x1a-\\x16\\x1aup,made-\\x1aup",
  })
  void keysEditAsInATerminalsOwnLine(String keys, String expected) throws Exception {
    isKept(keyed(keys), keyed(expected));
  }

  /** With the characters that {@code \\x1b} and the like stand for; a report cannot hold them. */
  private static String keyed(String text) {
    StringBuilder keys = new StringBuilder(text);
    for (int at = keys.indexOf("\\x"); at >= 0; at = keys.indexOf("\\x")) {
      char key = (char) Integer.parseInt(keys.substring(at + 2, at + 4), 16);
      keys.replace(at, at + 4, String.valueOf(key));
    }
    return keys.toString();
  }

  @Test
  void backspaceTakesOneByteOfOtherEncodings() throws Exception {
    TypedLine line = typed("made-up\u00e9\u00fc\u007f\r", ISO_8859_1);
    assertThat(new String(line.kept(""), ISO_8859_1)).isEqualTo("made-up\u00e9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\x0a", "\\x0d", "\\x04", "\\x0d\\x0a\\x0a", "\\x0a\\x04\\x00"})
  void enterOrCtrlDEndsIt(String keys) throws Exception {
    TypedLine line = typed("made-up" + keyed(keys), UTF_8);
    assertThat(line.hasEnded()).isTrue();
    assertThat(line.isPart()).isFalse();
    assertThat(new String(line.kept(""), UTF_8)).isEqualTo("made-up");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\\x0a", "\\x04", "\\x00", "\\x1b[200~\\x1b[201~\\x0a", "wrong\\x15\\x0a"})
  void nothingIsNothing(String keys) throws Exception {
    TypedLine line = typed(keyed(keys), UTF_8);
    assertThat(line.hasEnded()).isTrue();
    assertThat(line.kept("")).isEmpty();
  }

  @Test
  void aPasteIsTakenAsItIs() throws Exception {
    isKept(PASTE_BEGINS + "made-up" + PASTE_ENDS, "made-up");
    isKept("made" + PASTE_BEGINS + "-u" + PASTE_ENDS + "p", "made-up");
    isKept(PASTE_BEGINS + "made" + PASTE_ENDS + PASTE_BEGINS + "-up" + PASTE_ENDS, "made-up");
    isKept(PASTE_BEGINS + "made\u0015\4-up\177" + PASTE_ENDS, "made\u0015\4-up\177");
    isKept(PASTE_BEGINS + "made\u001b[201-up" + PASTE_ENDS, "made\u001b[201-up");
    isKept(PASTE_BEGINS + "wrong" + PASTE_ENDS + "\u0015made-up", "made-up");
  }

  /** Whole lines are selected with their ends; Enter is still pressed. */
  @Test
  void lineEndsBehindAPasteAreNoEnter() throws Exception {
    TypedLine line = typed(PASTE_BEGINS + "made-up\r\n" + PASTE_ENDS, UTF_8);
    assertThat(line.hasEnded()).isFalse();
    isKept(PASTE_BEGINS + "made-up\r\n" + PASTE_ENDS, "made-up");
  }

  @Test
  void severalLinesAreRefused() {
    isRefused("made-up\rmore", "several lines");
    isRefused("made-up\n\n\nm", "several lines");
    isRefused("made-up\n" + PASTE_BEGINS, "several lines");
    isRefused(PASTE_BEGINS + "made\rup\r" + PASTE_ENDS, "several lines");
    isRefused(PASTE_BEGINS + "\nmade-up" + PASTE_ENDS, "several lines");
    assertThat(typed(PASTE_BEGINS + "made\rup\r", UTF_8).hasEnded()).isFalse();
  }

  @Test
  void aLineThatIsTooLongIsRefused() throws Exception {
    isKept("x".repeat(MOST), "x".repeat(MOST));
    isKept(PASTE_BEGINS + "x".repeat(MOST) + PASTE_ENDS, "x".repeat(MOST));
    isKept("x".repeat(3 * MOST) + "\u0015made-up", "made-up");
    for (int more = 1; more < 3 * MOST; more++) {
      String line = "x".repeat(MOST + more);
      isRefused(line + "\n", "more than 40 bytes");
      isRefused(PASTE_BEGINS + line + PASTE_ENDS + "\n", "more than 40 bytes");
      isRefused(line + "\nmore", "several lines");
    }
  }

  @Test
  void nothingOfItIsLeft() throws Exception {
    TypedLine line = typed("made-up\n", UTF_8);
    line.wipe();
    assertThat(line.kept("")).isEmpty();
  }
}
