package dev.gatekeeper.audit.verify.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines are looked at eight bytes at a time: wherever something stands in the eight, it counts. */
final class RecordLineTest {
  @TempDir Path folder;
  private String line = "";

  @BeforeEach
  void aLine() throws Exception {
    line = SampleLog.lines(SampleLog.closed(folder.resolve("audit"), 2)).get(1);
  }

  @Test
  void whatIsNotACharacterIsSeenAtEveryPlace() {
    for (int length = 0; length < 20; length++) {
      String start = "x".repeat(length);
      for (String wrong : List.of("\u0000", "\n", "\u001f", "\\n", "\\u001F", "\"")) {
        assertThat(reads(start + wrong + "yyyyyyyyyyyyyyyyyyyy")).as(wrong).isFalse();
      }
      for (String right : List.of(" ", "!", "#", "[", "]", "~", "\u007f", "é", "€", "😀")) {
        String value = start + right + "yyyyyyyyyyyyyyyyyyyy";
        assertThat(reads(value)).as(right).isTrue();
      }
      for (String right : List.of("\\\"", "\\\\", "\\u0000", "\\u001f")) {
        assertThat(reads(start + right)).as(right).isTrue();
      }
    }
  }

  @Test
  void aTimeHasDigitsAndSignsAtTheirPlaces() {
    String time = "2026-01-31T12:00:00.000Z";
    assertThat(readsTime(time)).isTrue();
    assertThat(readsTime("9999-99-99T99:99:99.999Z")).isTrue();
    assertThat(readsTime(time + "Z")).isFalse();
    IntStream.range(0, time.length())
        .forEach(
            at -> {
              for (char c = 0x20; c < 0x7F; c++) {
                boolean fits =
                    Character.isDigit(time.charAt(at))
                        ? c >= '0' && c <= '9'
                        : c == time.charAt(at);
                String other = time.substring(0, at) + c + time.substring(at + 1);
                if (c != '"' && c != '\\') {
                  assertThat(readsTime(other)).as(other).isEqualTo(fits);
                }
              }
            });
  }

  /** What stands in two lines is read once: that must not show, whatever the lines before are. */
  @Test
  void aLineAfterOthersIsReadAsItIsAlone() throws Exception {
    String text = String.join("\n", SampleLog.lines(folder.resolve("audit")));
    List<String> kinds =
        List.of(
            text.lines().findFirst().orElseThrow(),
            line,
            line.replace("\"event\":\"call.intent\"", "\"event\":\"call.outcome\""),
            line.replace("\"server\":\"github\",", ""),
            line.replace("\"server\":\"github\"", "\"server\":\"git\",\"tool\":\"a\""));
    Random random = new Random(1);
    for (int round = 0; round < 2_000; round++) {
      byte[] lines =
          (some(kinds, random) + some(kinds, random) + some(kinds, random)).getBytes(UTF_8);
      if (random.nextBoolean()) {
        byte other = lines[random.nextInt(lines.length)];
        lines[random.nextInt(lines.length)] = other;
      }
      RecordLine beside = new RecordLine();
      beside.begin(lines);
      int from = 0;
      boolean good = true;
      while (good && from < lines.length) {
        int end = EightBytes.lineFeed(lines, from, lines.length);
        Optional<String> alone = understood(new RecordLine(), lines, from, end);
        int start = from;
        assertThat(next(beside, lines, start)).as(() -> new String(lines, UTF_8)).isEqualTo(alone);
        good = alone.isPresent();
        from = end + 1;
      }
    }
  }

  private static String some(List<String> kinds, Random random) {
    StringBuilder lines = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      lines.append(kinds.get(random.nextInt(kinds.size()))).append('\n');
    }
    return lines.toString();
  }

  private static Optional<String> understood(RecordLine line, byte[] bytes, int from, int to) {
    try {
      line.parse(bytes, from, to);
      return Optional.of(fields(line));
    } catch (MalformedRecord e) {
      return Optional.empty();
    }
  }

  private static Optional<String> next(RecordLine line, byte[] bytes, int from) {
    try {
      line.next(from, bytes.length, RecordLine.NO_LINK);
      return Optional.of(fields(line));
    } catch (MalformedRecord e) {
      return Optional.empty();
    }
  }

  private static String fields(RecordLine line) {
    return line.event()
        + Stream.of(Field.values()).map(it -> it + "=" + line.get(it)).toList().toString()
        + line.text();
  }

  private boolean reads(String server) {
    return parses(line.replace("\"server\":\"github\"", "\"server\":\"" + server + '"'));
  }

  private boolean readsTime(String time) {
    int at = line.indexOf("\"time\":\"") + 8;
    return parses(line.substring(0, at) + time + line.substring(line.indexOf('"', at)));
  }

  private static boolean parses(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    try {
      RecordLine record = new RecordLine();
      record.parse(bytes, 0, bytes.length);
      return record.get(Field.SERVER).isPresent();
    } catch (MalformedRecord e) {
      return false;
    }
  }
}
