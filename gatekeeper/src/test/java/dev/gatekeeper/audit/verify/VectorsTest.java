package dev.gatekeeper.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.TinyVerifier;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The vectors of the format: small logs, most of them with one fault. Both verifiers give the same
 * verdict; ours also says what and where.
 */
final class VectorsTest {
  private static final Path VECTORS = Path.of("src/test/resources/audit-vectors");

  @TempDir static Path classes;

  @ParameterizedTest
  @MethodSource("index")
  void ours(String line) throws Exception {
    String[] expected = line.split(" ", -1);
    assertThat(verdict(VECTORS.resolve(expected[0])))
        .isEqualTo(line.substring(line.indexOf(' ') + 1));
  }

  static String verdict(Path log) {
    try {
      return AuditVerifier.withoutKey()
          .verify(log)
          .finding()
          .map(it -> "tampered " + it.kind().name().toLowerCase(Locale.ROOT) + " " + it.n())
          .orElse("sound");
    } catch (CannotJudge e) {
      return "cannot-judge";
    }
  }

  @Test
  void theVerifierOfOneFileAgrees() throws Exception {
    TinyVerifier tiny = TinyVerifier.compile(classes);
    for (String line : index()) {
      String[] expected = line.split(" ", -1);
      int exit = List.of("sound", "tampered", "", "cannot-judge").indexOf(expected[1]);
      assertThat(tiny.judge(VECTORS.resolve(expected[0]))).as(line).isEqualTo(exit);
    }
  }

  /** What it does not know it calls tampered. */
  @Test
  void theVerifierOfOneFileKnowsEveryFieldAndEvent() throws Exception {
    String source = Files.readString(TinyVerifier.SOURCE).replaceAll("\"\\s*\\+\\s*\"", "");
    String fields = Stream.of(Field.values()).map(Field::key).collect(Collectors.joining(" "));
    String events = Stream.of(Event.values()).map(Event::text).collect(Collectors.joining(" "));
    assertThat(source).contains("\"" + fields + "\"", "\"" + events + "\"");
  }

  static List<String> index() throws IOException {
    return Files.readAllLines(VECTORS.resolve("index.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }
}
