package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vault stays locked: what is found, and when nothing found is worth nothing. */
final class VaultScanCommandTest {
  private static final String TOKEN = "made-up-k3R9wQ2zXv8LmT4yB7nC1pF6hJ5dG0sA";
  private static final String NEXT = "made-up-Zx7Kq1Wv5Rb9Tn3Ym8Pc2Ld6Gf0HsJ4e";
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

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

  @Test
  void aValueIsFoundWhileTheVaultIsLocked() throws IOException {
    put("github/token", TOKEN);
    Files.writeString(project.resolve("clean.txt"), "nothing\n");
    CommandRun clean = scan("", ".");
    assertThat(clean.err()).isEmpty();
    assertThat(clean.exit()).isZero();
    assertThat(clean.out())
        .matches(
            """
            Read 1 file, 8 bytes\\.
            Looked for 1 value; fingerprints of 2026-01-02T03:04:05Z, generation 2 of the vault\
             [A-Za-z0-9_-]{22}\\.
            Project: .*/project\\.
            """);

    Path source = Files.createDirectories(project.resolve("src")).resolve("a.js");
    Files.writeString(source, "let a;\nlet token = '" + TOKEN + "';\n");
    Files.writeString(
        project.resolve("b"), Base64.getEncoder().encodeToString(("x:" + TOKEN).getBytes(UTF_8)));
    CommandRun found = scan("");
    assertThat(found.exit()).isEqualTo(1);
    assertThat(found.out())
        .contains(
            "FOUND secret:github/token (plain) in src/a.js, line 2\n",
            "FOUND secret:github/token (base64) in b, line 1\n");
    assertThat(found.out() + found.err()).doesNotContain("made-up");

    CommandRun json = scan("diff\n+" + TOKEN + "\n", "-", "--json");
    assertThat(json.exit()).isEqualTo(1);
    assertThat(json.out().replaceFirst("\"vault\":.*\"skipped\"", "\"skipped\""))
        .isEqualTo(
            """
            {"found":[{"reference":"secret:github/token","former":false,"encoding":"plain",\
            "part":"text","path":"-","line":2}],"staged":false,"files":1,"bytes":47,"values":1,"former":0,"notCovered":0,\
            "teamClosed":false,"made":"2026-01-02T03:04:05Z","generation":2,"skipped":{},\
            "unread":[],"judged":true}
            """);
  }

  /** Names are read like texts, and nothing that was found is shown. */
  @Test
  void namesAndTargetsOfLinksAreReadAndMasked() throws Exception {
    put("t", TOKEN);
    Path names = Files.createDirectories(project.resolve("d-" + TOKEN));
    Files.writeString(names.resolve("one"), "nothing");
    Files.writeString(names.resolve("two"), "x\n" + TOKEN);
    Files.writeString(
        project.resolve(Base64.getUrlEncoder().encodeToString(TOKEN.getBytes(UTF_8))), "x");
    Files.createSymbolicLink(project.resolve("link"), Path.of("/tmp/" + TOKEN));
    Files.createSymbolicLink(project.resolve("x" + TOKEN), Path.of("y"));
    Files.writeString(project.resolve("-"), TOKEN);
    CommandRun found = scan("");
    assertThat(found.exit()).isEqualTo(1);
    assertThat(found.out())
        .contains(
            "FOUND secret:t (plain) in the name d-[secret:t]\n",
            "FOUND secret:t (plain) in d-[secret:t]/two, line 2\n",
            "FOUND secret:t (base64) in the name [secret:t]",
            "FOUND secret:t (plain) in the target of the link link\n",
            "FOUND secret:t (plain) in the name x[secret:t]\n",
            "FOUND secret:t (plain) in ./-, line 1\n");
    assertThat(found.out().lines().filter(line -> line.startsWith("FOUND"))).hasSize(6);
    CommandRun json = scan("", "--json");
    CommandRun gone = scan("", "gone-" + TOKEN);
    assertThat(gone.exit()).isEqualTo(1);
    assertThat(gone.err()).contains("gone-[secret:t] is not there");
    for (CommandRun run : new CommandRun[] {found, json, gone}) {
      assertThat(run.out() + run.err()).doesNotContain(TOKEN.substring(0, 9), TOKEN.substring(20));
    }
  }

  @Test
  void weakValuesAreCountedAndLookedForWithAPerson() {
    put("weak", "made-up-hunter2");
    assertThat(scan("x made-up-hunter2", "-").exit()).isEqualTo(3);
    put("github/token", TOKEN);
    CommandRun without = scan("x made-up-hunter2", "-");
    assertThat(without.exit()).isZero();
    assertThat(without.out())
        .contains(
            "Not covered: 1 value without a fingerprint (gatekeeper vault scan --open looks"
                + " for them).");
    CommandRun with =
        person(project)
            .input("x made-up-hunter2".getBytes(UTF_8))
            .run("vault", "scan", "--open", "-");
    assertThat(with.exit()).isEqualTo(1);
    assertThat(with.out())
        .contains("FOUND secret:weak (plain) in standard input, line 1", "Looked for 2 values;")
        .doesNotContain("Not covered");
    assertThat(scan("x", "--open", "-").exit()).isEqualTo(3);
  }

  @Test
  void whatWasReplacedIsLookedForForAYearAndWhatWasRemovedNoMore() {
    put("github/token", TOKEN);
    put("github/token", NEXT);
    CommandRun found = scan(TOKEN + "\n" + NEXT, "-");
    assertThat(found.out())
        .contains(
            "FOUND secret:github/token (a former value, plain) in standard input, line 1\n",
            "FOUND secret:github/token (plain) in standard input, line 2\n",
            "Looked for 2 values, 1 of them replaced by now;");
    assertThat(later(364, TOKEN)).isEqualTo(1);
    assertThat(later(366, TOKEN)).isZero();
    assertThat(scan(NEXT, "-").exit()).isEqualTo(1);
    assertThat(person(project).run("vault", "remove", "github/token").exit()).isZero();
    assertThat(scan(TOKEN + "\n" + NEXT, "-").exit()).isZero();
  }

  /** What a scan says so many days later, after a person has opened the vault and changed it. */
  private int later(int days, String text) {
    Clock clock = Clock.fixed(NOW.plus(Duration.ofDays(days)), ZoneOffset.UTC);
    assertThat(
            person(project)
                .at(clock)
                .input((NEXT + days).getBytes(UTF_8))
                .run("vault", "put", "other-" + days)
                .exit())
        .isZero();
    return scan(text, "-").exit();
  }

  @Test
  void eachRepositoryHasItsOwnAndAllAreMadeAnew() throws IOException {
    put("github/token", TOKEN);
    Path other = Files.createDirectories(folder.toRealPath().resolve("other"));
    Files.createDirectory(other.resolve(".git"));
    CommandRun none = locked(other).input(TOKEN.getBytes(UTF_8)).run("vault", "scan", "-");
    assertThat(none.exit()).isEqualTo(3);
    assertThat(none.err())
        .contains("there are no fingerprints of this repository", "gatekeeper vault scan --open");
    assertThat(person(other).run("vault", "check").exit()).isZero();
    assertThat(locked(other).input(TOKEN.getBytes(UTF_8)).run("vault", "scan", "-").exit())
        .isEqualTo(1);
    put("next", NEXT); // typed in the first one
    assertThat(locked(other).input(NEXT.getBytes(UTF_8)).run("vault", "scan", "-").exit())
        .isEqualTo(1);

    // A work tree of the same repository shares them.
    Path tree = Files.createDirectories(folder.toRealPath().resolve("tree"));
    Path git = Files.createDirectories(project.resolve(".git/worktrees/tree"));
    Files.writeString(tree.resolve(".git"), "gitdir: " + git + "\n");
    Files.writeString(git.resolve("commondir"), "../..\n");
    assertThat(locked(tree).input(NEXT.getBytes(UTF_8)).run("vault", "scan", "-").exit())
        .isEqualTo(1);

    // What is of another one does not count, though key and file are exchanged together.
    exchange("fingerprints");
    exchange("fingerprint-keys");
    assertThat(scan(NEXT, "-").exit()).isEqualTo(3);
  }

  private void exchange(String directory) throws IOException {
    List<Path> two;
    try (Stream<Path> files = Files.list(home.resolve(directory))) {
      two = files.sorted().toList();
    }
    assertThat(two).hasSize(2);
    Path aside = folder.resolve("aside");
    Files.move(two.get(0), aside);
    Files.move(two.get(1), two.get(0));
    Files.move(aside, two.get(1));
  }

  /** All that the agent's shell can do to its own user's files, and never green. */
  @Test
  void whatIsMissingOlderOrAlteredIsNeverGreen() throws Exception {
    put("github/token", TOKEN);
    Path prints = only("fingerprints");
    byte[] older = Files.readAllBytes(prints);
    byte[] olderVault = Files.readAllBytes(home.resolve("vault"));
    put("next", NEXT);
    byte[] present = Files.readAllBytes(prints);
    byte[] presentVault = Files.readAllBytes(home.resolve("vault"));
    assertThat(scan("nothing", "-").exit()).isZero();

    Files.write(prints, older);
    judgesNot("the fingerprints are of generation 2 of the vault, which is at 3");
    Files.write(home.resolve("vault"), olderVault); // with the vault of then
    judgesNot("an older vault was put in the place of the present one");
    Files.write(home.resolve("vault"), presentVault);
    for (int bit = 0; bit < 8 * present.length; bit += 37) {
      byte[] altered = present.clone();
      altered[bit >> 3] ^= (byte) (1 << (bit & 7));
      Files.write(prints, altered);
      judgesNot("fingerprints");
    }
    Files.write(prints, new byte[0]);
    judgesNot("cut off?");
    Files.write(prints, new byte[9 << 20]);
    judgesNot("has more than 8388608 bytes");
    Files.delete(prints);
    judgesNot("the fingerprints of this repository are gone");
    Path elsewhere = ownerOnly("copy", "");
    Files.write(elsewhere, present);
    Files.createSymbolicLink(prints, elsewhere);
    judgesNot("is a symbolic link");
    Files.delete(prints);
    Files.write(prints, present);
    Files.setPosixFilePermissions(prints, PosixFilePermissions.fromString("rw-r--r--"));
    judgesNot("readable or writable by others");
    Files.setPosixFilePermissions(prints, PosixFilePermissions.fromString("rw-------"));
    assertThat(scan("nothing", "-").exit()).isZero();

    Path key = only("fingerprint-keys");
    byte[] whole = Files.readAllBytes(key);
    for (int bit = 0; bit < 8 * whole.length; bit += 5) {
      byte[] altered = whole.clone();
      altered[bit >> 3] ^= (byte) (1 << (bit & 7));
      Files.write(key, altered);
      judgesNot("fingerprints");
    }
    Files.delete(key);
    judgesNot("there are no fingerprints of this repository");
    Files.move(home.resolve("vault"), folder.resolve("vault"));
    judgesNot("there is no vault yet");
    Files.move(folder.resolve("vault"), home.resolve("vault"), StandardCopyOption.ATOMIC_MOVE);

    // A person who opens the vault makes them anew, and hears of what was damaged.
    Files.write(key, whole);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.write(prints, older, java.nio.file.StandardOpenOption.APPEND);
    CommandRun opened = person(project).run("vault", "check");
    assertThat(opened.err()).contains("were gone or damaged, and are made anew");
    assertThat(scan(NEXT, "-").exit()).isEqualTo(1);
  }

  private void judgesNot(String why) {
    CommandRun run = scan("nothing", "-");
    assertThat(run.err()).contains(why).doesNotContain("made-up-k", "made-up-Z");
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNeverGreen() throws Exception {
    put("github/token", TOKEN);
    assertThat(scan("", "-").err()).contains("nothing was read");
    assertThat(scan("", "-").exit()).isEqualTo(3);
    assertThat(scan("", "no-such-file").exit()).isEqualTo(3);
    Path outside = ownerOnly("outside", TOKEN);
    Files.createSymbolicLink(project.resolve("link"), outside);
    CommandRun link = scan("", "link");
    assertThat(link.exit()).isEqualTo(3);
    assertThat(link.err()).contains("link is a symbolic link, and no file");
    Process pipe = new ProcessBuilder("mkfifo", project.resolve("pipe").toString()).start();
    assertThat(pipe.waitFor()).isZero();
    Files.writeString(project.resolve("file"), "text");
    CommandRun walked = scan("", ".");
    assertThat(walked.exit()).isZero();
    assertThat(walked.out())
        .contains("Skipped, a symbolic link: 1.", "Skipped, a pipe, socket or device: 1.");
    assertThat(scan("", "pipe").exit()).isEqualTo(3);
    assertThat(scan(TOKEN, "-", "pipe").exit()).isEqualTo(1);
    assertThat(scan("x", "-", "-").exit()).isEqualTo(2);
    assertThat(Files.exists(project.resolve("pipe"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  /** A copy of the files tells nothing, and of two repositories nothing can be compared. */
  @Test
  void theFileTellsNothingByItself() throws IOException {
    put("github/token", TOKEN);
    String text = Files.readString(only("fingerprints"));
    assertThat(text)
        .matches("gatekeeper-fingerprints/1\nsealed [A-Za-z0-9_-]+\nsignature [A-Za-z0-9_-]{86}\n");
    assertThat(new String(Base64.getUrlDecoder().decode(text.split("[ \n]", -1)[2]), UTF_8))
        .doesNotContain("github", "secret");
    assertThat(Files.getPosixFilePermissions(only("fingerprints")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(only("fingerprint-keys")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }
}
