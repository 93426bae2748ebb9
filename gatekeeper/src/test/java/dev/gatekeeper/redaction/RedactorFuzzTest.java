package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.RandomJson;
import dev.gatekeeper.json.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was masked holds no value any more and is still JSON; what was not masked held none. */
final class RedactorFuzzTest {
  /** However slow the machine is. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  /** Overlapping, periodic, of several bytes a character, with escapes, of digits. */
  private static final String[] VALUES = {
    "abcdabcdabcd",
    "cdabcdabxy",
    "é漢\ud83d\ude00z!",
    "q\"u\\o/t\ne",
    "4815162342",
    "id0123456789id",
  };

  private final Redactor redactor = new Redactor();

  RedactorFuzzTest() {
    for (int i = 0; i < VALUES.length; i++) {
      assertThat(redactor.watch("secret:" + (char) ('A' + i), VALUES[i].getBytes(UTF_8))).isTrue();
    }
  }

  @FuzzTest
  void messagesHoldNoValue(byte[] data) throws MalformedException {
    Slice whole;
    try {
      whole = Slice.of(data);
    } catch (MalformedException e) {
      return;
    }
    Optional<Redacted> redacted = redactor.message(whole);
    if (redacted.isPresent()) {
      Slice out = Slice.of(redacted.get().json().toBytes());
      assertThat(redactor.message(out)).isEmpty();
      holdsNone(out);
    } else {
      holdsNone(whole);
    }
  }

  /** By decoding each string, which the redactor does in another way. */
  private static void holdsNone(Slice value) throws MalformedException {
    if (value.isString()) {
      holdsNone(value.string());
    } else if (value.isNumber()) {
      holdsNone(new String(value.toBytes(), UTF_8));
    } else if (value.isArray()) {
      for (Slice element : value.elements()) {
        holdsNone(element);
      }
    } else if (value.isObject()) {
      try {
        for (var member : value.members().all()) {
          holdsNone(member.name());
          holdsNone(member.value());
        }
      } catch (MalformedException twins) {
        // Names that occur twice are legal further down in a message.
      }
    }
  }

  private static void holdsNone(String text) {
    holdsNone(text, UTF_8);
  }

  private static void holdsNone(String text, Charset of) {
    for (String value : VALUES) {
      assertThat(text.contains(new String(value.getBytes(UTF_8), of))).isFalse();
    }
  }

  @FuzzTest
  void streamsHoldNoValue(byte[] data) throws IOException {
    byte[] masked = redactor.text(data);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream masking = new MaskingStream(redactor, out, Findings.NONE, PATIENCE)) {
      for (int at = 0; at < data.length; ) {
        int count = Math.min(1 + (data[at] & 15), data.length - at);
        masking.write(data, at, count);
        at += count;
      }
    }
    assertThat(redactor.text(masked)).isSameAs(masked);
    holdsNone(new String(out.toByteArray(), ISO_8859_1), ISO_8859_1);
    if (Arrays.equals(masked, data)) {
      assertThat(out.toByteArray()).isEqualTo(data);
    }
  }

  @Test
  void generatedMessagesWithValuesHoldNoneAfterwards() throws MalformedException {
    Random random = new Random(99);
    RandomJson json = new RandomJson(random);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder(json.value(4));
      for (int i = random.nextInt(4); i >= 0; i--) {
        int quote = text.indexOf("\"", random.nextInt(text.length()));
        if (quote >= 0) {
          String value = VALUES[random.nextInt(VALUES.length)];
          text.insert(quote + random.nextInt(2), Spelling.random(value, random));
        }
      }
      messagesHoldNoValue(text.toString().getBytes(UTF_8));
    }
  }

  @Test
  void generatedStreamsWithValuesHoldNoneAfterwards() throws IOException {
    Random random = new Random(98);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        String value = VALUES[random.nextInt(VALUES.length)];
        int from = random.nextInt(3) == 0 ? random.nextInt(value.length()) : 0;
        text.append(value, from, random.nextInt(3) == 0 ? Math.max(from, 6) : value.length());
      }
      streamsHoldNoValue(text.toString().getBytes(UTF_8));
    }
  }
}
