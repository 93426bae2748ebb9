package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.TeamPeople.Person;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of the team's vault, which git changes behind a person's back. */
final class TeamVaultScanTest {
  private static final String FIRST = "made-up-k3R9wQ2zXv8LmT4yB7nC1pF6hJ5dG0sA";
  private static final String SECOND = "made-up-Zx7Kq1Wv5Rb9Tn3Ym8Pc2Ld6Gf0HsJ4e";

  @TempDir Path folder;

  /** Without a passphrase, as an agent's shell and a hook have it. */
  private static CommandRun scan(Person person, String text) {
    return CommandRun.in(person.clone)
        .with("GATEKEEPER_HOME", person.home.toString())
        .input(text.getBytes(StandardCharsets.UTF_8))
        .run("vault", "scan", "-");
  }

  @Test
  void whatATeammateChangedIsStaleUntilAPersonOpensTheVault() throws Exception {
    TeamPeople people = new TeamPeople(folder);
    Person alice = people.person("alice");
    alice.done("vault", "init", "--team", "--label", "alice");
    alice.git("checkout", "-q", "-b", "main");
    alice.put("db/dev", FIRST);
    assertThat(scan(alice, FIRST).out()).contains("FOUND team:db/dev (plain)");
    alice.commit();
    alice.git("push", "-q", "-u", "origin", "main");

    Person bob = people.person("bob");
    bob.git("pull", "-q", "origin", "main");
    assertThat(bob.typeInto("", "vault", "scan", "--open", "-").err()).contains("nothing was read");
    CommandRun stranger = scan(bob, FIRST);
    assertThat(stranger.exit()).isEqualTo(3);
    assertThat(stranger.err()).contains("nothing was looked for: there are no values");
    assertThat(stranger.out())
        .contains("Not covered: the team's vault of this project, which you have not accepted");

    alice.done("vault", "slot", "add", "--team", "bob", "--recipient", bob.identity());
    alice.commit();
    alice.git("push", "-q");
    bob.git("pull", "-q", "origin", "main");
    bob.done("vault", "accept");
    assertThat(scan(bob, FIRST).out()).contains("FOUND team:db/dev (plain)");

    alice.put("db/dev", SECOND);
    alice.commit();
    alice.git("push", "-q");
    bob.git("pull", "-q", "origin", "main");
    CommandRun stale = scan(bob, "nothing");
    assertThat(stale.exit()).isEqualTo(3);
    assertThat(stale.err()).contains("the team's vault has changed since");
    bob.done("vault", "list", "--team");
    assertThat(scan(bob, FIRST + "\n" + SECOND).out())
        .contains("FOUND team:db/dev (a former value, plain)", "FOUND team:db/dev (plain)");
    bob.git("checkout", "-q", "HEAD~1"); // all that its file holds is looked for
    assertThat(scan(bob, "nothing").exit()).isZero();
    bob.git("checkout", "-q", "main");

    // What is no vault at all, and what is gone: neither is a way to be looked for no more.
    Path file = bob.clone.resolve(".gatekeeper/team.vault");
    byte[] sound = Files.readAllBytes(file);
    Files.writeString(file, "made up\n");
    assertThat(scan(bob, FIRST).exit()).isEqualTo(3);
    assertThat(bob.type("vault", "check").exit()).isZero();
    assertThat(scan(bob, FIRST).exit()).isEqualTo(3);
    assertThat(scan(bob, FIRST).err()).contains("git restore .gatekeeper/team.vault");
    Files.delete(file);
    CommandRun gone = scan(bob, "nothing");
    assertThat(gone.exit()).isEqualTo(3);
    assertThat(gone.err()).contains("of which there are fingerprints, is not there");
    assertThat(bob.type("vault", "check").exit()).isZero(); // as on a branch without the team's
    assertThat(scan(bob, "nothing").exit()).isZero();
    assertThat(scan(bob, SECOND).exit()).isEqualTo(1);
    Files.write(file, sound);
    assertThat(scan(bob, SECOND).exit()).isEqualTo(1);
    bob.done("vault", "remove", "--team", "db/dev");
    assertThat(scan(bob, FIRST + SECOND).out()).contains("Looked for 0 values");
  }
}
