package dev.gatekeeper.fingerprint.scan;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.fingerprint.print.Imprint;
import dev.gatekeeper.fingerprint.print.Print;
import dev.gatekeeper.fingerprint.print.PrintKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a text can stand for. */
final class ReadingsTest {
  private static final String TOKEN = ScanTest.TOKEN;

  private final PrintKey key = PrintKey.generate();

  private Scan scan(String... values) {
    Imprint imprint = new Imprint(key);
    List<Print> prints = new ArrayList<>();
    for (String value : values) {
      prints.add(imprint.ofStrong("secret:t", value.getBytes(UTF_8)).orElseThrow());
    }
    return new Scan(List.of(new Watch(prints, key, false)));
  }

  /** As the vault is open. */
  private Scan open(String value) {
    Print print = new Imprint(key).ofAny("secret:t", value.getBytes(UTF_8)).orElseThrow();
    return new Scan(List.of(new Watch(List.of(print), key, true)));
  }

  private static List<Finding> find(Scan scan, byte[] text) throws IOException {
    return scan.read("f", new ByteArrayInputStream(text)).findings();
  }

  private void found(String value, String text) throws IOException {
    found(scan(value), text);
  }

  private static void found(Scan scan, String text) throws IOException {
    assertThat(find(scan, text.getBytes(UTF_8))).as(text).isNotEmpty();
  }

  /** A diff has a sign before each line, which is a digit of base64. */
  @Test
  void whatWasFoldedIsReadBehindMarks() throws IOException {
    String[] marks = {"+", "-", " ", "# ", "> ", "> > ", "| ", "+# ", "//", "+    ", " * "};
    for (int before = 0; before < 130; before++) {
      String text = "~".repeat(before) + "TOKEN=" + TOKEN + " and more of it, so much".repeat(9);
      byte[] bytes = text.getBytes(UTF_8);
      for (String mark : marks) {
        String folded = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(bytes);
        String hex = HexFormat.of().formatHex(bytes).replaceAll(".{60}", "$0\n");
        String narrow = Base64.getMimeEncoder(48, new byte[] {'\r', '\n'}).encodeToString(bytes);
        for (String one : new String[] {folded, hex, narrow}) {
          String block = mark + one.replace("\n", "\n" + mark) + "\n" + mark + "and so on\n";
          found(TOKEN, "@@ -0,0 +1,6 @@\n" + block);
          found(TOKEN, block);
        }
      }
    }
  }

  /** More than 16 KiB of base64 are read from their start only. */
  @Test
  void whatWasFoldedIsReadBehindMarksDeepInside() throws IOException {
    String text = "{a} ".repeat(700_000) + TOKEN + " {b}".repeat(9_000);
    String folded =
        Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(text.getBytes(UTF_8));
    for (String mark : new String[] {"+", "# "}) {
      found(TOKEN, "diff\n" + mark + folded.replace("\n", "\n" + mark));
    }
  }

  @Test
  void coloursAreNoPartOfAText() throws IOException {
    String diff = "\u001b[32m+\u001b[m\u001b[32m%s\u001b[m\n";
    StringBuilder key = new StringBuilder("\u001b[1mdiff\u001b[m\n");
    ScanTest.KEY.lines().forEach(line -> key.append(diff.formatted(line)));
    found(ScanTest.KEY, key.toString());
    found(TOKEN, TOKEN.substring(0, 9) + "\u001b[1;31m" + TOKEN.substring(9) + "\u001b[0K");
    StringBuilder folded = new StringBuilder();
    byte[] text = ("x".repeat(60) + TOKEN + "y".repeat(99)).getBytes(UTF_8);
    Base64.getMimeEncoder()
        .encodeToString(text)
        .lines()
        .forEach(l -> folded.append(diff.formatted(l)));
    found(TOKEN, folded.toString());
  }

  /** A value that looks like an escape of one kind stands beside those of another. */
  @Test
  void eachKindOfEscapesIsReadAlone() throws IOException {
    String percent = "made-up-x\"K%4fLz9Wq7Rt2Vb5Nm8Pc3Yd6Hg";
    String entity = "made-up-x/K&lt;Lz9Wq7Rt2Vb5Nm8Pc3Yd6Hg";
    String slash = "made-up-x&K\\x41Lz9Wq7Rt2Vb5Nm8Pc3Yd6Hg";
    for (String value : new String[] {percent, entity, slash}) {
      found(open(value), "v=" + value + ";");
      String json = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/");
      found(open(value), "{\"a\": \"" + json + "\"}");
      found(open(value), "<a b=\"" + value.replace("&", "&amp;").replace("\"", "&quot;") + "\">");
      String url = value.replace("%", "%25").replace("\"", "%22").replace("&", "%26");
      found(open(value), "https://h/?q=" + url);
      String twice = ("\"" + json + "\"").replace("\\", "\\\\").replace("\"", "\\\"");
      found(open(value), "{\"b\": \"" + twice + "\"}");
    }
  }

  @Test
  void utf16IsReadInsideOfEncodings() throws IOException {
    for (var charset : new java.nio.charset.Charset[] {UTF_16LE, UTF_16BE}) {
      for (int before = 0; before < 40; before++) {
        byte[] text = ("$".repeat(before) + "a = " + TOKEN + " more").getBytes(charset);
        found(TOKEN, "-e " + Base64.getEncoder().encodeToString(text));
        found(TOKEN, "x: " + HexFormat.of().formatHex(text));
        found(TOKEN, "x: " + HexFormat.ofDelimiter(":").withUpperCase().formatHex(text));
      }
    }
    assertThat(find(scan(TOKEN), Base64.getEncoder().encode(TOKEN.getBytes(UTF_16LE))).getFirst())
        .extracting(Finding::encoding)
        .isEqualTo("utf-16 in base64");
  }

  /** Behind a byte that tells a length, as strings stand in programs and registries. */
  @Test
  void utf16IsReadAtOddPlacesToo() throws IOException {
    for (var charset : new java.nio.charset.Charset[] {UTF_16LE, UTF_16BE}) {
      for (int before = 0; before < 17; before++) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.write("+".repeat(before).getBytes(UTF_8));
        text.write(TOKEN.getBytes(charset));
        for (int behind = 0; behind < 2; behind++) {
          byte[] bytes = text.toByteArray();
          assertThat(find(scan(TOKEN), bytes)).as("%s %d %d", charset, before, behind).hasSize(1);
          found(TOKEN, "-e " + Base64.getEncoder().encodeToString(bytes));
          found(TOKEN, "x: " + HexFormat.of().formatHex(bytes));
          text.write('+');
        }
        byte[] key = ("\n" + ScanTest.KEY).getBytes(charset);
        byte[] shifted = new byte[before + key.length];
        Arrays.fill(shifted, (byte) '+');
        System.arraycopy(key, 0, shifted, before, key.length);
        assertThat(find(scan(ScanTest.KEY), shifted)).as("%s %d", charset, before).hasSize(1);
      }
    }
  }

  @Test
  void hexadecimalMayBeDivided() throws IOException {
    byte[] text = ("x" + TOKEN + "\n").getBytes(UTF_8);
    for (String sign : new String[] {":", " ", "-"}) {
      found(TOKEN, "a: " + HexFormat.ofDelimiter(sign).formatHex(text) + "\n");
      found(TOKEN, HexFormat.ofDelimiter(sign).formatHex(text));
    }
  }

  /** No text makes work that grows faster than it is long. */
  @Test
  void theWorkIsLinear() throws IOException {
    Scan plain = scan(TOKEN);
    String line = "2026-01-02 10:00:00 INFO a = " + TOKEN + "\n";
    find(plain, line.repeat(30_000).getBytes(UTF_8));
    find(plain, TOKEN.repeat(50_000).getBytes(UTF_8));
    assertThat(plain.steps()).isLessThan(40_000_000);

    java.util.Random random = new java.util.Random(7);
    byte[] huge = new byte[36_000];
    random.nextBytes(huge);
    Scan long1 = scan("made-up-" + Base64.getEncoder().encodeToString(huge));
    find(long1, "x\\u0041".repeat(300_000).getBytes(UTF_8));
    assertThat(long1.steps()).isLessThan(20_000_000);
  }

  /** Of weak values in lines none is looked for by what stands between the lines. */
  @Test
  void weakValuesOfLinesAreFoundInEachLayout() throws IOException {
    String value = "abab abcdef\nghgh";
    Print print = new Imprint(key).ofAny("secret:w", value.getBytes(UTF_8)).orElseThrow();
    for (String text :
        new String[] {
          value, value.replace("\n", "\r\n"), "  " + value.replace("\n", "\n  "), value + "\n"
        }) {
      Scan scan = new Scan(List.of(new Watch(List.of(print), key, true)));
      assertThat(find(scan, ("x:\n" + text).getBytes(UTF_8))).as(text).hasSize(1);
    }
    assertThat(new Imprint(key).ofAny("secret:w", "abcde\nfghij".getBytes(UTF_8))).isEmpty();
  }
}
