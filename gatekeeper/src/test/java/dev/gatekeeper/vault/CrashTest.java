package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Stopped;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed at a system call of a write leaves the old vault or the new one. */
@Timeout(300)
final class CrashTest {
  private static final String NEXT = "the next made-up passphrase";

  @TempDir Path folder;

  /**
   * While the passphrase changes: it ends with exactly one passphrase that opens, and where that is
   * the new one, nothing beside the file opens by the old one.
   */
  @Test
  void killedAtASystemCallOfAChange() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    changing(home, Stopped.after("write", "fsync", "unlink", "rename"));
  }

  /**
   * Java opens hundreds of files of its own. That of the draft has a random name: dying there is
   * dying before the write that follows.
   */
  @Test
  void killedWhereAChangeOpensAFile() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Stopped opening = Stopped.after("openat").on(home).on(home.resolve("vault.lock"));
    changing(home, opening.on(home.resolve("vault")));
  }

  private void changing(Path home, Stopped stopped) throws Exception {
    Path path = home.resolve("vault");
    try (OpenVault vault = VaultFixture.create(path)) {
      VaultFixture.put(vault, "github/token", "made-up-value-of-a-token");
    }
    byte[] before = Files.readAllBytes(path);
    // As an earlier writer left it that was killed.
    Files.copy(path, home.resolve(".vault.0123456789abcdef.tmp"));
    stopped.run(change(path), folder.resolve("out"), call -> assertSound(copy(home), before));
    assertThat(Files.readAllBytes(path)).isNotEqualTo(before);
    assertSound(copy(home), before);
  }

  private Path copy(Path home) throws IOException {
    Path copy = Files.createTempDirectory(folder, "copy");
    try (var files = Files.list(home)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return copy.resolve("vault");
  }

  private void assertSound(Path path, byte[] before) throws Exception {
    boolean changed = !java.util.Arrays.equals(Files.readAllBytes(path), before);
    if (changed) {
      assertDoesNotOpen(path, VaultFixture.PASSPHRASE);
      for (Path beside : beside(path)) {
        Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rw-------"));
        assertDoesNotOpen(beside, VaultFixture.PASSPHRASE);
      }
    } else {
      assertDoesNotOpen(path, NEXT);
    }
    try (OpenVault vault = open(path, changed ? NEXT : VaultFixture.PASSPHRASE)) {
      assertThat(VaultFixture.value(vault, "github/token")).isEqualTo("made-up-value-of-a-token");
      VaultFixture.put(vault, "after", "made-up-value-after");
    }
    assertThat(beside(path)).isEmpty();
  }

  private static List<Path> beside(Path path) throws IOException {
    try (var files = Files.list(path.resolveSibling(""))) {
      return files.filter(file -> !file.equals(path) && !file.endsWith("vault.lock")).toList();
    }
  }

  private static void assertDoesNotOpen(Path path, String passphrase) {
    assertThatThrownBy(() -> open(path, passphrase).close()).isInstanceOf(VaultException.class);
  }

  private static OpenVault open(Path path, String passphrase) throws VaultException {
    try (Passphrase known = new Passphrase(passphrase.getBytes(UTF_8))) {
      return VaultFile.at(path).open(known);
    }
  }

  private static List<String> change(Path vault) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Changing.class.getName(),
        vault.toString());
  }

  /** A process that changes the passphrase. */
  static final class Changing {
    public static void main(String[] args) throws Exception {
      try (OpenVault vault = VaultFixture.open(Path.of(args[0]));
          Passphrase next = new Passphrase(NEXT.getBytes(UTF_8))) {
        vault.changePassphrase(next, Argon2Cost.LEAST);
      }
    }
  }
}
