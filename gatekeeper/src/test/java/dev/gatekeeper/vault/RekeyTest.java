package dev.gatekeeper.vault;

import static dev.gatekeeper.vault.VaultFixture.put;
import static dev.gatekeeper.vault.VaultFixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.Aead;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other keys for a vault: what opened it before opens nothing of it afterwards. */
final class RekeyTest {
  private static final String NEXT = "the next made-up passphrase";

  @TempDir Path home;
  private Path path;
  private byte[] wrapping = {};
  private final SealKeyPair recipient = SealKeyPair.generate();

  @BeforeEach
  void create() throws VaultException {
    path = home.resolve("vault");
    try (OpenVault vault = VaultFixture.create(path)) {
      put(vault, "github/token", "made-up-value-of-a-token");
      put(vault, "db/dev", "made-up-value-of-a-database");
      wrapping = vault.addKeyringSlot("keyring");
      vault.addRecipientSlot("ci", recipient.publicKey());
    }
  }

  @Test
  void theOldPassphraseAndAnOldCopyOpenNothing() throws Exception {
    byte[] old = Files.readAllBytes(path);
    changePassphrase();

    assertThatThrownBy(() -> VaultFixture.open(path))
        .hasMessage("the passphrase does not open the vault (wrong, or the slot was altered)");
    try (Passphrase next = next();
        OpenVault vault = VaultFile.at(path).open(next)) {
      assertThat(value(vault, "github/token")).isEqualTo("made-up-value-of-a-token");
      assertThat(vault.header().verifiesTrust(new byte[1], vault.signTrust(new byte[1]))).isTrue();
    }
    assertNothingOpens(old, true);
  }

  /** Whoever is told that other keys are written finds the vault open by them. */
  @Test
  void theVaultSignsWhenItsChangeIsToldOf() throws Exception {
    List<Boolean> signed = new ArrayList<>();
    try (OpenVault vault = VaultFixture.open(path)) {
      ChangeRecord telling =
          new ChangeRecord() {
            @Override
            public void before(Change change) {}

            @Override
            public void after(Change change) {
              try {
                byte[] signature = vault.signTrust(new byte[1]);
                signed.add(vault.header().verifiesTrust(new byte[1], signature));
                signed.add(value(vault, "db/dev").equals("made-up-value-of-a-database"));
              } catch (VaultException e) {
                signed.add(false);
              }
            }
          };
      vault.recordingTo(telling).rekey();
      assertThat(signed).containsExactly(true, true);
    }
  }

  @Test
  void whatElseOpenedTheVaultStillDoes() throws Exception {
    try (OpenVault vault = VaultFixture.open(path);
        Passphrase paper = passphrase("made-up passphrase on paper")) {
      vault.addPassphraseSlot("paper", paper, Argon2Cost.LEAST);
    }
    changePassphrase();

    try (OpenSecrets byKeyring = VaultFile.at(path).openByKeyring(wrapping);
        OpenSecrets asRecipient = VaultFile.at(path).openAs(recipient);
        Passphrase paper = passphrase("made-up passphrase on paper");
        OpenVault byPaper = VaultFile.at(path).open(paper)) {
      assertThat(value(byKeyring, "db/dev")).isEqualTo("made-up-value-of-a-database");
      assertThat(value(asRecipient, "db/dev")).isEqualTo("made-up-value-of-a-database");
      byPaper.remove("db/dev");
      assertThat(byKeyring.secrets()).hasSize(1);
    }
  }

  @Test
  void aRekeyedVaultOpensAsBeforeButByNoKeyOfBefore() throws Exception {
    byte[] old = Files.readAllBytes(path);
    try (OpenVault vault = VaultFixture.open(path);
        OpenSecrets running = VaultFile.at(path).openByKeyring(wrapping)) {
      assertThat(vault.rekey().what()).isEqualTo("rekey");
      put(vault, "after", "made-up-value-after");
      assertThatThrownBy(() -> running.reveal("after"))
          .hasMessage("the header of the vault was altered, or the vault has a new key");
    }
    try (OpenVault again = VaultFixture.open(path);
        OpenSecrets byKeyring = VaultFile.at(path).openByKeyring(wrapping)) {
      assertThat(value(again, "github/token")).isEqualTo("made-up-value-of-a-token");
      assertThat(value(byKeyring, "after")).isEqualTo("made-up-value-after");
      assertThat(again.info("github/token").version()).isEqualTo(1);
    }
    assertNothingOpens(old, false);
  }

  @Test
  void aRemovedSlotOpensNothing() throws Exception {
    byte[] old = Files.readAllBytes(path);
    try (OpenVault vault = VaultFixture.open(path)) {
      assertThat(vault.removeSlot("keyring").what()).isEqualTo("slot-remove keyring keyring");
      assertThat(vault.removeSlot("ci").what()).isEqualTo("slot-remove recipient ci");
      assertThatThrownBy(() -> vault.removeSlot("ci"))
          .hasMessage("the vault has no slot of that label");
      assertThatThrownBy(() -> vault.removeSlot("passphrase"))
          .hasMessage(
              "that is the only slot of a passphrase: nobody could change the vault any more");
      assertThat(value(vault, "github/token")).isEqualTo("made-up-value-of-a-token");
    }
    assertThatThrownBy(() -> VaultFile.at(path).openByKeyring(wrapping))
        .hasMessage("the keyring's key opens no slot of the vault");
    assertThatThrownBy(() -> VaultFile.at(path).openAs(recipient))
        .hasMessage("the vault has no slot for that key");
    assertNothingOpens(old, false);
  }

  /** A writer that was killed leaves a draft, which is a vault of its time. */
  @Test
  void noCopyStaysBesideTheFile() throws Exception {
    Path draft = home.resolve(".vault.0123456789abcdef.tmp");
    Files.copy(path, draft);
    Path other = Files.writeString(home.resolve(".vault.note.tmp"), "no draft");
    changePassphrase();

    assertThat(draft).doesNotExist();
    try (var files = Files.list(home)) {
      assertThat(files).containsExactlyInAnyOrder(path, home.resolve("vault.lock"), other);
    }
  }

  @Test
  void withoutARecordNothingChanges() throws Exception {
    byte[] before = Files.readAllBytes(path);
    try (OpenVault vault = VaultFixture.open(path);
        Passphrase next = next()) {
      vault.recordingTo(
          change -> {
            throw new VaultException("no record of " + change.what());
          });
      assertThatThrownBy(() -> vault.changePassphrase(next, Argon2Cost.LEAST))
          .hasMessage("no record of passphrase");
      assertThatThrownBy(vault::rekey).hasMessage("no record of rekey");
      assertThat(path).hasBinaryContent(before);
      vault.recordingTo(change -> {});
      put(vault, "after", "made-up-value-after");
    }
    try (OpenVault vault = VaultFixture.open(path)) {
      assertThat(value(vault, "after")).isEqualTo("made-up-value-after");
    }
  }

  @Test
  void aShortPassphraseIsRefused() throws Exception {
    try (OpenVault vault = VaultFixture.open(path);
        Passphrase tooShort = passphrase("ninebytes")) {
      assertThatThrownBy(() -> vault.changePassphrase(tooShort, Argon2Cost.LEAST))
          .hasMessage("the passphrase has 9 bytes; at least 10 are needed");
    }
  }

  /** All keys that an old file yields, against everything that is sealed in the new one. */
  private void assertNothingOpens(byte[] old, boolean passphraseToo) throws Exception {
    VaultText before = VaultText.parse(old);
    VaultText now = VaultText.parse(Files.readAllBytes(path));
    byte[] id = before.header().idBytes();
    Slot.ByPassphrase slot = (Slot.ByPassphrase) before.header().allSlots().getFirst();
    byte[] half;
    try (Passphrase known = VaultFixture.passphrase()) {
      half = slot.privateHalf(id, before.header().trustBytes(), known).orElseThrow();
    }
    VaultKey oldKey = slot.open(id, half).orElseThrow();
    VaultKey oldPresence = slot.openPresence(id, half).orElseThrow();
    if (passphraseToo) {
      for (Slot each : now.header().allSlots()) {
        assertThat(each.open(id, half)).isEmpty();
        if (each instanceof Slot.ByPassphrase passphrase) {
          assertThat(passphrase.openPresence(id, half)).isEmpty();
        }
      }
    }
    byte[] bytes = Files.readAllBytes(path);
    assertThatThrownBy(() -> Contents.verify(bytes, oldKey)).isInstanceOf(VaultException.class);
    Index index = Contents.verify(old, oldKey).index();
    List<Index.Entry> entries = new ArrayList<>(index.entries());
    assertThat(entries).hasSize(4);
    for (Index.Entry entry : entries) {
      byte[][] context = entry.context(id);
      byte[] aad = Contents.aad(context);
      for (String part : now.parts()) {
        for (VaultKey key : List.of(oldKey, oldPresence)) {
          assertThat(Aead.open(key.derive("part", context), aad, Base64Url.parse(part))).isEmpty();
        }
      }
    }
  }

  private void changePassphrase() throws VaultException {
    try (OpenVault vault = VaultFixture.open(path);
        Passphrase next = next()) {
      assertThat(vault.changePassphrase(next, Argon2Cost.LEAST).what()).isEqualTo("passphrase");
    }
  }

  private static Passphrase next() throws VaultException {
    return passphrase(NEXT);
  }

  private static Passphrase passphrase(String text) throws VaultException {
    return new Passphrase(text.getBytes(UTF_8));
  }
}
