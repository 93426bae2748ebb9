package dev.gatekeeper.vault;

import static dev.gatekeeper.vault.VaultFixture.put;
import static dev.gatekeeper.vault.VaultFixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of slot opens, and what whoever opened it cannot make of it. */
final class SlotsTest {
  @TempDir Path home;
  private Path path;
  private byte[] wrapping = {};
  private final SealKeyPair recipient = SealKeyPair.generate();

  @BeforeEach
  void create() throws VaultException {
    path = home.resolve("vault");
    try (OpenVault vault = VaultFixture.create(path)) {
      put(vault, "github/token", "made-up-value-of-a-token");
      wrapping = vault.addKeyringSlot("keyring");
      vault.addRecipientSlot("ci@example.org", recipient.publicKey());
    }
  }

  @Test
  void theKeyringsKeyOpensTheSecrets() throws Exception {
    try (OpenSecrets secrets = VaultFile.at(path).openByKeyring(wrapping)) {
      assertThat(value(secrets, "github/token")).isEqualTo("made-up-value-of-a-token");
    }
    assertThatThrownBy(() -> VaultFile.at(path).openByKeyring(new byte[32]))
        .hasMessage("the keyring's key opens no slot of the vault");
    assertThatThrownBy(() -> VaultFile.at(path).openByKeyring(new byte[0]))
        .hasMessage("the keyring's key opens no slot of the vault");
  }

  @Test
  void aRecipientOpensTheSecrets() throws Exception {
    try (OpenSecrets secrets = VaultFile.at(path).openAs(recipient)) {
      assertThat(value(secrets, "github/token")).isEqualTo("made-up-value-of-a-token");
    }
    assertThatThrownBy(() -> VaultFile.at(path).openAs(SealKeyPair.generate()))
        .hasMessage("the vault has no slot for that key");
  }

  @Test
  void aSecondPassphraseProvesPresenceToo() throws Exception {
    try (OpenVault vault = VaultFixture.open(path);
        Passphrase second = second()) {
      vault.addPassphraseSlot("paper", second, Argon2Cost.LEAST);
    }
    try (Passphrase second = second();
        OpenVault vault = VaultFile.at(path).open(second)) {
      byte[] message = "made-up trust".getBytes(UTF_8);
      assertThat(vault.header().verifiesTrust(message, vault.signTrust(message))).isTrue();
      assertThat(vault.header().slots())
          .containsExactly(
              "passphrase (passphrase)",
              "keyring (keyring)",
              "ci@example.org (recipient)",
              "paper (passphrase)");
    }
  }

  @Test
  void whoNeedsNoPresenceGetsNone() throws Exception {
    try (Passphrase passphrase = VaultFixture.passphrase();
        OpenSecrets secrets = VaultFile.at(path).openSecrets(passphrase)) {
      assertThat(secrets).isNotInstanceOf(OpenVault.class);
      assertThat(value(secrets, "github/token")).isEqualTo("made-up-value-of-a-token");
    }
  }

  @Test
  void aLabelIsUniqueAndInBounds() throws Exception {
    try (OpenVault vault = VaultFixture.open(path)) {
      for (String label : List.of("keyring", "", "a b", "a\nb", "x".repeat(65))) {
        assertThatThrownBy(() -> vault.addRecipientSlot(label, recipient.publicKey()))
            .hasMessage("a slot has that label, or it is none");
      }
      assertThatThrownBy(() -> vault.addRecipientSlot("zero", new byte[32]))
          .hasMessage("that is no X25519 public key");
    }
  }

  @Test
  void anIdentityOpensWithoutAPerson() throws Exception {
    byte[] half = recipient.unsafePrivateKey();
    try (OpenVault vault = VaultFixture.open(path);
        SecretValue identity = SecretValue.taking(half.clone());
        SecretValue cut = SecretValue.taking(new byte[31])) {
      vault.putIdentity("team", identity);
      assertThatThrownBy(() -> vault.putIdentity("team", identity))
          .hasMessage("the vault has an identity of that name");
      assertThatThrownBy(() -> vault.putIdentity("other", cut))
          .hasMessage("an identity has 32 bytes, not 31");
    }
    try (OpenSecrets secrets = VaultFile.at(path).openByKeyring(wrapping);
        SecretValue identity = secrets.identity("team").orElseThrow()) {
      identity.revealTo(bytes -> assertThat(bytes).isEqualTo(half));
      assertThat(secrets.identity("other")).isEmpty();
      assertThat(secrets.secrets()).hasSize(1);
    }
  }

  /** Whoever holds the vault key can compute every MAC of the file; but it is signed. */
  @Test
  void theVaultKeyAloneWritesNothingThatIsBelieved() throws Exception {
    VaultKey key = stolenKey();
    Contents sound = Contents.verify(Files.readAllBytes(path), key);
    Contents.Draft draft = new Contents.Draft(sound, 0, key, statement -> new byte[64]);
    draft.put(Index.SECRET, "github/token", 9, Map.of(), "of the attacker".getBytes(UTF_8));

    assertThatThrownBy(draft::seal)
        .hasMessage(
            "the vault was altered, or written without its passphrase: its trust key did not sign"
                + " it");
  }

  /**
   * The attack that sealing to a public key allows: a presence key, a trust key and a signature of
   * the attacker's own, sealed to the slot of the passphrase.
   */
  @Test
  void aTrustKeyOfWhoeverHoldsTheVaultKeyIsNotTakenForThePersons() throws Exception {
    byte[] forged = forged(stolenKey());
    DurableFile.replace(path, forged);

    assertThatThrownBy(() -> VaultFixture.open(path))
        .hasMessage("the passphrase does not open the vault (wrong, or the slot was altered)");
  }

  @Test
  void aRunningSessionNoticesAnotherTrustKey() throws Exception {
    byte[] forged = forged(stolenKey());
    try (OpenSecrets secrets = VaultFile.at(path).openByKeyring(wrapping)) {
      DurableFile.replace(path, forged);
      assertThatThrownBy(secrets::secrets)
          .hasMessage(
              "another vault, or one with another trust key, was put in the place of this one");
    }
  }

  /** Everything that the vault key lets one write: all but what the passphrase wraps. */
  private byte[] forged(VaultKey key) throws Exception {
    Header header = VaultFile.at(path).header();
    byte[][] trust = Ed25519.generate();
    VaultKey presence = VaultKey.generate();
    Header next = header.next("A".repeat(43), 0);
    Header mine =
        new Header(
            next.id(),
            next.generation(),
            next.parents(),
            Map.of(
                "audit",
                new Header.NamedKey("x25519", Base64Url.of(header.auditPublicKey())),
                "trust",
                new Header.NamedKey("ed25519", Base64Url.of(trust[0]))),
            Map.of(),
            header.allSlots());
    List<Slot> slots = new ArrayList<>();
    for (Slot slot : header.allSlots()) {
      slots.add(
          slot instanceof Slot.ByKeyring
              ? Slot.ByKeyring.create("keyring", header.idBytes(), trust[0], key, wrapping)
              : slot.resealed(header.idBytes(), key, presence));
    }
    Contents.Draft draft =
        new Contents.Draft(
            mine.withSlots(slots), key, statement -> Ed25519.sign(trust[1], statement));
    draft.putKey("trust", trust[1], presence);
    return draft.seal().bytes();
  }

  private VaultKey stolenKey() throws Exception {
    Header header = VaultFile.at(path).header();
    for (Slot slot : header.allSlots()) {
      if (slot instanceof Slot.ByKeyring keyring) {
        byte[] half =
            keyring.privateHalf(header.idBytes(), header.trustBytes(), wrapping).orElseThrow();
        return slot.open(header.idBytes(), half).orElseThrow();
      }
    }
    throw new AssertionError();
  }

  private static Passphrase second() throws VaultException {
    return new Passphrase("another made-up passphrase".getBytes(UTF_8));
  }
}
