package dev.gatekeeper.vault;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static dev.gatekeeper.vault.VaultFixture.put;
import static dev.gatekeeper.vault.VaultFixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenVaultTest {
  @TempDir Path home;
  private Path path;
  private OpenVault vault;

  @BeforeEach
  void create() throws VaultException {
    path = home.resolve("vault");
    vault = VaultFixture.create(path);
  }

  @AfterEach
  void close() {
    vault.close();
  }

  @Test
  void aNewVaultHoldsNoSecret() throws VaultException {
    assertThat(vault.secrets()).isEmpty();
    assertThat(vault.header().generation()).isEqualTo(1);
    assertThat(vault.header().parents()).isEmpty();
  }

  @Test
  void whatIsPutComesBack() throws VaultException {
    put(vault, "github/token", "made-up-value-of-a-token");

    assertThat(value(vault, "github/token")).isEqualTo("made-up-value-of-a-token");
    try (OpenVault again = VaultFixture.open(path)) {
      assertThat(value(again, "github/token")).isEqualTo("made-up-value-of-a-token");
    }
  }

  @Test
  void aSecondPutIsANewVersionAndKeepsWhatIsKnown() throws VaultException {
    try (SecretValue value = SecretValue.taking("first made-up value".getBytes(UTF_8))) {
      vault.put("db/dev", value, Map.of(SecretInfo.OWNER, "bob"), NOW);
    }
    Change change;
    try (SecretValue value = SecretValue.taking("other made-up value".getBytes(UTF_8))) {
      change = vault.put("db/dev", value, Map.of(), NOW.plusSeconds(60));
    }

    assertThat(change.what()).isEqualTo("replace");
    assertThat(change.names()).containsExactly("db/dev");
    assertThat(vault.info("db/dev"))
        .isEqualTo(
            new SecretInfo(
                "db/dev",
                2,
                new java.util.TreeMap<>(
                    Map.of(
                        "owner", "bob",
                        "created", "2026-03-01T12:00:00Z",
                        "rotated", "2026-03-01T12:01:00Z"))));
    assertThat(value(vault, "db/dev")).isEqualTo("other made-up value");
  }

  @Test
  void removalIsReal() throws Exception {
    put(vault, "a", "made-up-value-a");
    put(vault, "b", "made-up-value-b");
    vault.remove("a");

    assertThat(vault.secrets()).extracting(SecretInfo::name).containsExactly("b");
    assertThatThrownBy(() -> vault.reveal("a"))
        .isInstanceOf(VaultException.class)
        .hasMessage("the vault has no secret a");
    assertThat(home).isDirectoryContaining(file -> file.endsWith("vault"));
    try (var files = Files.list(home)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("vault", "vault.lock");
    }
  }

  @Test
  void eachGenerationNamesTheOneBefore() throws VaultException {
    String first = vault.digest();
    Change change = put(vault, "a", "made-up-value-a");

    assertThat(vault.header().parents()).containsExactly(first);
    assertThat(change.generation()).isEqualTo(2);
    assertThat(change.digest()).isEqualTo(vault.digest());
  }

  @Test
  void anOpenVaultSeesWhatAnotherWrote() throws VaultException {
    try (OpenVault other = VaultFixture.open(path)) {
      put(other, "late", "made-up-value-late");
    }

    assertThat(value(vault, "late")).isEqualTo("made-up-value-late");
  }

  @Test
  void namesOutsideTheGrammarAreRefused() {
    for (String name : new String[] {"", "a b", "/a", "a/", "../x", "a\nb", "ä", "a".repeat(65)}) {
      assertThatThrownBy(() -> put(vault, name, "made-up-value"))
          .isInstanceOf(VaultException.class)
          .hasMessage("that is no name for a secret");
    }
  }

  @Test
  void valuesOutOfBoundsAreRefused() {
    assertThatThrownBy(() -> put(vault, "a", ""))
        .hasMessage("the value has 0 bytes; 1 to 65536 can be kept");
    assertThatThrownBy(() -> put(vault, "a", "x".repeat(65_537)))
        .hasMessage("the value has 65537 bytes; 1 to 65536 can be kept");
  }

  @Test
  void everyByteOfAValueSurvives() throws VaultException {
    byte[] all = new byte[65_536];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    try (SecretValue value = SecretValue.taking(all.clone())) {
      vault.put("binary", value, Map.of(), NOW);
    }
    try (SecretValue value = vault.reveal("binary")) {
      value.revealTo(bytes -> assertThat(bytes).isEqualTo(all));
    }
  }

  @Test
  void nothingInTheFileIsReadableButTheHeader() throws Exception {
    put(vault, "unusual-name", "made-up-unusual-value");
    String file = Files.readString(path);
    String decoded =
        file.lines()
            .flatMap(line -> java.util.Arrays.stream(line.split(" ")))
            .filter(word -> word.matches("[A-Za-z0-9_-]{20,}"))
            .map(word -> new String(Base64.getUrlDecoder().decode(word), UTF_8))
            .reduce("", String::concat);

    assertThat(file + decoded).doesNotContain("unusual");
  }

  @Test
  void anAttributeOnSeveralLinesIsRefused() {
    assertThatThrownBy(
            () -> {
              try (SecretValue value = SecretValue.taking("made-up-value".getBytes(UTF_8))) {
                vault.put("a", value, Map.of("owner", "bob\nentry secret b 1 x"), NOW);
              }
            })
        .hasMessage("an attribute is too long, or holds a control character");
  }

  @Test
  void theAuditPairBelongsToThePublicHalfInTheHeader() throws Exception {
    byte[] none = {};
    byte[] sealed = Seal.to(vault.header().auditPublicKey(), none, none, "epoch".getBytes(UTF_8));
    SealKeyPair pair = vault.auditKeys();

    assertThat(Seal.open(pair.unsafePrivateKey(), none, none, sealed))
        .asString()
        .isEqualTo("epoch");
  }

  @Test
  void theTrustKeySignsForTheHeader() throws VaultException {
    byte[] message = "made-up trust".getBytes(UTF_8);
    byte[] signature = vault.signTrust(message);

    assertThat(vault.header().verifiesTrust(message, signature)).isTrue();
    assertThat(vault.header().verifiesTrust("other".getBytes(UTF_8), signature)).isFalse();
    assertThat(vault.header().verifiesTrust(message, new byte[64])).isFalse();
    assertThat(vault.header().verifiesTrust(message, new byte[3])).isFalse();
  }

  @Test
  void theTrustSequenceOnlyRises() throws VaultException {
    vault.raiseTrustSequence(3);
    vault.raiseTrustSequence(2);

    assertThat(VaultFile.at(path).header().trustSequence()).isEqualTo(3);
  }

  @Test
  void aClosedVaultAnswersNothing() throws VaultException {
    put(vault, "a", "made-up-value-a");
    Presence presence = vault.presence();
    vault.close();

    assertThatThrownBy(() -> vault.reveal("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(presence::vault).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReplacedVaultIsNotTakenForOurs() throws Exception {
    Files.delete(path);
    VaultFixture.create(path).close();

    assertThatThrownBy(() -> vault.secrets())
        .isInstanceOf(VaultException.class)
        .hasMessage("the header of the vault was altered, or the vault has a new key");
  }
}
