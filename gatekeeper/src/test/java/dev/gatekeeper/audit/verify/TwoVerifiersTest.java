package dev.gatekeeper.audit.verify;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.TinyVerifier;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.files.Folder;
import dev.gatekeeper.report.source.Bundle;
import dev.gatekeeper.report.source.ReportException;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our verifier and the one of a single file, which share no line of code, say the same of whatever
 * a hostile hand makes of the vectors: sound, tampered, or nothing to judge.
 */
@Timeout(600)
final class TwoVerifiersTest {
  private static final Path VECTORS = Path.of("src/test/resources/audit-vectors");

  /** Alterations of each file: of the vectors that are sound, and of the others. */
  private static final int MANY = Integer.getInteger("gatekeeper.alterations", 10);

  private static final int FEW = 1;

  /** What a line may be made to hold. */
  private static final List<String> WORDS =
      List.of(
          "\\u001f",
          "\\u0020",
          "\\n",
          "\\\"",
          "\\\\",
          "\"",
          "\"\"",
          "\0",
          "\r",
          "\u007f",
          "\u00ff",
          "\u00c3\u00a9",
          "\u00ed\u00a0\u0080",
          ",",
          "{",
          "}",
          "\"v\":\"1\"",
          "\"ref\":\"0\",",
          "\"epoch\":\"1\",",
          "\"tool\":\"\",",
          "0",
          "-",
          "log.open",
          "recover",
          "prune");

  private static TinyVerifier tiny;

  @TempDir Path folder;
  private final Random random = new Random(Integer.getInteger("gatekeeper.seed", 20_260_131));
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

  private void agree(Path log, String what) throws Exception {
    String ours = VectorsTest.verdict(log);
    int exit = List.of("sound", "tampered", "", "cannot-judge").indexOf(ours.split(" ", 2)[0]);
    assertThat(tiny.judge(log)).as("%s, where ours says %s", what, ours).isEqualTo(exit);
  }

  @Test
  void agreeOnVectorsThatWereAltered() throws Exception {
    for (String line : VectorsTest.index()) {
      String name = line.split(" ", 2)[0];
      Path log = copy(name);
      boolean sound = line.endsWith(" sound");
      for (Path file : files(log)) {
        byte[] original = Files.readAllBytes(file);
        for (int i = 0; i < (sound ? MANY : FEW); i++) {
          byte[] altered = altered(original);
          Files.write(file, altered);
          agree(log, name + "/" + log.relativize(file) + ", alteration " + i);
        }
        Files.delete(file);
        agree(log, name + " without " + log.relativize(file));
        Files.write(file, original);
      }
    }
  }

  /** A hostile writer chains what it likes, so each line alone decides. */
  @Test
  void agreeOnLinesThatWereChainedAnew() throws Exception {
    for (String name : List.of("sound", "recover-sound")) {
      Path log = copy(name);
      Files.delete(log.resolve("checkpoints/latest"));
      Files.deleteIfExists(log.resolve("checkpoints/epochs"));
      Path file = log.resolve(SampleLog.SEGMENT);
      List<String> lines = Files.readAllLines(file, ISO_8859_1);
      for (int i = 0; i < 10 * MANY; i++) {
        List<String> altered = new ArrayList<>(lines);
        int at = random.nextInt(altered.size());
        String body = altered.get(at);
        int from = random.nextInt(Math.max(1, body.length() - 106));
        int to = random.nextBoolean() ? from : Math.min(body.length(), from + random.nextInt(12));
        String word = random.nextInt(8) == 0 ? "" : WORDS.get(random.nextInt(WORDS.size()));
        altered.set(at, body.substring(0, from) + word + body.substring(to));
        Files.write(file, chained(altered));
        agree(log, name + ", record " + at + " with another word at " + from);
      }
    }
  }

  /** What is handed over is packed by us, and unpacked by us or by anybody's tar. */
  @Test
  void agreeOnBundlesOfVectorsThatWereAltered() throws Exception {
    for (String line : VectorsTest.index()) {
      String name = line.split(" ", 2)[0];
      Path log = copy(name);
      agreeOnBundle(log, name);
      for (Path file : files(log)) {
        byte[] original = Files.readAllBytes(file);
        Files.write(file, altered(original));
        agreeOnBundle(log, name + "/" + log.relativize(file) + ", altered");
        Files.write(file, original);
      }
    }
  }

  private void agreeOnBundle(Path log, String what) throws Exception {
    Path bundle = folder.resolve("bundle.tar.gz");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    try (OutputStream packed = Files.newOutputStream(bundle)) {
      Bundle.of(new Source("", "0".repeat(32), log), false).writeTo(packed);
    }
    List<String> tar = List.of("tar", "-xzf", bundle.toString(), "-C", elsewhere.toString());
    assertThat(new ProcessBuilder(tar).start().waitFor()).isZero();
    Path unpacked = Files.createDirectories(elsewhere.resolve("gatekeeper-audit-00000000"));
    agree(unpacked, "the bundle of " + what);
    try (Sources ours = Sources.open(List.of(bundle.toString()), folder)) {
      assertThat(VectorsTest.verdict(ours.all().getFirst().directory()))
          .as(what)
          .isEqualTo(VectorsTest.verdict(unpacked));
    } catch (ReportException e) {
      // Without a segment there is nothing to be named by its log.
      assertThat(unpacked.resolve("log")).as(what).doesNotExist();
    }
    Folder.delete(elsewhere);
  }

  private interface Edit {
    void apply(Path log) throws Exception;
  }

  /** What no program of ours makes: whoever hands over a directory may have put anything there. */
  @Test
  void agreeOnWhatIsNoFileOrNoNumber() throws Exception {
    String segment = SampleLog.SEGMENT;
    String kept = "log/00000000000000000000.kept";
    hostile("sound", "cannot-judge", log -> pipe(log.resolve(segment)));
    hostile("sound", "cannot-judge", log -> pipe(log.resolve("checkpoints/latest")));
    hostile("sound-with-state", "cannot-judge", log -> pipe(log.resolve("state")));
    hostile("prune-sound", "cannot-judge", log -> pipe(log.resolve(kept)));
    hostile("prune-sound", "tampered", log -> pipe(UpkeepVectors.tile(log)));
    hostile("sound", "cannot-judge", log -> link(log.resolve(segment)));
    hostile("sound", "cannot-judge", log -> link(log.resolve("checkpoints/latest")));
    hostile("prune-sound", "cannot-judge", log -> link(log.resolve(kept)));
    hostile("sound", "cannot-judge", log -> directory(log.resolve(segment)));
    hostile(
        "sound", "sound", log -> Files.createFile(log.resolve("log/99999999999999999999.jsonl")));
    hostile(
        "prune-sound",
        "sound",
        log -> Files.createFile(log.resolve("log/99999999999999999999.kept")));
    hostile("sound", "tampered", log -> append(log, "x".repeat(70_000)));
    hostile("sound", "tampered", log -> append(log, "{\"v\":".repeat(10_000) + "\n"));
    hostile("sound-with-state", "cannot-judge", log -> grow(log.resolve("state"), 8193));
    hostile("sound-with-state", "tampered", log -> Files.write(log.resolve("state"), new byte[0]));
    hostile("sound", "cannot-judge", log -> grow(log.resolve("checkpoints/latest"), 5000));
    hostile(
        "sound-with-state",
        "tampered",
        log -> {
          state(log, 72, ByteBuffer.allocate(Long.BYTES).putLong(-1).array());
          Files.writeString(log.resolve("checkpoints/epochs"), "x");
        });
  }

  private void hostile(String name, String verdict, Edit edit) throws Exception {
    Path log = copy(name);
    edit.apply(log);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          assertThat(VectorsTest.verdict(log)).as(name).startsWith(verdict);
          agree(log, name);
        });
    Folder.delete(log);
  }

  private static void pipe(Path file) throws Exception {
    Files.deleteIfExists(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
  }

  private void link(Path file) throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(file, elsewhere, StandardCopyOption.REPLACE_EXISTING);
    Files.createSymbolicLink(file, elsewhere);
  }

  private static void directory(Path file) throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
  }

  private static void append(Path log, String text) throws IOException {
    Files.writeString(log.resolve(SampleLog.SEGMENT), text, StandardOpenOption.APPEND);
  }

  private static void grow(Path file, int bytes) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), bytes));
  }

  /** A state that nobody wrote: its checksum needs no key. */
  private static void state(Path log, int at, byte[] value) throws Exception {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(log.resolve("state")));
    file.put(at, value).put(4096 + at, value);
    UpkeepVectors.seal(log, file);
  }

  private static byte[] chained(List<String> lines) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] previous = new byte[32];
    for (String line : lines) {
      int end = line.lastIndexOf(",\"prev\":\"");
      String prev = Base64.getUrlEncoder().withoutPadding().encodeToString(previous);
      String chained =
          end < 0 || end + 52 > line.length()
              ? line
              : line.substring(0, end + 9) + prev + line.substring(end + 52);
      byte[] bytes = chained.getBytes(ISO_8859_1);
      new Hashing().leaf(bytes, 0, bytes.length, previous, 0);
      all.writeBytes(bytes);
      all.write('\n');
    }
    return all.toByteArray();
  }

  private byte[] altered(byte[] original) {
    byte[] bytes = original.clone();
    int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    List<byte[]> lines = lines(bytes);
    int one = lines.isEmpty() ? 0 : random.nextInt(lines.size());
    int other = lines.isEmpty() ? 0 : random.nextInt(lines.size());
    switch (random.nextInt(lines.isEmpty() ? 5 : 10)) {
      case 0 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 1 -> {
        byte[] more = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(3));
        more[bytes.length] = (byte) random.nextInt(256);
        return more;
      }
      case 2 -> {
        byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
        return twice;
      }
      case 3 -> {
        byte[] less = Arrays.copyOf(bytes, Math.max(0, bytes.length - 1));
        if (bytes.length > 0) {
          System.arraycopy(bytes, at + 1, less, at, less.length - at);
        }
        return less;
      }
      case 4, 5 -> {
        if (bytes.length > 0) {
          bytes[at] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
      }
      case 6 -> lines.remove(one);
      case 7 -> lines.add(other, lines.get(one));
      case 8 -> Collections.swap(lines, one, other);
      default -> lines.add(one, new byte[] {'\n'});
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    lines.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** With their line feeds; none of what is no text. */
  private static List<byte[]> lines(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    for (int to = 0; to < bytes.length; to++) {
      if (bytes[to] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, from, to + 1));
        from = to + 1;
      }
    }
    if (from < bytes.length && !lines.isEmpty()) {
      lines.add(Arrays.copyOfRange(bytes, from, bytes.length));
    }
    return lines;
  }

  private Path copy(String name) throws IOException {
    Path log = folder.resolve(name);
    for (Path file : files(VECTORS.resolve(name))) {
      Path to = log.resolve(VECTORS.resolve(name).relativize(file).toString());
      Files.createDirectories(to.getParent());
      Files.copy(file, to);
    }
    return log;
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
