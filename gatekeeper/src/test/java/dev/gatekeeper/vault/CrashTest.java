package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed at a system call of a write leaves the old vault or the new one. */
@Timeout(300)
final class CrashTest {
  private static final String NEXT = "the next made-up passphrase";

  @TempDir Path folder;

  /**
   * Each such call in turn, while the passphrase changes: it ends with exactly one passphrase that
   * opens, and where that is the new one, nothing beside the file opens by the old one.
   */
  @ParameterizedTest
  @ValueSource(strings = {"openat", "write", "fsync", "unlink", "rename"})
  void killedAtASystemCallOfAChange(String call) throws Exception {
    int exit = -1;
    int killed = 0;
    int k = 1;
    for (; exit != 0; k++) {
      Path home = Files.createDirectory(folder.resolve("home-" + k));
      Path path = home.resolve("vault");
      try (OpenVault vault = VaultFixture.create(path)) {
        VaultFixture.put(vault, "github/token", "made-up-value-of-a-token");
      }
      byte[] before = Files.readAllBytes(path);
      // As an earlier writer left it that was killed.
      Path draft = home.resolve(".vault.0123456789abcdef.tmp");
      Files.copy(path, draft);
      exit = change(home, call, k);
      killed += exit == 0 ? 0 : 1;
      assertSound(path, before);
    }
    assertThat(killed).as("killed at %s", call).isPositive();
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

  private static int change(Path home, String call, int k) throws Exception {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(Tools.require("strace").toString(), "-f", "-qq", "-o", "/dev/null"));
    if (call.equals("openat")) {
      // Java opens hundreds of files of its own. That of the draft has a random name: dying there
      // is dying at the write that follows.
      line.addAll(List.of("-P", home.toString(), "-P", home.resolve("vault").toString()));
      line.addAll(List.of("-P", home.resolve("vault.lock").toString()));
    }
    line.addAll(List.of("-e", "trace=" + call));
    line.addAll(List.of("-e", "inject=" + call + ":signal=KILL:when=" + k));
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Changing.class.getName(),
            home.resolve("vault").toString()));
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
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
