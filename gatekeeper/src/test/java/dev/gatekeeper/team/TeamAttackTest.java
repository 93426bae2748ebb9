package dev.gatekeeper.team;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.team.TeamFixture.Person;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamContents;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody can do who writes the file, because they can push, or were a member once. */
final class TeamAttackTest {
  @TempDir Path folder;
  private Person alice;
  private Person bob;
  private Person mallory;

  @BeforeEach
  void people() throws Exception {
    alice = new Person(folder, "alice");
    bob = new Person(folder, "bob");
    mallory = new Person(folder, "mallory");
    alice.create().close();
    alice.put("db/dev", "made-up-value-1");
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
    mallory.close();
  }

  private void join() throws Exception {
    alice.add(bob);
    bob.pull(alice);
    bob.accept();
  }

  /** Every line taken away, told twice, or exchanged with the next: a slot, a part, a parent. */
  @Test
  void noLineIsDroppedRepeatedOrMoved() throws Exception {
    join();
    alice.put("db/test", "made-up-value-8");
    alice.add(mallory);
    alice.remove("mallory");
    List<String> lines = Files.readAllLines(alice.place.file());
    for (int at = 0; at < lines.size(); at++) {
      List<String> dropped = new ArrayList<>(lines);
      dropped.remove(at);
      refused(dropped);
      List<String> repeated = new ArrayList<>(lines);
      repeated.add(at, lines.get(at));
      refused(repeated);
      if (at + 1 < lines.size()) {
        List<String> moved = new ArrayList<>(lines);
        java.util.Collections.swap(moved, at, at + 1);
        refused(moved);
      }
    }
  }

  @Test
  void noNumberAndNoParentIsMadeUp() throws Exception {
    join();
    List<String> lines = Files.readAllLines(alice.place.file());
    List<String> higher = new ArrayList<>(lines);
    higher.set(2, "generation 999999999999999");
    refused(higher);
    List<String> huge = new ArrayList<>(lines);
    for (int i = 0; i < 1_000; i++) {
      huge.add(3, lines.get(3).replaceFirst("parent ....", "parent " + (1_000 + i)));
    }
    refused(huge);
    List<String> numbers = new ArrayList<>(lines);
    numbers.set(2, "generation " + "9".repeat(1_000_000));
    refused(numbers);
  }

  private static void refused(List<String> lines) {
    byte[] text =
        (String.join("\n", lines) + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> TeamText.parse(text)).isInstanceOf(VaultException.class);
  }

  @Test
  void aFileWithoutEndIsRefused() throws Exception {
    alice.write(new byte[TeamText.MAX_BYTES + 1]);
    assertThatThrownBy(alice::open).hasMessageContaining("has more than");
  }

  /** A member who promises themselves a later return is no member again by that. */
  @Test
  void whoWasRemovedDoesNotLetThemselvesInAgain() throws Exception {
    join();
    byte[] before = alice.file();
    alice.remove("bob");
    TeamText text = TeamText.parse(before);
    VaultKey key = VaultKey.generate();
    TeamHeader old = text.header();
    Member again = Member.vouched(old.id(), "bob", bob.identity.publicIdentity(), 90, bob.identity);
    TeamHeader header =
        old.next(List.of(TeamContents.digest(before)), 90)
            .with(old.slotsWith(TeamContents.slot(old, again, key)), List.of());
    alice.write(
        new TeamContents.Draft(Membership.sealed(header, key), key).seal(bob.identity).bytes());
    key.close();
    assertThatThrownBy(alice::open).hasMessageContaining("whom nobody you have accepted");
  }

  /** Two processes of one person: what one has seen is not forgotten by the other. */
  @Test
  void aRemovalThatWasSeenMeanwhileIsNotForgotten() throws Exception {
    join();
    byte[] before = alice.file();
    TeamMemory memory = new TeamMemory(alice.home, alice.place);
    bob.put("db/dev", "made-up-value-of-bob");
    byte[] late = bob.file();
    TeamMemory.Known judged = memory.judge(TeamText.parse(late), TeamContents.digest(late));
    alice.write(before);
    alice.remove("bob");
    assertThatThrownBy(() -> memory.remember(judged))
        .hasMessageContaining("bob, who has been removed");
    alice.write(late);
    assertThatThrownBy(alice::open).hasMessageContaining("bob, who has been removed");
  }

  @Test
  void aWorkTreeOfTheSameRepositoryIsKnownAndASubmoduleIsNot() throws Exception {
    dev.gatekeeper.Tools.require("git");
    Path root = alice.place.directory();
    git(root, "init", "-q");
    git(root, "add", "-A");
    git(root, "commit", "-q", "-m", "first");
    TeamPlace here = TeamPlace.of(root);
    OpenTeam.accept(
        alice.home, here, TeamFile.read(alice.home, here).digest(), alice.personal.presence());
    git(root, "worktree", "add", "-q", root.resolveSibling("linked").toString());
    TeamPlace linked = TeamPlace.of(root.resolveSibling("linked").toRealPath());
    assertThat(linked.repository()).contains(linked.directory());
    OpenTeam.open(alice.home, linked, alice.identity).close();

    Path inner = root.resolve("inner");
    Files.createDirectories(inner.resolve(".gatekeeper"));
    git(inner, "init", "-q");
    Files.copy(alice.place.file(), inner.resolve(TeamPlace.FILE));
    git(inner, "add", "-A");
    git(inner, "commit", "-q", "-m", "another repository");
    assertThatThrownBy(() -> OpenTeam.open(alice.home, TeamPlace.of(inner), alice.identity))
        .hasMessageContaining("nobody on this machine has accepted");
  }

  private static void git(Path directory, String... line) throws Exception {
    List<String> all =
        new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@localhost"));
    all.addAll(List.of(line));
    Process process = new ProcessBuilder(all).directory(directory.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
