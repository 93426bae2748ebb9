package dev.gatekeeper.succession;

import static dev.gatekeeper.vault.VaultFixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.ChangeRecord;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in the place of the vault, each compared with the same log. */
final class SeenVaultsTest {
  @TempDir Path home;
  private Path path;
  private OpenVault vault;
  private AuditLog log;
  private SeenVaults seen;

  @BeforeEach
  void create() throws Exception {
    path = home.resolve("vault");
    vault = VaultFixture.create(path);
    log = AuditLog.open(home.resolve("audit"), SampleLog.options());
    seen = new SeenVaults(home.resolve("audit"));
  }

  @AfterEach
  void close() {
    vault.close();
    log.close();
  }

  private Succession judged() throws Exception {
    return seen.judge(VaultFile.at(path));
  }

  /** Writes a generation, and records it as written. */
  private byte[] write(String name) throws Exception {
    written(put(vault, name, "made-up-value-of-" + name));
    return Files.readAllBytes(path);
  }

  private void written(Change change) throws Exception {
    written(vault.header(), change.generation(), change.digest());
  }

  private void written(Header of, long generation, String digest) throws AuditException {
    log.append(
        Entry.of(Event.VAULT_CHANGE)
            .with(Field.SOURCE, SeenVaults.source(of))
            .with(Field.GENERATION, generation)
            .with(Field.DIGEST, "sha256:" + digest)
            .with(Field.OUTCOME, SeenVaults.WRITTEN));
  }

  @Test
  void aVaultOfWhichNothingIsRecordedMayBeUsed() throws Exception {
    assertThat(judged()).isEqualTo(new Succession.NotSeen());
    assertThat(new SeenVaults(home.resolve("none")).judge(VaultFile.at(path)))
        .isEqualTo(new Succession.NotSeen());
  }

  @Test
  void theLastOneWrittenIsCurrent() throws Exception {
    write("a");
    assertThat(judged()).isEqualTo(new Succession.Current());
    write("b");
    assertThat(judged()).isEqualTo(new Succession.Current());
  }

  @Test
  void anAncestorOfWhatWasSeenIsRolledBack() throws Exception {
    byte[] first = Files.readAllBytes(path);
    byte[] second = write("a");
    write("b");
    for (byte[] older : new byte[][] {first, second}) {
      DurableFile.replace(path, older);
      assertThat(judged().holds()).isFalse();
    }
    assertThat(judged()).isEqualTo(new Succession.RolledBack(2, 3));
  }

  /** Whoever dies between record and rename has changed nothing. */
  @Test
  void aChangeThatWasOnlyBegunIsNoneThatWasSeen() throws Exception {
    write("a");
    vault.recordingTo(
        change -> {
          throw new VaultException("killed");
        });
    try {
      put(vault, "b", "made-up-value");
    } catch (VaultException e) {
      log.append(
          Entry.of(Event.VAULT_CHANGE)
              .with(Field.SOURCE, SeenVaults.source(vault.header()))
              .with(Field.GENERATION, 3)
              .with(Field.DIGEST, "sha256:" + "A".repeat(43))
              .with(Field.REASON, "put"));
    }
    assertThat(judged()).isEqualTo(new Succession.Current());
  }

  /** Whoever dies between rename and record has made the vault later than what was seen. */
  @Test
  void aChangeThatIsNotRecordedFollows() throws Exception {
    write("a");
    put(vault, "b", "made-up-value-of-b");
    assertThat(judged()).isEqualTo(new Succession.Later());
  }

  @Test
  void aMergeOfWhatWasSeenIsNoRollback() throws Exception {
    byte[] first = Files.readAllBytes(path);
    write("a");
    final String here = vault.digest();
    DurableFile.replace(path, first);
    try (OpenVault apart = VaultFixture.open(path)) {
      put(apart, "other", "made-up-value-of-other");
      // Of the same generation as what the log has seen, and with it as its second parent.
      VaultFixture.merge(apart, 2, here);
    }
    assertThat(VaultFile.at(path).header().generation()).isEqualTo(2);
    assertThat(VaultFile.at(path).header().parents()).hasSize(2).contains(here);
    assertThat(judged()).isEqualTo(new Succession.Later());
  }

  /** Whoever holds the keyring's key writes a vault with a trust key of their own. */
  @Test
  void aVaultThatAnotherTrustKeySignedIsNotTakenForIt() throws Exception {
    write("a");
    byte[] forged = VaultFixture.signedByAnother(path, 9);
    DurableFile.replace(path, forged);
    assertThat(judged()).isEqualTo(new Succession.Replaced());
    VaultFile.Claim claim = VaultFile.at(path).claim();
    written(claim.header(), 9, claim.digest());
    assertThat(judged()).isEqualTo(new Succession.Replaced());
  }

  @Test
  void aSiblingThatTheLogHasNotSeenIsRolledBack() throws Exception {
    byte[] first = Files.readAllBytes(path);
    write("a");
    DurableFile.replace(path, first);
    try (OpenVault apart = VaultFixture.open(path)) {
      put(apart, "other", "made-up-value-of-other");
    }
    assertThat(judged()).isEqualTo(new Succession.RolledBack(2, 2));
  }

  /** Any process of the user can append to the log. */
  @Test
  void aRecordOfAnOlderFileDoesNotMakeItThePresentOne() throws Exception {
    byte[] second = write("a");
    String digest = vault.digest();
    write("b");
    DurableFile.replace(path, second);
    written(vault.header(), 2, digest);
    assertThat(judged()).isEqualTo(new Succession.RolledBack(2, 3));
  }

  /** Nor a record that gives it, or what it follows, a generation above all that were seen. */
  @Test
  void aRecordThatGivesAnOlderFileAHigherGenerationDoesNotEither() throws Exception {
    write("a");
    String parent = vault.digest();
    byte[] third = write("b");
    String digest = vault.digest();
    write("c");
    DurableFile.replace(path, third);
    for (String known : new String[] {digest, parent}) {
      written(vault.header(), 9, known);
      assertThat(judged()).isEqualTo(new Succession.RolledBack(3, 9));
    }
  }

  @Test
  void theLastFileOfAVaultThatAnotherOneFollowedIsNotThePresentOne() throws Exception {
    write("a");
    byte[] old = write("b");
    Files.delete(path);
    try (OpenVault next = VaultFixture.create(path)) {
      written(next.header(), 1, next.digest());
      assertThat(judged()).isEqualTo(new Succession.Current());
    }
    DurableFile.replace(path, old);
    assertThat(judged()).isEqualTo(new Succession.Replaced());
    written(vault.header(), 3, vault.digest());
    assertThat(judged()).isEqualTo(new Succession.Replaced());
    written(vault.header(), 4, vault.digest());
    assertThat(judged()).isEqualTo(new Succession.RolledBack(3, 4));
    // What a person restores on purpose is written anew.
    try (OpenVault restored = VaultFixture.open(path)) {
      written(put(restored, "c", "made-up-value-of-c"));
    }
    assertThat(judged()).isEqualTo(new Succession.Current());
  }

  @Test
  void anAbsurdGenerationIsNotBelieved() throws Exception {
    write("a");
    for (String absurd : new String[] {"999999999999999", "0", "-1", "01", "x"}) {
      log.append(
          Entry.of(Event.VAULT_CHANGE)
              .with(Field.SOURCE, SeenVaults.source(vault.header()))
              .with(Field.GENERATION, absurd)
              .with(Field.DIGEST, "sha256:" + "A".repeat(43))
              .with(Field.OUTCOME, SeenVaults.WRITTEN));
    }
    assertThat(judged()).isEqualTo(new Succession.Current());
  }

  @Test
  void anotherVaultInItsPlaceIsNotTakenForIt() throws Exception {
    write("a");
    Path other = home.resolve("other");
    VaultFixture.create(other).close();
    DurableFile.replace(path, Files.readAllBytes(other));
    assertThat(judged()).isEqualTo(new Succession.Replaced());
    VaultFile.Claim claim = VaultFile.at(path).claim();
    written(claim.header(), 1, claim.digest());
    assertThat(judged()).isEqualTo(new Succession.Current());
  }

  /** What a person has restored on purpose: its next change is above all that was seen. */
  @Test
  void theFirstChangeOfARestoredVaultIsThePresentOne() throws Exception {
    byte[] first = Files.readAllBytes(path);
    write("a");
    byte[] third = write("b");
    DurableFile.replace(path, first);
    try (OpenVault restored = VaultFixture.open(path)) {
      restored.recordingTo(
          new ChangeRecord() {
            @Override
            public void before(Change change) {}

            @Override
            public void after(Change change) {
              try {
                written(change);
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            }

            @Override
            public long highest() {
              return 3;
            }
          });
      assertThat(put(restored, "c", "made-up-value-of-c").generation()).isEqualTo(4);
    }
    assertThat(judged()).isEqualTo(new Succession.Current());
    DurableFile.replace(path, third);
    assertThat(judged()).isEqualTo(new Succession.RolledBack(3, 4));
  }
}
