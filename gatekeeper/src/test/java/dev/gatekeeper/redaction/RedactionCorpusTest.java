package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.json.Slice;
import dev.gatekeeper.redaction.reading.Escapes;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every encoding that is promised, in every channel: nothing is missed. */
final class RedactionCorpusTest {
  /** However slow the machine is. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private static final String[] KINDS = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "abcdefghijklmnopqrstuvwxyz0123456789-_.~",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=",
    "abcdefgh0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ",
    "0123456789abcdef",
  };

  private final Random random = new Random(7);
  private final Encodings encodings = new Encodings(random);
  private final Redactor redactor = new Redactor();
  private final List<String> values = new ArrayList<>();

  RedactionCorpusTest() {
    while (values.size() < 200) {
      String kind = KINDS[values.size() % KINDS.length];
      StringBuilder value = new StringBuilder(values.size() % 3 == 0 ? "ghp_" : "");
      int length = 8 + random.nextInt(values.size() % 11 == 0 ? 200 : 40);
      while (value.length() < length) {
        value.append(kind.charAt(random.nextInt(kind.length())));
      }
      if (redactor.watch("secret:v" + values.size(), value.toString().getBytes(UTF_8))) {
        values.add(value.toString());
      }
    }
  }

  private void masked(String json, int value, String what) throws Exception {
    Slice whole = Slice.of(json.getBytes(UTF_8));
    Optional<Redacted> redacted = redactor.message(whole);
    assertThat(redacted.map(Redacted::references))
        .as("value %d %s: %s in %s", value, what, values.get(value), json)
        .hasValueSatisfying(found -> assertThat(found).contains("secret:v" + value));
    assertThat(redactor.message(Slice.of(redacted.orElseThrow().json().toBytes())))
        .as("value %d %s, again", value, what)
        .isEmpty();
  }

  @Test
  void everyEncodingInEveryPlaceOfAMessage() throws Exception {
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i).getBytes(UTF_8);
      for (var encoding : encodings.plain.entrySet()) {
        String text = Encodings.inJson(encoding.getValue().apply(value));
        String[] places = {
          "{\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"Is: " + text + ".\"}]}}",
          "{\"result\":{\"structuredContent\":{\"a\":[0,{\"b\":\"" + text + "\"}]}}}",
          "{\"result\":{\"structuredContent\":{\"" + text + "\":true}}}",
          "{\"error\":{\"code\":1,\"message\":\"" + text + "\",\"data\":[\"" + text + "\"]}}",
          "{\"result\":{\"_meta\":{\"x/y\":\"?k=" + text + "&z=1\"}}}",
        };
        masked(places[(i + encoding.getKey().length()) % places.length], i, encoding.getKey());
      }
    }
  }

  @Test
  void encodingsInEncodings() throws Exception {
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i).getBytes(UTF_8);
      for (var encoding : encodings.nested.entrySet()) {
        String text = Encodings.inJson(encoding.getValue().apply(value));
        masked("{\"contents\":[{\"blob\":\"" + text + "\"}]}", i, encoding.getKey());
        masked("[\"auth/" + text + " \"]", i, encoding.getKey() + ", behind a word");
      }
    }
  }

  /**
   * As short as can be, between bytes that are no text: at each place of what is read at a time.
   */
  @Test
  void encodingsInEncodingsAtEveryPlaceOfARun() {
    String value = "q7w1x/9p";
    redactor.watch("secret:short", value.getBytes(UTF_8));
    for (String inside : List.of("q7w1x\\/9p", HexFormat.of().formatHex(value.getBytes(UTF_8)))) {
      // Runs of fewer than 16 characters are not read.
      for (int before = 3; before < 40; before++) {
        for (int after = 0; after < 20; after++) {
          byte[] file = new byte[before + inside.length() + after];
          Arrays.fill(file, (byte) 0x85);
          System.arraycopy(inside.getBytes(UTF_8), 0, file, before, inside.length());
          for (String run :
              List.of(
                  Base64.getEncoder().encodeToString(file),
                  Base64.getUrlEncoder().withoutPadding().encodeToString(file),
                  HexFormat.of().formatHex(file),
                  "a" + HexFormat.of().withUpperCase().formatHex(file))) {
            assertThat(new String(redactor.text(run.getBytes(UTF_8)), UTF_8))
                .as("%s, %d bytes before, %d behind: %s", inside, before, after, run)
                .contains("[secret:short]");
          }
        }
      }
    }
  }

  @Test
  void encodingsFoldedAtEveryColumn() {
    byte[] value = values.get(0).getBytes(UTF_8);
    byte[] file = new byte[200];
    for (int column = Escapes.FOLDED; column < 100; column++) {
      for (String fold : List.of("\n", "\r\n", "\n\t  ")) {
        int before = random.nextInt(file.length - value.length);
        random.nextBytes(file);
        System.arraycopy(value, 0, file, before, value.length);
        String folded =
            Base64.getEncoder()
                .encodeToString(file)
                .replaceAll("(.{" + column + "})(?=.)", "$1" + fold);
        String text = "-".repeat(random.nextInt(60)) + " " + folded;
        assertThat(new String(redactor.text(text.getBytes(UTF_8)), UTF_8))
            .as("folded at %d, %d bytes before: %s", column, before, text)
            .contains("[secret:v0]");
      }
    }
  }

  @Test
  void everyEncodingInLogLines() {
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i).getBytes(UTF_8);
      for (var encoding : encodings.plain.entrySet()) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes("2026-01-01 INFO value=".getBytes(UTF_8));
        line.writeBytes(encoding.getValue().apply(value));
        line.writeBytes("; done".getBytes(UTF_8));
        assertThat(new String(redactor.text(line.toByteArray()), UTF_8))
            .as("value %d %s", i, encoding.getKey())
            .contains("[secret:v" + i + "]");
      }
    }
  }

  @Test
  void everyEncodingAcrossEveryBorderOfAStream() throws Exception {
    int turn = 0;
    for (int i = 0; i < 20; i++) {
      byte[] value = values.get(i).getBytes(UTF_8);
      for (var encoding : encodings.plain.entrySet()) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes("a b ".getBytes(UTF_8));
        whole.writeBytes(encoding.getValue().apply(value));
        whole.writeBytes(" c d".getBytes(UTF_8));
        byte[] text = whole.toByteArray();
        List<int[]> borders = new ArrayList<>();
        borders.add(new int[] {1, 1}); // byte by byte
        for (int at = turn++ % 7; at < text.length; at += 7) {
          borders.add(new int[] {at, text.length});
        }
        for (int[] border : borders) {
          assertThat(inPieces(text, border[0], border[1]))
              .as("value %d %s, in pieces of %d", i, encoding.getKey(), border[0])
              .contains("[secret:v" + i + "]");
        }
      }
    }
  }

  private String inPieces(byte[] text, int first, int further) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream masking = new MaskingStream(redactor, out, Findings.NONE, PATIENCE)) {
      masking.write(text, 0, first);
      for (int at = first; at < text.length; at += further) {
        masking.write(text, at, Math.min(further, text.length - at));
      }
    }
    return out.toString(UTF_8);
  }
}
