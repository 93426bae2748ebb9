package dev.gatekeeper.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What processes leave behind, and who deletes it. */
@Timeout(60)
final class SecretFilesTest {
  @TempDir Path folder;
  private Home home;
  private Map<String, String> environment;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    Path runtime = Files.createDirectory(folder.resolve("runtime"));
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
    environment = Map.of("XDG_RUNTIME_DIR", runtime.toString());
  }

  /** Another process that holds one file until it is killed. */
  public static final class Holding {
    private Holding() {}

    public static void main(String[] arguments) throws Exception {
      Home home = Home.locate(Map.of("GATEKEEPER_HOME", arguments[0]));
      SecretFiles files = SecretFiles.create(home, Map.of("XDG_RUNTIME_DIR", arguments[1]));
      System.out.println(files.write("KEY", new byte[] {'m'}));
      System.out.flush();
      Thread.sleep(TimeUnit.MINUTES.toMillis(2));
      files.close();
    }
  }

  private Process holding() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Holding.class.getName(),
            home.path().toString(),
            environment.getOrDefault("XDG_RUNTIME_DIR", ""))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void whatAProcessHasStaysUntilItIsKilledAndIsSweptThen() throws Exception {
    Process other = holding();
    Path file;
    try (var out = other.inputReader()) {
      file = Path.of(out.readLine());
      SecretFiles.sweep(home, environment);
      assertThat(file).exists();
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(file).exists();
    SecretFiles.sweep(home, environment);
    assertThat(file.getParent()).doesNotExist();
  }

  /** In a container the next process has the number of the one before. */
  @Test
  void theNumberOfALivingProcessKeepsNothingThatIsNotLocked() throws Exception {
    Path left = folder.resolve("runtime/gatekeeper/" + ProcessHandle.current().pid() + "-00112233");
    try (SecretFiles own = SecretFiles.create(home, environment)) {
      Path held = own.write("KEY", new byte[] {'m'});
      Files.createDirectory(left);
      Files.createFile(left.resolve(".lock"));
      Files.writeString(left.resolve("KEY"), "made-up");
      SecretFiles.sweep(home, environment);
      assertThat(left).doesNotExist();
      assertThat(held).exists();
    }
    assertThat(folder.resolve("runtime/gatekeeper")).isEmptyDirectory();
  }

  /** The lock is given up where the process opens it again: so it does not. */
  @Test
  void sweepingTwiceLeavesTheLockHeld() throws Exception {
    try (SecretFiles own = SecretFiles.create(home, environment)) {
      Path held = own.write("KEY", new byte[] {'m'});
      SecretFiles.sweep(home, environment);
      SecretFiles.sweep(home, environment);
      assertThat(isLocked(held.resolveSibling(".lock"))).isTrue();
    }
  }

  private static boolean isLocked(Path lock) throws Exception {
    String locks = Files.readString(Path.of("/proc/locks"));
    Object inode = Files.getAttribute(lock, "unix:ino");
    return locks.lines().anyMatch(line -> line.contains(":" + inode + " "));
  }

  @Test
  void aLinkIsNotFollowedAndAnotherSHomeNotEntered() throws Exception {
    Path parent = folder.resolve("runtime/gatekeeper");
    SecretFiles.create(home, environment).close();
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("kept"), "x");
    Files.createSymbolicLink(parent.resolve("999999999-0011"), elsewhere);
    SecretFiles.sweep(home, environment);
    assertThat(elsewhere.resolve("kept")).exists();

    Files.delete(parent.resolve("999999999-0011"));
    Path left = Files.createDirectory(parent.resolve("999999999-0011"));
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
    SecretFiles.sweep(home, environment);
    assertThat(left).exists();
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx------"));
    SecretFiles.sweep(home, environment);
    assertThat(left).doesNotExist();
  }
}
