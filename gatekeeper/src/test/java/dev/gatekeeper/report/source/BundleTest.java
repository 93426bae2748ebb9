package dev.gatekeeper.report.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.report.Selection;
import dev.gatekeeper.report.Timeline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class BundleTest {
  @TempDir Path folder;

  @Test
  void aBundleIsSoundReadsAsTheLogAndHoldsNothingSecret() throws Exception {
    SampleLog.closed(folder.resolve("a"), 1_100);
    Path file = write("a", "b.tar.gz", false);
    try (Sources sources = Sources.open(List.of("b.tar.gz"), folder)) {
      Path unpacked = sources.all().getFirst().directory();
      AuditReport report = AuditVerifier.withoutKey().verify(unpacked);
      assertThat(report.sound()).isTrue();
      assertThat(report.records()).isEqualTo(1_101);
      assertThat(report.signed()).isEqualTo(1_101);
      assertThat(unpacked.toFile().list()).containsExactlyInAnyOrder("log", "checkpoints");
      assertThat(new Timeline(sources, Selection.ALL).newest(3)).hasSize(3);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void theSameLogGivesTheSameBytesAndOtherProgramsReadThem() throws Exception {
    SampleLog.closed(folder.resolve("a"), 50);
    byte[] once = Files.readAllBytes(write("a", "b.tar.gz", false));
    assertThat(Files.readAllBytes(write("a", "c.tar.gz", false))).isEqualTo(once);
    Process tar =
        new ProcessBuilder("tar", "-tzf", folder.resolve("b.tar.gz").toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(tar.getInputStream().readAllBytes(), UTF_8).lines().toList())
        .hasSize(2)
        .allMatch(line -> line.matches("gatekeeper-audit-[0-9a-f]{8}/(checkpoints|log)/.*"));
    assertThat(tar.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(tar.exitValue()).isZero();
  }

  @Test
  void aDirectoryHoldsTheSameFilesAndIsNewOrRefused() throws Exception {
    SampleLog.closed(folder.resolve("a"), 50);
    Bundle bundle = Bundle.of(source("a"), false);
    bundle.writeTo(folder.resolve("d"));
    assertThat(AuditVerifier.withoutKey().verify(folder.resolve("d")).sound()).isTrue();
    assertThat(folder.resolve("d/state")).doesNotExist();
    assertThatThrownBy(() -> bundle.writeTo(folder.resolve("d"))).isInstanceOf(IOException.class);
  }

  @Test
  void openingsAreAddedOnlyWhenAskedFor() throws Exception {
    SampleLog.closed(folder.resolve("a"), 5);
    Path day = folder.resolve("a/openings/2026-03-01");
    Files.createDirectories(day);
    Files.writeString(day.resolve("17-ab.jsonl"), "{}\n");
    Bundle.of(source("a"), false).writeTo(folder.resolve("without"));
    Bundle.of(source("a"), true).writeTo(folder.resolve("with"));
    assertThat(folder.resolve("without/openings")).doesNotExist();
    assertThat(folder.resolve("with/openings/2026-03-01/17-ab.jsonl")).exists();
    assertThat(folder.resolve("with/state")).doesNotExist();
    assertThat(folder.resolve("with/append.lock")).doesNotExist();
  }

  @Test
  void aLogThatIsBeingWrittenGivesASoundBundle() throws Exception {
    try (AuditLog log = AuditLog.open(folder.resolve("a"), SampleLog.options())) {
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      SampleLog.append(log, 2_200);
                    } catch (AuditException e) {
                      throw new AssertionError(e);
                    }
                  });
      while (!Files.exists(folder.resolve("a").resolve(SampleLog.SEGMENT))) {
        Thread.onSpinWait();
      }
      int made = 0;
      while (writer.isAlive() || made == 0) {
        Path target = folder.resolve("live" + made++);
        Bundle.of(new Source("a", "0".repeat(32), folder.resolve("a")), false).writeTo(target);
        if (Files.size(target.resolve(SampleLog.SEGMENT)) > 0) {
          assertThat(AuditVerifier.withoutKey().verify(target).finding()).isEmpty();
        }
      }
      writer.join();
    }
  }

  @Test
  void aTornEndStaysBehind() throws Exception {
    SampleLog.closed(folder.resolve("a"), 5);
    Files.writeString(
        folder.resolve("a").resolve(SampleLog.SEGMENT), "{\"v\":\"1", StandardOpenOption.APPEND);
    write("a", "b.tar.gz", false);
    try (Sources sources = Sources.open(List.of("b.tar.gz"), folder)) {
      Path copy = sources.all().getFirst().directory().resolve(SampleLog.SEGMENT);
      assertThat(Files.readString(copy)).endsWith("}\n");
    }
  }

  /**
   * Some bits of a gzip file carry nothing: a time, padding, the length of a code that no symbol of
   * the content uses. A flip there leaves the content as it was.
   */
  @Test
  void aFlippedBitIsRefusedOrChangesNothingAndEveryCutIsRefused() throws Exception {
    SampleLog.closed(folder.resolve("a"), 3);
    byte[] whole = Files.readAllBytes(write("a", "b.tar.gz", false));
    Map<String, String> content = content(whole);
    int refused = 0;
    for (int at = 0; at < whole.length; at += 7) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      try {
        assertThat(content(flipped)).as("byte %d", at).isEqualTo(content);
      } catch (ReportException e) {
        refused++;
      }
      refused(Arrays.copyOf(whole, at));
    }
    assertThat(refused).isGreaterThan(whole.length / 7 - 10);
  }

  /** What an archive unpacks to, by path. */
  private Map<String, String> content(byte[] archive) throws Exception {
    Path file = Files.write(folder.resolve("hostile.tar.gz"), archive);
    Map<String, String> content = new TreeMap<>();
    try (Sources sources = Sources.open(List.of(file.toString()), folder);
        Stream<Path> files = Files.walk(sources.all().getFirst().directory())) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        content.put(each.getFileName().toString(), Files.readString(each, ISO_8859_1));
      }
    }
    return content;
  }

  @Test
  void namesThatLeadElsewhereAreRefused() throws Exception {
    String root = "gatekeeper-audit-00000000/";
    for (String name :
        List.of(
            "../x",
            "/etc/passwd",
            root + "../x",
            root + "log/../../x",
            root + "log/.hidden",
            root + "state",
            root + "log",
            "other/log/x",
            root + "log//x")) {
      refused(archive(name));
    }
    refused(archive(root + "log/x", root + "log/x"));
    refused(archive(root + "log/x", "gatekeeper-audit-11111111/log/y"));
    assertThat(folder.resolve("../x")).doesNotExist();
  }

  @Test
  void linksAndDevicesAreRefused() throws Exception {
    byte[] plain =
        new GZIPInputStream(new ByteArrayInputStream(archive("gatekeeper-audit-00000000/log/x")))
            .readAllBytes();
    for (char type : "123456x".toCharArray()) {
      byte[] other = plain.clone();
      other[156] = (byte) type;
      int sum = 0;
      for (int i = 0; i < 512; i++) {
        sum += i >= 148 && i < 156 ? ' ' : other[i] & 0xFF;
      }
      System.arraycopy("%06o\0 ".formatted(sum).getBytes(UTF_8), 0, other, 148, 8);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(other);
      }
      refused(out.toByteArray());
    }
  }

  private static byte[] archive(String... names) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      for (String name : names) {
        Tar.writeHeader(gzip, new Tar.Header(name, 3));
        gzip.write(new byte[] {'a', 'b', '\n'});
        Tar.pad(gzip, 3);
      }
      Tar.writeEnd(gzip);
    }
    return out.toByteArray();
  }

  private void refused(byte[] archive) throws IOException {
    Path file = folder.resolve("hostile.tar.gz");
    Files.write(file, archive);
    assertThatThrownBy(() -> Sources.open(List.of(file.toString()), folder).close())
        .isInstanceOf(ReportException.class);
  }

  private Source source(String name) throws ReportException {
    try (Sources sources = Sources.open(List.of(name), folder)) {
      return sources.all().getFirst();
    }
  }

  private Path write(String log, String name, boolean openings) throws Exception {
    Path file = folder.resolve(name);
    DurableFile.replace(file, Bundle.of(source(log), openings)::writeTo);
    return file;
  }
}
