package dev.gatekeeper.team;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.team.TeamFixture.Person;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamContents;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TeamMergeTest {
  private static final byte[] NOTHING = {};

  @TempDir Path folder;
  private Person alice;
  private Person bob;
  private Person carol;
  private byte[] base;

  @BeforeEach
  void people() throws Exception {
    alice = new Person(folder, "alice");
    bob = new Person(folder, "bob");
    carol = new Person(folder, "carol");
    alice.create().close();
    alice.add(bob);
    alice.add(carol);
    alice.put("db/dev", "made-up-value-1");
    base = alice.file();
    for (Person other : new Person[] {bob, carol}) {
      other.pull(alice);
      other.accept();
    }
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
    carol.close();
  }

  private TeamMerge.Result merge(Person by, byte[] ancestor, byte[] ours, byte[] theirs)
      throws VaultException {
    return new TeamMerge(by.home, by.place, by.identity).merge(ancestor, ours, theirs, Map.of());
  }

  private void takes(Person by, TeamMerge.Result result) throws Exception {
    assertThat(result.conflicts()).isEmpty();
    by.write(result.merged().orElseThrow().bytes());
  }

  @Test
  void bothSidesAreKeptAndBothAreNamedAsParents() throws Exception {
    alice.put("a", "made-up-value-a");
    bob.put("b", "made-up-value-b");
    takes(alice, merge(alice, base, alice.file(), bob.file()));
    assertThat(alice.value("a")).isEqualTo("made-up-value-a");
    assertThat(alice.value("b")).isEqualTo("made-up-value-b");
    try (OpenTeam team = alice.open()) {
      assertThat(team.header().parents()).hasSize(2);
      assertThat(team.header().generation()).isEqualTo(6);
      assertThat(team.isOld()).isFalse();
    }
    bob.pull(alice);
    try (OpenTeam team = bob.open()) {
      assertThat(team.isOld()).as("a merge is no rollback").isFalse();
    }
  }

  @Test
  void whatBothChangedIsToldByNameAndNeverByValue() throws Exception {
    alice.put("db/dev", "made-up-value-of-alice");
    bob.put("db/dev", "made-up-value-of-bob");
    TeamMerge.Result result = merge(alice, base, alice.file(), bob.file());
    assertThat(result.conflicts()).containsExactly("db/dev");
    assertThat(result.merged()).isEmpty();
    assertThat(result.toString()).doesNotContain("made-up");
    for (TeamMerge.Side side : TeamMerge.Side.values()) {
      TeamMerge.Result chosen =
          new TeamMerge(alice.home, alice.place, alice.identity)
              .merge(base, alice.file(), bob.file(), Map.of("db/dev", side));
      Person reader = side == TeamMerge.Side.OURS ? alice : bob;
      byte[] own = reader.file();
      takes(reader, chosen);
      assertThat(reader.value("db/dev")).isEqualTo("made-up-value-of-" + reader.label);
      reader.write(own);
    }
  }

  @Test
  void theSameValueOnBothSidesIsNoConflict() throws Exception {
    alice.put("db/dev", "made-up-value-2");
    bob.put("db/dev", "made-up-value-2");
    takes(alice, merge(alice, base, alice.file(), bob.file()));
    assertThat(alice.value("db/dev")).isEqualTo("made-up-value-2");
  }

  @Test
  void aRemovedSecretStaysRemovedUnlessTheOtherSideChangedIt() throws Exception {
    try (OpenTeam team = alice.open()) {
      team.remove("db/dev");
    }
    bob.put("b", "made-up-value-b");
    TeamMerge.Result result = merge(bob, base, bob.file(), alice.file());
    takes(bob, result);
    assertThatThrownBy(() -> bob.value("db/dev")).hasMessageContaining("has no secret db/dev");
    carol.put("db/dev", "made-up-value-of-carol");
    assertThat(merge(carol, base, carol.file(), alice.file()).conflicts())
        .containsExactly("db/dev");
  }

  @Test
  void anAttributeOfOneSideAndAValueOfTheOtherAreBothKept() throws Exception {
    try (OpenTeam team = alice.open();
        SecretValue same = SecretValue.taking("made-up-value-1".getBytes(UTF_8))) {
      team.putAll(Map.of("db/dev", same), Map.of("owner", "alice"), NOW);
    }
    bob.put("c", "made-up-value-c");
    takes(bob, merge(bob, base, bob.file(), alice.file()));
    try (OpenTeam team = bob.open()) {
      assertThat(team.info("db/dev").attributes()).containsEntry("owner", "alice");
    }
  }

  /** The point of a removal: what is sealed later is sealed under a key that the removed lack. */
  @Test
  void whoOneSideRemovedOpensNothingOfTheResult() throws Exception {
    VaultKey known;
    try (OpenTeam team = bob.open()) {
      TeamText text = TeamText.parse(base);
      known =
          bob.identity
              .open(
                  text.header().id(),
                  text.header().slot(bob.identity.publicIdentity()).orElseThrow().sealedKey())
              .orElseThrow();
      assertThat(team.secrets()).hasSize(1);
    }
    carol.put("carol/new", "made-up-value-for-alice-and-carol");
    alice.remove("bob");
    for (Person by : new Person[] {alice, carol}) {
      Person other = by == alice ? carol : alice;
      byte[] own = by.file();
      TeamMerge.Result result = merge(by, base, by.file(), other.file());
      assertThat(result.notes()).anyMatch(note -> note.startsWith("bob was removed on one side"));
      takes(by, result);
      assertThat(by.value("carol/new")).isEqualTo("made-up-value-for-alice-and-carol");
      byte[] merged = by.file();
      assertThat(TeamText.parse(merged).header().slot("bob")).isEmpty();
      assertThatThrownBy(() -> TeamContents.open(TeamText.parse(merged), merged, known))
          .isInstanceOf(VaultException.class);
      by.write(own);
    }
    known.close();
  }

  @Test
  void twoRemovalsOnTwoSidesBothHold() throws Exception {
    alice.remove("bob");
    Person dave = new Person(folder, "dave");
    carol.add(dave);
    carol.remove("dave");
    takes(alice, merge(alice, base, alice.file(), carol.file()));
    try (OpenTeam team = alice.open()) {
      assertThat(team.header().members())
          .extracting(Member::label)
          .containsExactly("alice", "carol");
      assertThat(team.header().removed()).hasSize(2);
    }
    dave.close();
  }

  @Test
  void twoRekeysBecomeOneNewKey() throws Exception {
    for (Person each : new Person[] {alice, bob}) {
      try (OpenTeam team = each.open()) {
        team.rekey();
      }
      each.put(each.label, "made-up-value-of-" + each.label);
    }
    takes(bob, merge(bob, base, bob.file(), alice.file()));
    alice.pull(bob);
    assertThat(alice.value("bob")).isEqualTo("made-up-value-of-bob");
    assertThat(alice.value("alice")).isEqualTo("made-up-value-of-alice");
  }

  /** They kept the old key: after their removal they can write what looks like a branch of it. */
  @Test
  void aBranchWrittenLastByWhomTheOtherSideRemovedIsRefused() throws Exception {
    alice.remove("bob");
    bob.put("db/dev", "made-up-value-of-bob");
    assertThatThrownBy(() -> merge(alice, base, alice.file(), bob.file()))
        .hasMessageContaining("written by bob, who has been removed");
    assertThatThrownBy(() -> merge(carol, base, alice.file(), bob.file()))
        .as("carol has seen no removal yet, but one side names it")
        .hasMessageContaining("whom this side has removed");
  }

  @Test
  void aForgedSideIsRefused() throws Exception {
    Person mallory = new Person(folder, "mallory");
    byte[] forged = Forgery.by(mallory, alice).sameId();
    assertThatThrownBy(() -> merge(alice, base, alice.file(), forged))
        .hasMessageContaining("whom nobody you have accepted has let in");
    mallory.close();
  }

  @Test
  void aHostileAncestorOnlyKeepsMore() throws Exception {
    Person mallory = new Person(folder, "mallory");
    alice.put("a", "made-up-value-a");
    bob.put("b", "made-up-value-b");
    byte[] cut = java.util.Arrays.copyOf(base, base.length / 2);
    for (byte[] ancestor :
        new byte[][] {
          NOTHING,
          cut,
          new byte[9 << 20],
          Forgery.by(mallory, alice).sameId(),
          "<<<<<<< x\n".getBytes(UTF_8)
        }) {
      TeamMerge.Result result = merge(alice, ancestor, alice.file(), bob.file());
      assertThat(result.conflicts()).isEmpty();
      byte[] own = alice.file();
      takes(alice, result);
      try (OpenTeam team = alice.open()) {
        assertThat(team.secrets()).hasSize(3);
      }
      alice.write(own);
    }
    mallory.close();
  }

  @Test
  void withoutAnAncestorNothingCountsAsRemoved() throws Exception {
    try (OpenTeam team = alice.open()) {
      team.remove("db/dev");
    }
    bob.put("b", "made-up-value-b");
    TeamMerge.Result result = merge(alice, NOTHING, alice.file(), bob.file());
    assertThat(result.notes()).anyMatch(note -> note.startsWith("kept db/dev"));
    takes(alice, result);
    assertThat(alice.value("db/dev")).isEqualTo("made-up-value-1");
  }

  @Test
  void equalSidesAreTheResult() throws Exception {
    TeamMerge.Result result = merge(alice, base, alice.file(), alice.file());
    assertThat(result.merged().orElseThrow().bytes()).isEqualTo(alice.file());
  }

  @Test
  void whoIsNoMemberMergesNothing() throws Exception {
    alice.remove("bob");
    byte[] theirs = alice.file();
    assertThatThrownBy(() -> merge(bob, base, bob.file(), theirs))
        .isInstanceOf(VaultException.class);
  }
}
