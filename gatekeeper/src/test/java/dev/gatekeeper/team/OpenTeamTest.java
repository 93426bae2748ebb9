package dev.gatekeeper.team;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.team.TeamFixture.Person;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenTeamTest {
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

  @Test
  void aMemberReadsWhatAnotherWrote() throws Exception {
    join();
    assertThat(bob.value("db/dev")).isEqualTo("made-up-value-1");
    bob.put("db/test", "made-up-value-2");
    alice.pull(bob);
    assertThat(alice.value("db/test")).isEqualTo("made-up-value-2");
    try (OpenTeam team = alice.open()) {
      assertThat(team.secrets()).extracting(SecretInfo::name).containsExactly("db/dev", "db/test");
      assertThat(team.header().parents()).hasSize(1);
    }
  }

  /** The keyring and the key holder open the personal vault too, and speak for nobody. */
  @Test
  void whatOpensWithoutAPersonReadsAndWritesNothing() throws Exception {
    byte[] before = alice.file();
    try (Passphrase passphrase = VaultFixture.passphrase();
        OpenSecrets secrets = VaultFile.in(alice.home).openSecrets(passphrase);
        TeamIdentity identity = TeamIdentity.of(secrets).orElseThrow();
        OpenTeam team = OpenTeam.open(alice.home, alice.place, identity)) {
      assertThat(TeamFixture.value(team, "db/dev")).isEqualTo("made-up-value-1");
      assertThatThrownBy(() -> TeamFixture.put(team, "db/new", "made-up-value-9"))
          .hasMessage("writing the team vault takes the passphrase");
      assertThatThrownBy(() -> team.add("bob", bob.identity.publicIdentity()))
          .hasMessage("writing the team vault takes the passphrase");
    }
    assertThat(alice.file()).isEqualTo(before);
  }

  @Test
  void anUnknownVaultIsRefusedUntilAPersonAcceptsIt() throws Exception {
    alice.add(bob);
    bob.pull(alice);
    assertThatThrownBy(bob::open)
        .isInstanceOf(VaultException.class)
        .hasMessage("nobody on this machine has accepted this project's team vault");
    bob.accept();
    bob.open().close();
  }

  @Test
  void whoIsNotAMemberOpensNothing() throws Exception {
    mallory.pull(alice);
    mallory.accept();
    assertThatThrownBy(mallory::open)
        .hasMessage("you are not a member of this project's team vault");
  }

  @Test
  void aVaultOfAnotherIdIsRefused() throws Exception {
    join();
    mallory.create().close();
    mallory.add(bob);
    bob.pull(mallory);
    assertThatThrownBy(bob::open).hasMessageContaining("another one than the person");
  }

  /** Sealing to the members is easy: their public halves are in the file. */
  @Test
  void aVaultWithTheSameIdButWrittenByAStrangerIsRefused() throws Exception {
    join();
    byte[] forged = Forgery.by(mallory, bob, alice).sameId();
    bob.write(forged);
    assertThatThrownBy(bob::open)
        .hasMessage(
            "this team vault was written by mallory, whom nobody you have accepted has let in");
    alice.write(forged);
    assertThatThrownBy(alice::open).hasMessageContaining("whom nobody you have accepted");
  }

  @Test
  void whoWasRemovedReadsNothingThatIsWrittenAfterwards() throws Exception {
    join();
    bob.open().close();
    alice.remove("bob");
    alice.put("db/dev", "made-up-value-3");
    bob.pull(alice);
    assertThatThrownBy(bob::open).hasMessage("you are not a member of this project's team vault");
    assertThat(alice.value("db/dev")).isEqualTo("made-up-value-3");
  }

  @Test
  void whoWasRemovedWritesNothingThatCounts() throws Exception {
    join();
    byte[] before = alice.file();
    alice.remove("bob");
    bob.write(before);
    bob.put("db/dev", "made-up-value-of-bob");
    alice.pull(bob);
    assertThatThrownBy(alice::open)
        .hasMessage("this team vault was written by bob, who has been removed");
  }

  @Test
  void whoWasRemovedLetsNobodyIn() throws Exception {
    join();
    byte[] before = alice.file();
    alice.remove("bob");
    bob.write(before);
    bob.add(mallory);
    mallory.pull(bob);
    mallory.accept();
    mallory.put("db/dev", "made-up-value-of-mallory");
    alice.pull(mallory);
    assertThatThrownBy(alice::open).hasMessageContaining("whom nobody you have accepted");
  }

  @Test
  void whoComesBackCountsAgain() throws Exception {
    join();
    alice.remove("bob");
    alice.add(bob);
    bob.pull(alice);
    bob.put("db/dev", "made-up-value-4");
    alice.pull(bob);
    assertThat(alice.value("db/dev")).isEqualTo("made-up-value-4");
  }

  @Test
  void anOlderFileIsNoticedAndNothingIsWrittenIntoItForTheRemoved() throws Exception {
    join();
    byte[] before = alice.file();
    alice.put("db/dev", "made-up-value-5");
    byte[] later = alice.file();
    alice.remove("bob");
    alice.write(later);
    try (OpenTeam team = alice.open()) {
      assertThat(team.isOld()).isTrue();
      assertThat(team.back()).extracting(Member::label).containsExactly("bob");
      assertThatThrownBy(() -> TeamFixture.put(team, "db/new", "made-up-value-6"))
          .hasMessageContaining("this file still lets in bob");
    }
    alice.write(before);
    assertThat(TeamFile.read(alice.home, alice.place).old()).isTrue();
  }

  @Test
  void aRekeyKeepsEverySecretAndIsAcceptedByWhoSawTheFileBefore() throws Exception {
    join();
    bob.open().close();
    try (OpenTeam team = alice.open()) {
      team.rekey();
    }
    bob.pull(alice);
    assertThat(bob.value("db/dev")).isEqualTo("made-up-value-1");
    try (OpenTeam team = bob.open()) {
      assertThat(team.isOld()).isFalse();
    }
  }

  @Test
  void aThirdIsKnownThroughTheSecond() throws Exception {
    join();
    bob.add(mallory); // a member like any other, this once
    mallory.pull(bob);
    mallory.accept();
    mallory.put("db/third", "made-up-value-7");
    alice.pull(mallory);
    assertThat(alice.value("db/third")).isEqualTo("made-up-value-7");
  }

  @Test
  void nobodyRemovesThemselvesAndNoLabelIsGivenTwice() throws Exception {
    join();
    assertThatThrownBy(() -> alice.remove("alice")).hasMessageContaining("nobody removes");
    assertThatThrownBy(() -> alice.add(bob)).hasMessageContaining("has a member with that label");
    assertThatThrownBy(() -> alice.remove("carol")).hasMessageContaining("no member with that");
  }

  @Test
  void everyFlippedBitIsRefusedBeforeAnythingIsOpened() throws Exception {
    byte[] file = alice.file();
    for (int at = 0; at < file.length; at++) {
      byte[] flipped = file.clone();
      flipped[at] ^= (byte) (1 << (at % 8));
      int place = at;
      assertThatThrownBy(() -> TeamText.parse(flipped))
          .as("byte %d", place)
          .isInstanceOf(VaultException.class);
    }
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    String file = Files.readString(alice.place.file());
    for (int at = 0; at < file.length(); at += 7) {
      byte[] cut = file.substring(0, at).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      assertThatThrownBy(() -> TeamText.parse(cut)).isInstanceOf(VaultException.class);
    }
  }

  @Test
  void whatIsReadIsWrittenBack() throws Exception {
    join();
    alice.remove("bob");
    byte[] file = alice.file();
    assertThat(TeamText.parse(file).print()).isEqualTo(file);
  }

  @Test
  void aSymbolicLinkIsRefused() throws Exception {
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(alice.place.file(), elsewhere);
    Files.createSymbolicLink(alice.place.file(), elsewhere);
    assertThatThrownBy(alice::open).hasMessageContaining("is not a regular file");
    Path own = alice.place.file().getParent();
    Files.delete(alice.place.file());
    Files.move(own, folder.resolve("own"));
    Files.createSymbolicLink(own, folder.resolve("own"));
    Files.move(elsewhere, folder.resolve("own/team.vault"));
    assertThatThrownBy(alice::open).hasMessageContaining(".gatekeeper is a symbolic link");
  }

  @Test
  void conflictMarkersAreExplained() throws Exception {
    String file = Files.readString(alice.place.file());
    alice.write(
        ("<<<<<<< HEAD\n" + file + "=======\n" + file + ">>>>>>> other\n")
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThatThrownBy(alice::open)
        .hasMessageContaining("git has merged the team vault as if it were text");
  }

  @Test
  void whatWasSeenOnThisMachineIsSignedWhereAPersonSaidIt() throws Exception {
    join();
    Path accepted = bob.home.resolve("team.accepted");
    String text = Files.readString(accepted);
    Files.writeString(accepted, text.replace("alice", "alise"));
    assertThatThrownBy(bob::open).hasMessageContaining("not signed by the personal vault");
  }

  /** Whoever can write in the home can lengthen the list of those seen, but not let them in. */
  @Test
  void whatWasSeenLetsNobodyInByItself() throws Exception {
    join();
    byte[] forged = Forgery.by(mallory, bob, alice).sameId();
    Path seen = bob.home.resolve("team").resolve(alice.open().header().id() + ".seen");
    bob.open().close();
    List<String> lines = new ArrayList<>(Files.readAllLines(seen));
    Member stranger =
        TeamText.parse(forged)
            .header()
            .signer(mallory.identity.publicIdentity().signKey())
            .orElseThrow();
    lines.add(4, "member " + TeamText.words(stranger));
    Files.write(seen, lines);
    bob.write(forged);
    assertThatThrownBy(bob::open).hasMessageContaining("whom nobody you have accepted");
  }
}
