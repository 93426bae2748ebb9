package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fingerprints that say little, or that somebody damaged: nobody is locked out, and it is said. */
final class VaultScanPrintsTest {
  private static final String TOKEN = "made-up-k3R9wQ2zXv8LmT4yB7nC1pF6hJ5dG0sA";
  private static final String NEXT = "made-up-Zx7Kq1Wv5Rb9Tn3Ym8Pc2Ld6Gf0HsJ4e";

  @TempDir Path folder;
  private Path home;
  private Path project;
  private Path passphrase;

  @BeforeEach
  void layOut() throws Exception {
    home =
        Files.createDirectory(
            folder.resolve("home"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    project = Files.createDirectories(folder.toRealPath().resolve("project"));
    Files.createDirectory(project.resolve(".git"));
    passphrase = ownerOnly("passphrase", VaultFixture.PASSPHRASE + "\n");
    VaultFixture.create(home.resolve("vault")).close();
  }

  private Path ownerOnly(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  /** As the agent's shell types it: there is no passphrase. */
  private CommandRun locked(Path in) {
    return CommandRun.in(in).with("GATEKEEPER_HOME", home.toString());
  }

  private CommandRun person(Path in) {
    return locked(in).with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }

  private CommandRun scan(String input, String... more) {
    List<String> line = new ArrayList<>(List.of("vault", "scan"));
    line.addAll(List.of(more));
    return locked(project).input(input.getBytes(UTF_8)).run(line.toArray(String[]::new));
  }

  private void put(String name, String value) {
    CommandRun stored = person(project).input(value.getBytes(UTF_8)).run("vault", "put", name);
    assertThat(stored.exit()).as(stored.err()).isZero();
  }

  private Path only(String directory) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve(directory))) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .findFirst()
          .orElseThrow();
    }
  }

  private Path otherRepository() throws IOException {
    Path other = folder.toRealPath().resolve("other");
    Files.createDirectories(other.resolve(".git"));
    return other;
  }

  /** What one file of these says must not keep a person from the vault. */
  @Test
  void aKeyThatIsNoneLocksNobodyOut() throws Exception {
    put("github/token", TOKEN);
    String name = "0".repeat(31) + "1";
    Path bad = home.resolve("fingerprint-keys").resolve(name);
    String place = Base64.getUrlEncoder().withoutPadding().encodeToString("abc".getBytes(UTF_8));
    Files.writeString(
        bad, Files.readString(only("fingerprint-keys")).replaceFirst("place .*", "place " + place));
    Files.setPosixFilePermissions(bad, PosixFilePermissions.fromString("rw-------"));
    CommandRun opened = person(project).run("vault", "check");
    assertThat(opened.exit()).isZero();
    assertThat(opened.err()).contains("with a key that is none were deleted", name);
    assertThat(bad).doesNotExist();

    Path key = only("fingerprint-keys");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Path other = otherRepository();
    assertThat(person(other).run("vault", "check").err()).contains("stays as it is", "chmod");
    assertThat(key).exists();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));

    Files.delete(home.resolve("fingerprints.lock"));
    Process pipe =
        new ProcessBuilder("mkfifo", home.resolve("fingerprints.lock").toString()).start();
    assertThat(pipe.waitFor()).isZero();
    CommandRun run = person(project).run("vault", "check");
    assertThat(run.exit()).isZero();
    assertThat(run.err()).contains("is no regular file");
  }

  /** A disk that is not mounted for a while; a key that is gone. */
  @Test
  void formerValuesAreNotForgottenWithoutAWord() throws IOException {
    put("github/token", TOKEN);
    put("github/token", NEXT);
    Path away = folder.toRealPath().resolve("away");
    Files.move(project, away);
    Path other = otherRepository();
    assertThat(person(other).run("vault", "check").err())
        .contains("for the first time: values that were replaced before are not looked for");
    Files.move(away, project);
    assertThat(scan(TOKEN, "-").exit()).isEqualTo(1);
  }

  /** Nothing found is nothing said, where nothing was looked for or it is not known what. */
  @Test
  void whatLooksForNothingIsNeverGreen() throws Exception {
    assertThat(person(project).run("vault", "check").exit()).isZero();
    CommandRun empty = scan("nothing", "-", "--json");
    assertThat(empty.exit()).isEqualTo(3);
    assertThat(empty.out()).contains("\"judged\":false", "\"why\":\"nothing was looked for");
    put("github/token", TOKEN);
    CommandRun named = scan("nothing", "-");
    assertThat(named.exit()).isZero();
    assertThat(named.out()).contains("Project: " + project + ".\n");

    // An agent's word for its project does not choose whose values are looked for.
    Path other = otherRepository();
    CommandRun there =
        locked(other)
            .with("CLAUDE_PROJECT_DIR", project.toString())
            .input(TOKEN.getBytes(UTF_8))
            .run("vault", "scan", "-");
    assertThat(there.err()).contains("there are no fingerprints of this repository");

    // Without the log nobody knows whether the vault is the last one.
    Files.move(home.resolve("audit"), folder.resolve("audit"));
    CommandRun unseen = scan("nothing", "-");
    assertThat(unseen.exit()).isEqualTo(3);
    assertThat(unseen.err()).contains("it may be an older one");
    assertThat(person(project).run("vault", "rekey", "--restored").exit()).isZero();
    assertThat(scan(TOKEN, "-").exit()).isEqualTo(1);
  }
}
