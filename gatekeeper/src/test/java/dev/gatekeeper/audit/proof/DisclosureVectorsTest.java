package dev.gatekeeper.audit.proof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.TinyVerifier;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Disclosures as data files that another verifier can use, most of them with one fault. Our
 * verifier and the one of a single file say the same of them, of the proofs beside them, and of
 * whatever a hostile hand makes of them.
 */
@Timeout(300)
final class DisclosureVectorsTest {
  private static final Path VECTORS = Path.of("src/test/resources/audit-vectors/disclosures");
  private static final Path PROOFS = VECTORS.resolveSibling("proofs");

  private static TinyVerifier tiny;

  @TempDir Path folder;
  private final PrintStream out = System.out;

  @BeforeAll
  static void compile(@TempDir Path classes) throws Exception {
    tiny = TinyVerifier.compile(classes);
  }

  @BeforeEach
  void quiet() {
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, ISO_8859_1));
  }

  @AfterEach
  void loud() {
    System.setOut(out);
  }

  @ParameterizedTest
  @MethodSource("index")
  void bothSayWhatTheIndexSays(String line) throws Exception {
    String[] words = line.split(" ", -1);
    String expected = words[words.length - 1];
    Path file = VECTORS.resolve(words[0]);
    Optional<Path> value =
        words.length > 2 ? Optional.of(VECTORS.resolve(words[1])) : Optional.empty();
    Optional<byte[]> bytes =
        value.isPresent() ? Optional.of(Files.readAllBytes(value.get())) : Optional.empty();
    assertThat(DisclosureVectors.verdict(Files.readAllBytes(file), bytes)).isEqualTo(expected);
    assertThat(tiny.judge(file, null, value.orElse(null))).isEqualTo(exit(expected));
  }

  @Test
  void bothSayTheSameOfProofs() throws Exception {
    Path older = PROOFS.resolve("older.checkpoint");
    for (String line : ProofVectorsTest.index()) {
      String[] words = line.split(" ", -1);
      Path kept = words[0].startsWith("growth") ? older : null;
      assertThat(tiny.judge(PROOFS.resolve(words[0]), kept, null))
          .as(line)
          .isEqualTo(exit(words[1]));
    }
  }

  @Test
  void bothSayTheSameOfAlteredOnes() throws Exception {
    Random random = new Random(20_260_131);
    Path file = folder.resolve("altered");
    for (String name :
        List.of(
            "argument-sound.disclosure", "argument-alone-sound.disclosure", "masked.disclosure")) {
      byte[] sound = Files.readAllBytes(VECTORS.resolve(name));
      for (int i = 0; i < 1_500; i++) {
        byte[] altered = altered(sound, random);
        Files.write(file, altered);
        String ours = DisclosureVectors.verdict(altered, Optional.empty());
        assertThat(tiny.judge(file, null, null))
            .as("%s, %s: %s", name, i, ours)
            .isEqualTo(exit(ours));
        assertThat(ours.equals("sound") && !Arrays.equals(altered, sound)).isFalse();
      }
    }
  }

  @Test
  void bothSayTheSameOfAlteredProofs() throws Exception {
    Random random = new Random(20_260_131);
    Path older = PROOFS.resolve("older.checkpoint");
    SignedCheckpoint kept = SignedCheckpoint.parseOne(Files.readAllBytes(older)).orElseThrow();
    for (String name : List.of("record-sound.proof", "growth-sound.proof")) {
      byte[] sound = Files.readAllBytes(PROOFS.resolve(name));
      Path altered = folder.resolve(name);
      for (int i = 0; i < 1_500; i++) {
        Files.write(altered, altered(sound, random));
        String ours = ProofVectors.verdict(altered, kept);
        Path checkpoint = name.startsWith("growth") ? older : null;
        assertThat(tiny.judge(altered, checkpoint, null))
            .as("%s, %s: %s", name, i, ours)
            .isEqualTo(exit(ours));
      }
    }
  }

  /** As docs/audit-format.md has it, made by another program. */
  @Test
  void theWorkedExampleHolds() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("../docs/audit-format.md"));
    String told = line(lines, "{\"root\":");
    String root = line(lines, "arguments           ").substring(20);
    String record = line(lines, "{\"v\":\"1\",\"n\":\"1\"");
    String call = record.replace(",\"prev\"", ",\"arguments\":\"" + root + "\",\"prev\"");
    DisclosedArgument argument = DisclosedArgument.parse(told).orElseThrow();
    assertThat(argument.fault(AuditRecord.parse(call.getBytes(UTF_8)).orElseThrow())).isEmpty();
    assertThat(argument.text()).contains("\"SELECT 1\"");
  }

  private static String line(List<String> lines, String start) {
    return lines.stream().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  /** A record tells what an agent and a server said: it may steer a terminal. */
  @Test
  void theVerifierOfOneFileSpellsOutWhatSteersATerminal() throws Exception {
    String hostile = "\u009b2J\u202e\u007f";
    long n;
    Path log = folder.resolve("audit");
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      NamedValue value = new NamedValue(hostile, hostile.getBytes(UTF_8), hostile);
      n =
          open.append(
              Entry.of(Event.CALL_INTENT)
                  .with(Field.TOOL, hostile)
                  .arguments(ArgumentsPolicy.FULL, List.of(value)));
    }
    Path file = folder.resolve("disclosure");
    Files.writeString(file, DisclosureVectors.disclosed(log, n, hostile));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, UTF_8));
    assertThat(tiny.judge(file, null, null)).isZero();
    assertThat(said.toString(UTF_8))
        .startsWith("sound: ")
        .contains("\\u009b2J\\u202e\\u007f")
        .doesNotContainPattern("[\\p{C}&&[^\n]]");
  }

  private static int exit(String verdict) {
    return switch (verdict) {
      case "sound" -> 0;
      case "no-proof", "no-value" -> 3;
      default -> 1;
    };
  }

  private static byte[] altered(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(5)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = "\"\\{}:,- \n0Az".getBytes(ISO_8859_1)[random.nextInt(12)];
      case 2 -> bytes = Arrays.copyOf(bytes, at);
      case 3 -> {
        System.arraycopy(sound, at + 1, bytes, at, bytes.length - at - 1);
        bytes = Arrays.copyOf(bytes, bytes.length - 1);
      }
      default -> {
        bytes = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(sound, at, bytes, at + 1, sound.length - at);
      }
    }
    return bytes;
  }

  static List<String> index() throws IOException {
    return Files.readAllLines(VECTORS.resolve("index.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }
}
