package dev.gatekeeper.fingerprint.print;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LinesTest {
  private static String bare(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    byte[] out = new byte[bytes.length];
    return new String(Arrays.copyOf(out, Lines.bare(bytes, 0, bytes.length, out)), UTF_8);
  }

  @Test
  void whatStandsAroundLinesIsLeftOut() {
    String key = "BEGIN MADE-UP KEY-----\nabc\ndef\n\nghi";
    assertThat(bare("-----" + key)).isEqualTo(key);
    for (String mark : new String[] {"", "+", "-", " ", "    ", "// ", " * ", "# ", "> ", "|  "}) {
      for (String end : new String[] {"\n", "\r\n", "  \n", "\t\r\n"}) {
        String written = mark + ("-----" + key).replace("\n", end + mark);
        assertThat(bare(written)).isEqualTo(key);
      }
    }
    assertThat(bare("a b  c \n d")).isEqualTo("a b  c\nd");
  }

  @Test
  void eachByteIsFoundWhereItIsWritten() {
    Random random = new Random(3);
    String letters = " \t\r\n+-#abc";
    for (int round = 0; round < 5_000; round++) {
      byte[] text = new byte[random.nextInt(30)];
      for (int i = 0; i < text.length; i++) {
        text[i] = (byte) letters.charAt(random.nextInt(letters.length()));
      }
      byte[] out = new byte[text.length];
      int length = Lines.bare(text, 0, text.length, out);
      int before = -1;
      for (int i = 0; i < length; i++) {
        int at = Lines.written(text, 0, text.length, i);
        assertThat(text[at]).isEqualTo(out[i]);
        assertThat(at).isGreaterThan(before);
        before = at;
      }
    }
  }
}
