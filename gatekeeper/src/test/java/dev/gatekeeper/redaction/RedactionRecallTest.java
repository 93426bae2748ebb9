package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.json.RandomJson;
import dev.gatekeeper.json.Slice;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every value is found wherever and however it is written, and nothing else is. */
final class RedactionRecallTest {
  /** However slow the machine is. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private static final String[] ALPHABETS = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "0123456789abcdef",
    "ab/\"\\cd\n\t ef{}%&",
    "äöüß€漢字\u2028é",
    "0123456789",
  };

  private final Random random = new Random(42);
  private final Redactor redactor = new Redactor();
  private final List<String> values = new ArrayList<>();

  RedactionRecallTest() {
    while (values.size() < 1000) {
      String alphabet = ALPHABETS[values.size() % ALPHABETS.length];
      StringBuilder value = new StringBuilder(values.size() % 7 == 0 ? "ghp_" : "");
      int length = (alphabet.startsWith("0123456789") ? 18 : 8) + random.nextInt(60);
      while (value.length() < length) {
        value.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (values.size() % 10 == 9) {
        value.append("\ud83d\udd11");
      }
      if (redactor.watch("secret:v" + values.size(), value.toString().getBytes(UTF_8))) {
        values.add(value.toString());
      }
    }
  }

  private void masked(String json, int value, String where) throws Exception {
    Slice whole = Slice.of(json.getBytes(UTF_8));
    Optional<Redacted> redacted = redactor.message(whole);
    assertThat(redacted).as("value %d, %s", value, where).isPresent();
    assertThat(redacted.orElseThrow().references())
        .as("value %d, %s", value, where)
        .contains("secret:v" + value);
    byte[] out = redacted.orElseThrow().json().toBytes();
    assertThat(redactor.message(Slice.of(out))).as("value %d, %s, again", value, where).isEmpty();
  }

  private String noise() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  @Test
  void stringsNamesAndNestedJson() throws Exception {
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      String written = Spelling.random(value, random);
      String around = Spelling.random("https://x/?a=é\n", random) + noise();
      masked("[1,\"" + around + written + noise() + "\"]", i, "string");
      masked("{\"" + noise() + written + "\":{}}", i, "name");
      masked("[{\"a\":[\"" + written + "\"]}]", i, "alone");
      String inner = "{\"k\":\"" + Spelling.random(value, random) + "\"}";
      masked("{\"text\":\"" + Spelling.random(inner, random) + "\"}", i, "JSON in a string");
      String innermost = "[\"" + Spelling.random(inner, random) + "\"]";
      masked("[\"" + Spelling.random(innermost, random) + "\"]", i, "JSON in JSON in a string");
    }
  }

  @Test
  void base64AtEveryAlignment() throws Exception {
    for (int i = 0; i < values.size(); i++) {
      for (int before = 0; before < 3; before++) {
        byte[] front = new byte[before + 3 * random.nextInt(20)];
        random.nextBytes(front);
        byte[] back = new byte[random.nextInt(20)];
        random.nextBytes(back);
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        blob.writeBytes(front);
        blob.writeBytes(values.get(i).getBytes(UTF_8));
        blob.writeBytes(back);
        String basic = Base64.getEncoder().encodeToString(blob.toByteArray());
        String url = Base64.getUrlEncoder().withoutPadding().encodeToString(blob.toByteArray());
        masked("{\"data\":\"" + Spelling.random(basic, random) + "\"}", i, "base64 " + before);
        masked("{\"blob\":\"" + url + "\"}", i, "base64url " + before);
      }
    }
  }

  @Test
  void numbers() throws Exception {
    for (int i = 4; i < values.size(); i += 5) {
      String digits = values.get(i);
      if (digits.matches("[0-9]+")) {
        masked("[-9" + digits + ".25]", i, "number");
        masked("{\"a\":1" + digits + "}", i, "number");
      }
    }
  }

  @Test
  void numberWithExponentIsUnfolded() throws Exception {
    redactor.watch("secret:pin", "48151623".getBytes(UTF_8));
    Redacted redacted =
        redactor.message(Slice.of("[4.8151623E7,1e-999999999999]".getBytes(UTF_8))).orElseThrow();
    assertThat(redacted.json().toBytes())
        .isEqualTo("[\"[secret:pin]\",1e-999999999999]".getBytes(UTF_8));
  }

  @Test
  void streamsAcrossEveryBorder() throws Exception {
    for (int i = 0; i < values.size(); i++) {
      byte[] text = ("> " + values.get(i) + " <").getBytes(UTF_8);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (OutputStream masking = new MaskingStream(redactor, out, Findings.NONE, PATIENCE)) {
        for (int at = 0; at < text.length; ) {
          int count = Math.min(1 + random.nextInt(9), text.length - at);
          masking.write(text, at, count);
          at += count;
        }
      }
      assertThat(out.toString(UTF_8))
          .startsWith("> ")
          .endsWith(" <")
          .contains("[secret:v" + i + "]");
      assertThat(redactor.text(out.toByteArray())).isEqualTo(out.toByteArray());
      assertThat(redactor.text(text)).isEqualTo(out.toByteArray());
    }
  }

  @Test
  void nothingElseIsMasked() throws Exception {
    RandomJson json = new RandomJson(random);
    for (int i = 0; i < 5000; i++) {
      assertThat(redactor.message(Slice.of(json.value(5).getBytes(UTF_8)))).isEmpty();
    }
    byte[] noise = new byte[3_000_000];
    random.nextBytes(noise);
    assertThat(redactor.text(noise)).isSameAs(noise);
    byte[] blob = Base64.getEncoder().encode(noise);
    assertThat(redactor.text(blob)).isSameAs(blob);
  }

  @Test
  void valuesWithoutTheirLastByteAreNotMasked() throws Exception {
    for (String value : values) {
      // Behind a backslash the last byte may be one that the value, read as escapes, has not.
      if (value.length() > 12 && value.matches("(?s).*[^\\\\][\u0000-\u007f]")) {
        byte[] cut = value.substring(0, value.length() - 1).getBytes(UTF_8);
        assertThat(redactor.text(cut)).isSameAs(cut);
      }
    }
  }
}
