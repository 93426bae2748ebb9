package dev.gatekeeper.audit.verify.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
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

  private boolean reads(String server) {
    return parses(line.replace("\"server\":\"github\"", "\"server\":\"" + server + '"'));
  }

  private boolean readsTime(String time) {
    int at = line.indexOf("\"time\":\"") + 8;
    return parses(line.substring(0, at) + time + line.substring(line.indexOf('"', at)));
  }

  private static boolean parses(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      RecordLine record = new RecordLine();
      record.parse(bytes, 0, bytes.length);
      return record.get(Field.SERVER).isPresent();
    } catch (MalformedRecord e) {
      return false;
    }
  }
}
