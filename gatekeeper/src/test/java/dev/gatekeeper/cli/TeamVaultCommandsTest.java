package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Homes, clones and a bare repository: what people of a team type, with real git between them. */
final class TeamVaultCommandsTest {
  private static final String FILE = ".gatekeeper/team.vault";

  @TempDir Path folder;
  private Path passphrase;
  private Path programs;
  private Path origin;

  @BeforeEach
  void layOut() throws Exception {
    Tools.require("git");
    folder = folder.toRealPath();
    passphrase = ownerOnly(folder.resolve("passphrase"), VaultFixture.PASSPHRASE + "\n");
    programs = Files.createDirectory(folder.resolve("bin"));
    // What git finds on the PATH as "gatekeeper".
    Path program = programs.resolve("gatekeeper");
    String java = ProcessHandle.current().info().command().orElseThrow();
    Files.writeString(
        program,
        "#!/bin/sh\nexec '"
            + java
            + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp '"
            + System.getProperty("java.class.path")
            + "' dev.gatekeeper.cli.Main \"$@\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    origin = folder.resolve("origin.git");
    run(folder, Path.of("/nonexistent"), "git", "init", "-q", "--bare", "-b", "main", "origin.git");
  }

  private static Path ownerOnly(Path file, String text) throws Exception {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  /** One person: a home with a vault, and a clone. */
  private final class Person {
    private final Path home;
    private final Path clone;

    Person(String name) throws Exception {
      home = folder.resolve(name + "-home");
      Files.createDirectory(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (OpenVault _ = VaultFixture.create(home.resolve("vault"))) {
        clone = folder.resolve(name);
      }
      run(folder, home, "git", "clone", "-q", origin.toString(), name);
    }

    CommandRun type(String... line) {
      return typeInto("", line);
    }

    CommandRun typeInto(String input, String... line) {
      return CommandRun.in(clone)
          .with("GATEKEEPER_HOME", home.toString())
          .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString())
          .with("USER", "made-up")
          .input(input.getBytes(UTF_8))
          .run(line);
    }

    CommandRun done(String... line) {
      CommandRun run = type(line);
      assertThat(run.err()).as(String.join(" ", line)).isEmpty();
      assertThat(run.exit()).isZero();
      return run;
    }

    void put(String name, String value) {
      assertThat(typeInto(value, "vault", "put", "--team", name).err()).isEmpty();
    }

    String git(String... line) throws Exception {
      List<String> all = new ArrayList<>(List.of("git", "-c", "user.name=t", "-c"));
      all.add("user.email=t@localhost");
      all.addAll(List.of(line));
      return run(clone, home, all.toArray(String[]::new));
    }

    void commit() throws Exception {
      git("add", "-A");
      git("commit", "-q", "-m", "a change");
    }

    String identity() {
      return done("vault", "identity").out().lines().findFirst().orElseThrow();
    }
  }

  private String run(Path directory, Path home, String... line) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("CLAUDE"));
    builder.environment().put("PATH", programs + File.pathSeparator + System.getenv("PATH"));
    builder.environment().put("GATEKEEPER_HOME", home.toString());
    builder.environment().put("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output + (process.exitValue() == 0 ? "" : "exit " + process.exitValue());
  }

  /** Alice and bob are members, each with a clone that merges by the driver. */
  private List<Person> team() throws Exception {
    Person alice = new Person("alice");
    alice.done("vault", "init", "--team", "--label", "alice");
    alice.done("vault", "merge", "--install");
    alice.put("db/dev", "made-up-value-of-the-database");
    alice.git("checkout", "-q", "-b", "main");
    alice.commit();
    alice.git("push", "-q", "-u", "origin", "main");
    Person bob = new Person("bob");
    alice.done("vault", "slot", "add", "--team", "bob", "--recipient", bob.identity());
    alice.commit();
    alice.git("push", "-q");
    bob.git("pull", "-q");
    CommandRun refused = bob.type("vault", "list", "--team");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err())
        .contains("nobody on this machine has accepted", "hint: gatekeeper vault accept");
    assertThat(bob.done("vault", "accept").out()).contains("alice", "bob");
    bob.done("vault", "merge", "--install");
    return List.of(alice, bob);
  }

  @Test
  void twoPeoplePutAndGitMergesSecretBySecret() throws Exception {
    List<Person> people = team();
    Person alice = people.getFirst();
    Person bob = people.getLast();
    alice.put("a/token", "made-up-value-of-alice");
    alice.commit();
    alice.git("push", "-q");
    bob.put("b/token", "made-up-value-of-bob");
    bob.commit();
    assertThat(bob.git("pull", "-q", "--no-rebase", "--no-edit")).doesNotContain("exit");
    assertThat(bob.done("vault", "list", "--team").out())
        .contains("a/token", "b/token", "db/dev")
        .doesNotContain("made-up");
    bob.git("push", "-q");

    alice.put("db/dev", "made-up-value-changed-by-alice");
    alice.commit();
    bob.put("db/dev", "made-up-value-changed-by-bob");
    bob.commit();
    bob.git("push", "-q");
    String said = alice.git("pull", "--no-rebase", "--no-edit");
    assertThat(said)
        .contains(
            "gatekeeper: error: both sides changed db/dev",
            "gatekeeper: hint: gatekeeper vault merge --ours db/dev",
            "CONFLICT")
        .doesNotContain("made-up-value");
    assertThat(alice.done("vault", "merge", "--theirs", "db/dev").out())
        .startsWith("Merged. Next: git add " + FILE);
    alice.commit();
    assertThat(alice.done("vault", "status", "--team", "--json").out()).contains("\"counts\":true");
    assertThat(log(alice))
        .contains("\"reason\":\"merge\"", "team:db/dev")
        .doesNotContain("made-up-v");
  }

  @Test
  void withoutTheDriverTheReaderSaysWhatHappenedAndTheMergeIsDoneByHand() throws Exception {
    List<Person> people = team();
    Person alice = people.getFirst();
    Person bob = people.getLast();
    bob.git("config", "--remove-section", "merge.gatekeeper-team");
    alice.put("a/token", "made-up-value-of-alice");
    alice.commit();
    alice.git("push", "-q");
    bob.put("b/token", "made-up-value-of-bob");
    bob.commit();
    assertThat(bob.git("pull", "--no-rebase", "--no-edit")).contains("CONFLICT");
    CommandRun list = bob.type("vault", "list", "--team");
    assertThat(list.exit()).isNotZero();
    assertThat(list.err())
        .contains(
            "git has merged the team vault as if it were text", "hint: gatekeeper vault merge");
    assertThat(bob.done("vault", "merge").out()).contains("vault merge --install");
    bob.commit();
    assertThat(bob.done("vault", "list", "--team").out()).contains("a/token", "b/token");
  }

  @Test
  void aLockedVaultLeavesTheFileUnmergedAndSaysWhatToType() throws Exception {
    List<Person> people = team();
    Person bob = people.getLast();
    people.getFirst().put("a/token", "made-up-value-of-alice");
    people.getFirst().commit();
    people.getFirst().git("push", "-q");
    bob.put("b/token", "made-up-value-of-bob");
    bob.commit();
    Path away = Files.move(passphrase, folder.resolve("away"));
    String said = bob.git("pull", "--no-rebase", "--no-edit");
    assertThat(said).contains("CONFLICT", "gatekeeper vault merge");
    Files.move(away, passphrase);
    assertThat(bob.done("vault", "merge").out()).startsWith("Merged.");
    bob.commit();
    assertThat(bob.done("vault", "list", "--team").out()).contains("a/token", "b/token");
  }

  @Test
  void aRemovalMakesANewKeyAndListsWhatToRotateThroughAMergeToo() throws Exception {
    List<Person> people = team();
    Person alice = people.getFirst();
    Person bob = people.getLast();
    Person carol = new Person("carol");
    alice.done("vault", "slot", "add", "--team", "carol", "--recipient", carol.identity());
    alice.commit();
    alice.git("push", "-q");
    carol.git("pull", "-q");
    carol.done("vault", "accept");
    carol.done("vault", "merge", "--install");
    bob.git("pull", "-q");

    CommandRun removed = alice.done("vault", "slot", "remove", "--team", "bob");
    assertThat(removed.out()).contains("Removed bob", "db/dev", "vault put --team");
    alice.commit();
    alice.git("push", "-q");
    carol.put("c/token", "made-up-value-that-bob-does-not-get");
    carol.commit();
    assertThat(carol.git("pull", "-q", "--no-rebase", "--no-edit"))
        .contains("note: bob was removed on one side")
        .doesNotContain("exit");
    carol.git("push", "-q");
    bob.git("pull", "-q");
    CommandRun shut = bob.type("vault", "list", "--team");
    assertThat(shut.exit()).isNotZero();
    assertThat(shut.err()).contains("you are not a member of this project's team vault");
    alice.git("pull", "-q");
    assertThat(alice.done("vault", "list", "--team").out()).contains("c/token", "db/dev");
    assertThat(alice.done("vault", "rekey", "--team").out()).contains("another key");
  }

  @Test
  void oneSecretIsGivenToOnePerson() throws Exception {
    Person alice = new Person("alice");
    Person bob = new Person("bob");
    Person eve = new Person("eve");
    eve.identity();
    assertThat(alice.typeInto("made-up-value-to-give", "vault", "put", "github/token").exit())
        .isZero();
    CommandRun given = alice.type("vault", "give", "github/token", "--to", bob.identity());
    assertThat(given.exit()).isZero();
    assertThat(given.out())
        .startsWith("-----BEGIN GATEKEEPER SECRET-----")
        .doesNotContain("made-up");
    assertThat(log(alice)).contains("\"reason\":\"give ", "secret:github/token");

    CommandRun notHers = eve.typeInto(given.out(), "vault", "take");
    assertThat(notHers.exit()).isNotZero();
    assertThat(notHers.err()).contains("it was given to somebody else, or altered on its way");
    String quoted = "> hello\n" + given.out().indent(4).replaceAll("(?m)^", "> ");
    CommandRun taken = bob.typeInto(quoted, "vault", "take");
    assertThat(taken.err()).isEmpty();
    assertThat(taken.out()).startsWith("Stored github/token, given by ");
    assertThat(bob.typeInto(given.out(), "vault", "take").err())
        .contains("has a secret github/token already");
    assertThat(bob.typeInto(given.out(), "vault", "take", "--as", "other").exit()).isZero();
    try (OpenVault vault = VaultFixture.open(bob.home.resolve("vault"))) {
      assertThat(VaultFixture.value(vault, "other")).isEqualTo("made-up-value-to-give");
    }
  }

  private static String log(Person person) throws Exception {
    StringBuilder text = new StringBuilder();
    try (var files = Files.walk(person.home.resolve("audit"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        text.append(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }
}
