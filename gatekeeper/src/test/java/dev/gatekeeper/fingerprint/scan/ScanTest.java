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
import java.io.InputStream;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ScanTest {
  static final String TOKEN = "made-up-k3R9wQ2zXv8LmT4yB7nC1pF6hJ5dG0sA";
  static final String KEY =
      """
      -----BEGIN MADE-UP PRIVATE KEY-----
      MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
      MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
      NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ
      -----END MADE-UP PRIVATE KEY-----
      """;

  private final PrintKey key = PrintKey.generate();
  private final List<Print> prints = new ArrayList<>();

  ScanTest() {
    Imprint imprint = new Imprint(key);
    prints.add(imprint.ofStrong("secret:token", TOKEN.getBytes(UTF_8)).orElseThrow());
    prints.add(imprint.ofStrong("secret:key", KEY.getBytes(UTF_8)).orElseThrow());
  }

  private Scan scan() {
    return new Scan(List.of(new Watch(prints, key, false)));
  }

  private List<Finding> find(byte[] text) throws IOException {
    Scan.Result result = scan().read("f", new ByteArrayInputStream(text));
    assertThat(result.bytes()).isEqualTo(text.length);
    return result.findings();
  }

  private void expect(String encoding, String text) throws IOException {
    expect(encoding, text.getBytes(UTF_8), "secret:token", 1);
  }

  private void expect(String encoding, byte[] text, String reference, long line)
      throws IOException {
    assertThat(find(text))
        .containsExactly(new Finding(reference, false, encoding, Finding.Part.TEXT, "f", line));
  }

  @Test
  void aValueIsFoundAndNamedWithItsLine() throws IOException {
    expect("plain", TOKEN);
    expect("plain", "x" + TOKEN + "y");
    expect("plain", "TOKEN=\"" + TOKEN + "\"");
    expect("plain", ("a\nb\r\n\n x=" + TOKEN + "\n").getBytes(UTF_8), "secret:token", 4);
    assertThat(find(new byte[0])).isEmpty();
    assertThat(find(TOKEN.substring(1).getBytes(UTF_8))).isEmpty();
    assertThat(find(TOKEN.replace('3', '4').getBytes(UTF_8))).isEmpty();
  }

  @Test
  void eachEncodingIsReadAtEachAlignment() throws IOException {
    for (int before = 0; before < 4; before++) {
      byte[] text = ("a:b!".substring(0, before) + TOKEN + "\n!").getBytes(UTF_8);
      expect("base64", Base64.getEncoder().encode(text), "secret:token", 1);
      expect("base64", Base64.getUrlEncoder().withoutPadding().encode(text), "secret:token", 1);
      expect("hex", HexFormat.of().formatHex(text));
      expect("hex", HexFormat.of().withUpperCase().formatHex(text));
    }
    byte[] long1 = ("{\"a\":\"" + "x".repeat(500) + TOKEN + "\"}").getBytes(UTF_8);
    expect("base64", "data: " + Base64.getEncoder().encodeToString(long1));
    expect("base64 in escapes", "data:\n  " + Base64.getMimeEncoder().encodeToString(long1), 2);
    expect("escapes", TOKEN.replace("-", "%2D"));
    expect("escapes", "&#" + (int) 'm' + ";" + TOKEN.substring(1));
    expect("escapes", TOKEN.replace("m", "\\u006d").replace("A", "\\x41"));
    expect("base64 in base64", twice(TOKEN));
    expect("utf-16", TOKEN.getBytes(UTF_16LE), "secret:token", 1);
    expect("utf-16", ("\ufeffa\n\u00e9 = " + TOKEN).getBytes(UTF_16BE), "secret:token", 2);
  }

  private void expect(String encoding, String text, long line) throws IOException {
    List<Finding> found = find(text.getBytes(UTF_8));
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().encoding()).isEqualTo(encoding);
    assertThat(found.getFirst().line()).isGreaterThanOrEqualTo(line);
  }

  private static String twice(String text) {
    byte[] once = Base64.getEncoder().encode(("value " + text + " value").getBytes(UTF_8));
    return Base64.getEncoder().encodeToString(once);
  }

  /** A key is pasted into anything, and a diff puts a plus before each of its lines. */
  @Test
  void aKeyOfSeveralLinesIsFoundInWhateverHoldsIt() throws IOException {
    String[] held = {
      KEY,
      KEY.strip(),
      KEY.replace("\n", "\r\n"),
      "diff --git a/k b/k\n+++ b/k\n@@ -0,0 +1,6 @@\n+" + KEY.replace("\n", "\n+"),
      "key: |\n    " + KEY.replace("\n", "\n    "),
      "// " + KEY.replace("\n", "  \n// "),
      "key = \"" + KEY.replace("\n", "\\n") + "\"",
      "key = \"" + URLEncoder.encode(KEY, UTF_8).replace("+", "%20") + "\"",
      "key: " + Base64.getEncoder().encodeToString(KEY.getBytes(UTF_8)),
    };
    for (String text : held) {
      List<Finding> found = find(("\n" + text).getBytes(UTF_8));
      assertThat(found).as(text).hasSize(1);
      assertThat(found.getFirst().reference()).isEqualTo("secret:key");
      assertThat(found.getFirst().line()).isBetween(2L, 5L);
    }
    assertThat(find(KEY.replace("MzEf", "MzEe").getBytes(UTF_8))).isEmpty();
  }

  @Test
  void aValueIsFoundAcrossEveryBorderOfPieces() throws IOException {
    int piece = 1 << 20;
    String filler = "lorem ipsum dolor sit amet, consectetur\n";
    for (int shift = -5_000; shift <= 200; shift += 97) {
      StringBuilder text = new StringBuilder();
      while (text.length() < piece + shift) {
        text.append(filler);
      }
      text.setLength(piece + shift);
      long line = text.chars().filter(c -> c == '\n').count() + 1;
      String before = text.toString();
      text.append(TOKEN).append(filler.repeat(300));
      expect("plain", text.toString().getBytes(UTF_8), "secret:token", line);
      String encoded =
          before
              + " "
              + Base64.getEncoder()
                  .encodeToString(("x".repeat(3_000) + TOKEN + "y".repeat(3_000)).getBytes(UTF_8));
      assertThat(find(encoded.getBytes(UTF_8))).hasSize(1);
      String diff = before + "\n+" + KEY.replace("\n", "\n+") + filler.repeat(300);
      assertThat(find(diff.getBytes(UTF_8))).hasSize(1);
    }
  }

  /** Beyond 16 KiB a run of base64 is read from its start on only, wherever that was. */
  @Test
  void aValueIsFoundDeepInsideOfBase64WithoutAnEnd() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 3; round++) {
      byte[] text = new byte[3 << 20];
      for (int i = 0; i < text.length; i++) {
        text[i] = (byte) (' ' + random.nextInt(90));
      }
      int at = (2 << 20) + random.nextInt(1 << 19);
      System.arraycopy(TOKEN.getBytes(UTF_8), 0, text, at, TOKEN.length());
      byte[] encoded = ("x: " + Base64.getEncoder().encodeToString(text)).getBytes(UTF_8);
      expect("base64", encoded, "secret:token", 1);
    }
  }

  /** A line as long as the file, in little memory. */
  @Test
  void aLineThatDoesNotEndIsReadInPieces() throws IOException {
    long before = 300L << 20;
    Scan scan = scan();
    InputStream endless =
        new InputStream() {
          private long at;

          @Override
          public int read() {
            throw new AssertionError("read in blocks");
          }

          @Override
          public int read(byte[] bytes, int from, int length) {
            byte[] token = TOKEN.getBytes(UTF_8);
            if (at == before + token.length) {
              return -1;
            }
            int count = (int) Math.min(length, at < before ? before - at : 1);
            for (int i = 0; i < count; i++) {
              bytes[from + i] = at < before ? (byte) ' ' : token[(int) (at - before)];
            }
            at += count;
            return count;
          }
        };
    assertThat(scan.read("f", endless).findings())
        .containsExactly(new Finding("secret:token", false, "plain", Finding.Part.TEXT, "f", 1));
  }

  @Test
  void aValueIsToldOncePerLineAndAThousandTimesAtMost() throws IOException {
    assertThat(find((TOKEN + " " + TOKEN + "\n" + TOKEN).getBytes(UTF_8))).hasSize(2);
    assertThat(find((TOKEN + "\n").repeat(2_000).getBytes(UTF_8))).hasSize(1_000);
  }

  /** The same words, pasted, in noise of all kinds: nothing is found that is not there. */
  @Test
  void nothingIsFoundInNoise() throws IOException {
    Random random = new Random(11);
    byte[] noise = new byte[8 << 20];
    random.nextBytes(noise);
    assertThat(find(noise)).isEmpty();
    assertThat(find(Base64.getMimeEncoder().encode(noise))).isEmpty();
  }

  @Test
  void weakValuesAreFoundWhereTheyAreLookedFor() throws IOException {
    Imprint imprint = new Imprint(key);
    List<Print> weak = new ArrayList<>();
    for (String value : new String[] {"hunter2!", "P@ss w0rd", "\u00e4\u00f6\u00fc! 1234"}) {
      weak.add(imprint.ofAny("secret:" + weak.size(), value.getBytes(UTF_8)).orElseThrow());
    }
    assertThat(imprint.ofAny("secret:short", "hunter2".getBytes(UTF_8))).isEmpty();
    Scan scan = new Scan(List.of(new Watch(List.of(), key, false), new Watch(weak, key, true)));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes("a hunter2! b\nP@ss w0rd\n".getBytes(UTF_8));
    text.writeBytes("x\u00e4\u00f6\u00fc! 1234".getBytes(UTF_8));
    assertThat(scan.read("f", new ByteArrayInputStream(text.toByteArray())).findings())
        .extracting(Finding::reference, Finding::line)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("secret:0", 1L),
            org.assertj.core.groups.Tuple.tuple("secret:1", 2L),
            org.assertj.core.groups.Tuple.tuple("secret:2", 3L));
  }
}
