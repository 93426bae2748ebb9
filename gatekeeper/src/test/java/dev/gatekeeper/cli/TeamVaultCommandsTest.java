package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.TeamPeople.Person;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Homes, clones and a bare repository: what people of a team type, with real git between them. */
final class TeamVaultCommandsTest {
  private static final String FILE = ".gatekeeper/team.vault";

  @TempDir Path folder;
  private TeamPeople people;

  @BeforeEach
  void layOut() throws Exception {
    people = new TeamPeople(folder);
  }

  /** Alice and bob are members, each with a clone that merges by the driver. */
  private List<Person> team() throws Exception {
    Person alice = people.person("alice");
    alice.done("vault", "init", "--team", "--label", "alice");
    alice.done("vault", "merge", "--install");
    alice.put("db/dev", "made-up-value-of-the-database");
    alice.git("checkout", "-q", "-b", "main");
    alice.commit();
    alice.git("push", "-q", "-u", "origin", "main");
    Person bob = people.person("bob");
    alice.done("vault", "slot", "add", "--team", "bob", "--recipient", bob.identity());
    alice.commit();
    alice.git("push", "-q");
    bob.git("pull", "-q");
    CommandRun refused = bob.type("vault", "list", "--team");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err())
        .contains("nobody on this machine has accepted", "hint: gatekeeper vault accept");
    assertThat(bob.done("status").out())
        .contains("team     nobody on this machine has accepted", "types: gatekeeper vault accept");
    assertThat(bob.type("doctor").out()).contains("fault  team   nobody on this machine");
    assertThat(bob.done("vault", "accept").out()).contains("alice", "bob");
    assertThat(bob.done("status", "--json").out())
        .contains("\"team\":{\"state\":\"accepted\"", "\"members\":[\"alice\",\"bob\"]");
    assertThat(bob.type("doctor").out())
        .contains("ok     team   accepted; written by alice; members: alice, bob");
    bob.done("vault", "merge", "--install");
    return List.of(alice, bob);
  }

  @Test
  void twoPeoplePutAndGitMergesSecretBySecret() throws Exception {
    List<Person> team = team();
    Person alice = team.getFirst();
    Person bob = team.getLast();
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
  void aValueThatTheTeamHasTwiceIsNamedAndNotShown() throws Exception {
    Person alice = people.person("alice");
    alice.done("vault", "init", "--team", "--label", "alice");
    alice.put("db/dev", "made-up-value-of-the-database");
    alice.put("db/prod", "made-up-value-of-the-database");
    CommandRun found = alice.type("vault", "check", "--team");
    assertThat(found.exit()).isEqualTo(1);
    assertThat(found.out())
        .isEqualTo(
            """
            reused  db/dev  db/prod
            unseen  db/dev  (no fingerprint: vault scan needs --open)
            unseen  db/prod  (no fingerprint: vault scan needs --open)
            """);
    assertThat(alice.type("vault", "check").exit()).isZero();
  }

  @Test
  void withoutTheDriverTheReaderSaysWhatHappenedAndTheMergeIsDoneByHand() throws Exception {
    List<Person> team = team();
    Person alice = team.getFirst();
    Person bob = team.getLast();
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
    List<Person> team = team();
    Person bob = team.getLast();
    team.getFirst().put("a/token", "made-up-value-of-alice");
    team.getFirst().commit();
    team.getFirst().git("push", "-q");
    bob.put("b/token", "made-up-value-of-bob");
    bob.commit();
    Path away = Files.move(people.passphrase(), folder.resolve("away"));
    String said = bob.git("pull", "--no-rebase", "--no-edit");
    assertThat(said).contains("CONFLICT", "gatekeeper vault merge");
    Files.move(away, people.passphrase());
    assertThat(bob.done("vault", "merge").out()).startsWith("Merged.");
    bob.commit();
    assertThat(bob.done("vault", "list", "--team").out()).contains("a/token", "b/token");
  }

  @Test
  void aRemovalMakesANewKeyAndListsWhatToRotateThroughAMergeToo() throws Exception {
    List<Person> team = team();
    Person alice = team.getFirst();
    Person bob = team.getLast();
    Person carol = people.person("carol");
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
    Person alice = people.person("alice");
    Person bob = people.person("bob");
    Person eve = people.person("eve");
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
