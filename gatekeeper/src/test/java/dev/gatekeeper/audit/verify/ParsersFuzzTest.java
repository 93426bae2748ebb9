package dev.gatekeeper.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.audit.verify.line.MalformedRecord;
import dev.gatekeeper.audit.verify.line.RecordLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the parsers read, they read it or refuse it; they never fail in another way. */
final class ParsersFuzzTest {
  @FuzzTest
  void record(byte[] bytes) {
    RecordLine line = new RecordLine();
    try {
      line.parse(bytes, 0, bytes.length);
    } catch (MalformedRecord e) {
      String at = e.text().replaceFirst(".* at byte ", "").replaceFirst(" .*", "");
      assertThat(Integer.parseInt(at)).isBetween(0, bytes.length);
      return;
    }
    StringBuilder again = new StringBuilder("{");
    for (Field field : Field.values()) {
      line.get(field)
          .ifPresent(
              value -> {
                again
                    .append(again.length() == 1 ? "\"" : ",\"")
                    .append(field.key())
                    .append("\":\"");
                value.chars().forEach(c -> again.append(escaped((char) c)));
                again.append('"');
              });
    }
    // One spelling: what was read can only have been written in this way.
    assertThat(again.append('}').toString().getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
  }

  private static String escaped(char c) {
    if (c == '"' || c == '\\') {
      return "\\" + c;
    }
    return c < 0x20 ? String.format("\\u%04x", (int) c) : String.valueOf(c);
  }

  @FuzzTest
  void checkpoint(byte[] bytes) {
    SignedCheckpoint.parseAll(bytes)
        .ifPresent(notes -> notes.forEach(note -> assertThat(note.size()).isPositive()));
  }

  @FuzzTest
  void state(byte[] bytes) {
    StateView.parse(new Hashing(), bytes).ifPresent(state -> assertThat(state.logId()).hasSize(16));
  }

  @Test
  void mutationsOfRealFiles(@TempDir Path folder) throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 2);
    byte[] line = SampleLog.lines(log).get(1).getBytes(StandardCharsets.UTF_8);
    byte[] note = Files.readAllBytes(log.resolve("checkpoints/latest"));
    byte[] slots = Files.readAllBytes(log.resolve("state"));
    record(line);
    assertThat(SignedCheckpoint.parseAll(note)).isPresent();
    assertThat(StateView.parse(new Hashing(), slots)).isPresent();
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      record(mutated(line, random));
      checkpoint(mutated(note, random));
      state(mutated(slots, random));
    }
  }

  private static byte[] mutated(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }
}
