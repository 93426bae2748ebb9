package dev.gatekeeper.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatekeeper.wire.FrameReader;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** The scanner agrees with a strict decoder and Jackson on what is JSON; the reader never fails. */
final class ScannerFuzzTest {
  private static final int DEPTH = 100;
  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  @FuzzTest
  void agreesWithJackson(byte[] data) {
    assertThat(ScannerTest.fault(data, DEPTH).isEmpty()).isEqualTo(jackson(data));
  }

  @FuzzTest
  void readerJudgesEveryLine(byte[] data) throws IOException {
    FrameReader reader =
        new FrameReader(new ByteArrayInputStream(data), new WireLimits(4096, DEPTH));
    int lines = 0;
    while (true) {
      Incoming next = reader.next();
      lines++;
      if (next instanceof Incoming.End) {
        long feeds = 1;
        for (byte b : data) {
          feeds += b == '\n' ? 1 : 0;
        }
        assertThat(lines - 1L).isLessThanOrEqualTo(feeds);
        return;
      }
      next.under("2025-03-26").forEach(ScannerFuzzTest::isSound);
    }
  }

  private static void isSound(Incoming one) {
    switch (one) {
      case Incoming.Received received -> {
        Slice whole = received.message().whole();
        assertThat(jackson(whole.toBytes())).isTrue();
        assertThat(Splice.of(whole).toBytes()).isEqualTo(whole.toBytes());
      }
      case Incoming.Malformed malformed ->
          malformed.id().ifPresent(id -> assertThat(jackson(id)).isTrue());
      case Incoming.Oversize oversize -> {
        oversize.id().ifPresent(id -> assertThat(jackson(id)).isTrue());
        assertThat(oversize.bytes()).isGreaterThan(4096);
      }
      case Incoming.NotJson text -> assertThat(text.length()).isPositive();
      case Incoming.Batch batch -> throw new AssertionError("it was taken apart");
      case Incoming.End end -> throw new AssertionError("it stands alone");
    }
  }

  private static boolean jackson(byte[] data) {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
    } catch (CharacterCodingException e) {
      return false;
    }
    if (text.startsWith("\ufeff")) {
      return false;
    }
    // Both of its parsers, since each takes something that is no JSON: the one for characters takes
    // letters as hexadecimal digits whose low byte is one, the one for bytes guesses at UTF-16.
    return takes(() -> JACKSON.createParser(ObjectReadContext.empty(), text))
        && takes(() -> JACKSON.createParser(ObjectReadContext.empty(), data));
  }

  private static boolean takes(Supplier<JsonParser> given) {
    try (JsonParser parser = given.get()) {
      if (parser.nextToken() == null) {
        return false;
      }
      int open = 0;
      do {
        switch (parser.currentToken()) {
          case START_OBJECT, START_ARRAY -> open++;
          case END_OBJECT, END_ARRAY -> open--;
          case VALUE_STRING, PROPERTY_NAME -> assertThat(parser.getString()).isNotNull();
          default -> {}
        }
        if (open == 0) {
          return parser.nextToken() == null;
        }
      } while (parser.nextToken() != null);
      return false;
    } catch (JacksonException e) {
      return false;
    }
  }

  @Test
  void agreesOnGeneratedAndDamagedTexts() throws IOException {
    Random random = new Random(20251125);
    RandomJson json = new RandomJson(random);
    for (int round = 0; round < 3_000; round++) {
      byte[] text = json.value(5).getBytes(UTF_8);
      assertThat(ScannerTest.fault(text, DEPTH)).isEmpty();
      for (int damage = random.nextInt(3); damage >= 0 && text.length > 0; damage--) {
        text = damaged(text, random);
        agreesWithJackson(text);
      }
    }
  }

  @Test
  void readerStandsGeneratedAndDamagedLines() throws IOException {
    Random random = new Random(20260728);
    RandomJson json = new RandomJson(random);
    for (int round = 0; round < 500; round++) {
      StringBuilder lines = new StringBuilder();
      for (int i = random.nextInt(8); i >= 0; i--) {
        lines
            .append("{\"jsonrpc\":\"2.0\",\"id\":")
            .append(json.value(0))
            .append(random.nextBoolean() ? ",\"method\":\"m\",\"params\":" : ",\"result\":")
            .append(json.object(4))
            .append(random.nextBoolean() ? "}\n" : "}\r\n");
      }
      byte[] bytes = lines.toString().getBytes(UTF_8);
      readerJudgesEveryLine(bytes);
      readerJudgesEveryLine(damaged(damaged(bytes, random), random));
    }
  }

  private static byte[] damaged(byte[] text, Random random) {
    byte[] out = text.clone();
    int at = random.nextInt(out.length);
    switch (random.nextInt(4)) {
      case 0 -> out[at] = (byte) random.nextInt(256);
      case 1 -> out[at] = (byte) "{}[],:\"\\0-.eE u\n".charAt(random.nextInt(16));
      case 2 -> System.arraycopy(text, at, out, random.nextInt(at + 1), text.length - at);
      default -> out = Arrays.copyOf(text, Math.max(1, at));
    }
    return out;
  }
}
