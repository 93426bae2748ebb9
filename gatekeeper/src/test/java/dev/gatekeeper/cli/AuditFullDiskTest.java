package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.SmallDisk;
import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What writes beside the log, on a disk without room: nothing is left, and it works once there is.
 */
@Timeout(120)
final class AuditFullDiskTest {
  private static final AuditOptions SMALL = SampleLog.segmented();

  @TempDir Path folder;
  private SmallDisk disk;
  private Path ballast;

  @BeforeEach
  void mount() throws Exception {
    disk = SmallDisk.mounted(folder.toRealPath().resolve("disk"));
    ballast = disk.mount().resolve("ballast");
  }

  @AfterEach
  void unmount() throws IOException {
    disk.close();
  }

  /** With some room a part of it fits, and is taken away again. */
  @ParameterizedTest
  @CsvSource({"bundle.tar.gz,0", "bundle.tar.gz,8192", "bundle,0", "bundle,8192", "bundle,131072"})
  void aBundleIsWholeOrNotThere(String name, long room) throws Exception {
    Path home = home(folder.resolve("home"));
    Path target = disk.mount().resolve(name);
    fillBut(room);
    noRoom(run(home, folder, "audit", "bundle", "-o", target.toString()));
    assertThat(left(disk.mount())).containsExactly("ballast");

    Files.delete(ballast);
    done(run(home, folder, "audit", "bundle", "-o", target.toString()));
    done(run(home, folder, "audit", "verify", target.toString()));
    assertThat(left(disk.mount())).containsExactly(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"report", "export --format=json"})
  void aDocumentIsTheOldOneOrTheNewOne(String command) throws Exception {
    List<String> line = new ArrayList<>(List.of("audit"));
    line.addAll(List.of(command.split(" ", -1)));
    Path home = home(folder.resolve("home"));
    Path file = Files.writeString(disk.mount().resolve("document"), "that of yesterday");
    fillBut(8192);
    line.addAll(List.of("-o", file.toString()));
    noRoom(run(home, folder, line.toArray(String[]::new)));
    assertThat(file).hasContent("that of yesterday");
    assertThat(left(disk.mount())).containsExactly("ballast", "document");

    Files.delete(ballast);
    done(run(home, folder, line.toArray(String[]::new)));
    assertThat(Files.size(file)).isGreaterThan(8192);
    assertThat(left(disk.mount())).containsExactly("document");
  }

  /** In an incident that is when it is needed; nobody waits for the log to have room again. */
  @ParameterizedTest
  @ValueSource(strings = {"bundle", "report"})
  void aLogWithoutRoomIsHandedOutAllTheSame(String command) throws Exception {
    Path home = home(disk.mount().resolve("home"));
    disk.fill(ballast);
    CommandRun run;
    int made = 0;
    do { // the page that the log ends in has some room left
      run = run(home, folder, "audit", command, "-o", folder.resolve(made++ + ".gz").toString());
      done(run);
    } while (run.err().isEmpty());
    assertThat(run.err()).contains("the log has no record of this", "no room");
    done(run(home, folder, "audit", "verify"));
  }

  /** The repository has no room for a commit. */
  @Test
  void anAnchorIsOnTheBranchOrNowhere() throws Exception {
    Path home = home(folder.resolve("home"));
    Path repository = repository(disk.mount().resolve("shop"));
    done(run(home, repository, "audit", "anchor", "--git"));
    grow(home);
    String before = branch(repository);
    disk.fill(ballast);
    CommandRun run = run(home, repository, "audit", "anchor", "--git");
    assertThat(run.exit()).as(run.err()).isEqualTo(3);
    assertThat(branch(repository)).isEqualTo(before);
    assertThat(anchors(home)).isEqualTo(1);
    done(run(home, repository, "audit", "anchor", "--check"));

    Files.delete(ballast);
    done(run(home, repository, "audit", "anchor", "--git"));
    done(run(home, repository, "audit", "anchor", "--check"));
    assertThat(anchors(home)).isEqualTo(2);
  }

  /** The log has no room for the record of it. */
  @Test
  void whatCannotBeRecordedIsSaidAndRecordedTheNextTime() throws Exception {
    Path home = home(disk.mount().resolve("home"));
    Path repository = repository(folder.resolve("shop"));
    disk.fill(ballast);
    CommandRun run = run(home, repository, "audit", "anchor", "--git");
    while (run.exit() == 0) { // the page that the log ends in has some room left
      run = run(home, repository, "audit", "anchor", "--git");
    }
    noRoom(run);
    assertThat(AuditVerifier.withoutKey().verify(home.resolve("audit")).finding()).isEmpty();
    done(run(home, repository, "audit", "verify"));

    Files.delete(ballast);
    done(run(home, repository, "audit", "anchor", "--git"));
    done(run(home, repository, "audit", "anchor", "--check"));
    done(run(home, repository, "audit", "verify"));
  }

  private Path home(Path home) throws Exception {
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SampleLog.closed(home.resolve("audit"), 600, SMALL);
    return home;
  }

  private static void grow(Path home) throws Exception {
    try (AuditLog log = AuditLog.open(home.resolve("audit"), SMALL)) {
      SampleLog.append(log, 10);
    }
  }

  /** Leaves {@code room} bytes, in whole pages. */
  private void fillBut(long room) throws IOException {
    disk.fill(ballast);
    try (FileChannel channel = FileChannel.open(ballast, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - room);
    }
  }

  private static List<String> left(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void noRoom(CommandRun run) {
    assertThat(run.exit()).as(run.err()).isEqualTo(3);
    assertThat(run.err().toLowerCase(Locale.ROOT)).containsAnyOf("no space left", "no room");
  }

  private static void done(CommandRun run) {
    assertThat(run.exit()).as(run.err()).isZero();
  }

  private static CommandRun run(Path home, Path where, String... line) {
    return CommandRun.in(where).with("GATEKEEPER_HOME", home.toString()).run(line);
  }

  private static long anchors(Path home) throws IOException {
    long count = 0;
    try (Stream<Path> files = Files.list(home.resolve("audit/log"))) {
      for (Path file : files.toList()) {
        count += Files.readString(file).split("\"event\":\"anchor\"", -1).length - 1;
      }
    }
    return count;
  }

  private static Path repository(Path directory) throws Exception {
    Process process =
        new ProcessBuilder(
                Tools.require("git").toString(), "init", "-q", "--template=", directory.toString())
            .start();
    assertThat(process.waitFor()).isZero();
    return directory;
  }

  private static String branch(Path repository) throws IOException {
    try (Stream<Path> refs = Files.list(repository.resolve(".git/refs/heads/audit-anchors"))) {
      return Files.readString(refs.findFirst().orElseThrow());
    }
  }
}
