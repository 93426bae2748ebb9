package dev.gatekeeper.trust;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.trust.auditor.Auditor;
import dev.gatekeeper.trust.auditor.OwnKeys;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.text.Base64Url;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuditorsTest {
  private static final String LIST =
      """
      {"version": 1, "mcpServers": {"weather": {
        "command": "/bin/cat", "tools": {"allow": ["get_*"]}}}}
      """;

  @TempDir Path folder;
  private Home home;
  private Path store;
  private Auditors auditors;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    store = home.resolve("trust.json");
    auditors = new Auditors(home);
    VaultFixture.create(home.resolve("vault")).close();
    Files.createDirectories(folder.resolve("project/.gatekeeper"));
    Files.createDirectory(folder.resolve("project/.git"));
    Files.writeString(folder.resolve("project/.gatekeeper/allowlist.json"), LIST);
  }

  private static Auditor auditor(String name) {
    return auditor(name, SealKeyPair.generate().publicKey());
  }

  private static Auditor auditor(String name, byte[] key) {
    byte[] sign = new byte[32];
    sign[0] = 7;
    return new Auditor(name, Base64Url.of(key), Base64Url.of(sign), "2026-03-01T12:00:00Z");
  }

  private static Auditor person(String seal, String sign) {
    return new Auditor("me", seal, sign, "2026-03-01T12:00:00Z");
  }

  private void add(Auditor one) throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      auditors.add(one, vault.presence(), new OwnKeys(vault.header(), Optional.empty()));
    }
  }

  private void remove(String name) throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      auditors.remove(name, vault.presence());
    }
  }

  private Project project() throws Exception {
    return Project.find(folder.resolve("project"));
  }

  private void trust() throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      Trust trust = new Trust(home);
      trust.trust(trust.propose(project(), false), project(), vault.presence(), NOW);
    }
  }

  private String version() throws Exception {
    return Files.readString(store).substring(0, "{\"version\":3,".length());
  }

  @Test
  void withoutAuditorsTheVaultIsTheOneRecipient() throws Exception {
    assertThat(new Auditors(home).recipients()).containsOnlyKeys("vault");
    trust();
    assertThat(new Auditors(home).recipients()).containsOnlyKeys("vault");
    assertThat(version()).isEqualTo("{\"version\":2,");
  }

  @Test
  void anAuditorIsARecipientUntilRemoved() throws Exception {
    Auditor alice = auditor("alice");
    add(alice);
    add(auditor("bob"));
    assertThat(version()).isEqualTo("{\"version\":3,");
    assertThat(auditors.all()).extracting(Auditor::name).containsExactly("alice", "bob");
    assertThat(new Auditors(home).recipients()).containsOnlyKeys("vault", "alice", "bob");
    assertThat(new Auditors(home).recipients().get("alice")).isEqualTo(alice.publicKey());
    remove("alice");
    assertThat(new Auditors(home).recipients()).containsOnlyKeys("vault", "bob");
    remove("bob");
    assertThat(version()).isEqualTo("{\"version\":2,");
  }

  @Test
  void trustAndAuditorsLeaveEachOther() throws Exception {
    trust();
    add(auditor("alice"));
    assertThat(new Trust(home).inForce(project())).isInstanceOf(InForce.Trusted.class);
    trust();
    assertThat(auditors.all()).extracting(Auditor::name).containsExactly("alice");
    remove("alice");
    assertThat(new Trust(home).inForce(project())).isInstanceOf(InForce.Trusted.class);
  }

  @Test
  void aNinthIsRefused() throws Exception {
    for (int i = 1; i <= 8; i++) {
      add(auditor("auditor-" + i));
    }
    assertThatThrownBy(() -> add(auditor("auditor-9")))
        .isInstanceOf(TrustException.class)
        .hasMessage("there are 8 auditors, and no more are possible");
    assertThat(auditors.all()).hasSize(8);
    remove("auditor-3");
    add(auditor("auditor-9"));
    assertThat(new Auditors(home).recipients()).hasSize(9);
  }

  /** The bound holds while others add, too: a store with nine would be believed by nobody. */
  @Test
  void ofManyAtOnceEightAreAdded() throws Exception {
    try (ExecutorService people = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Auditor one = auditor("auditor-" + i);
        all.add(
            people.submit(
                () -> {
                  try {
                    add(one);
                  } catch (Exception e) {
                    // Refused, or the vault was changed meanwhile.
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(auditors.all()).hasSizeBetween(1, 8);
    assertThat(auditors.obstacle()).isEmpty();
  }

  @Test
  void aNameOrAKeyIsThereOnce() throws Exception {
    Auditor alice = auditor("alice");
    add(alice);
    for (Auditor again : List.of(auditor("alice"), auditor("bob", alice.publicKey()))) {
      assertThatThrownBy(() -> add(again))
          .hasMessage("the auditor alice has that name, or that key");
    }
    assertThatThrownBy(() -> remove("bob")).hasMessage("there is no auditor of that name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "vault",
        "Alice",
        "al ice",
        "-a",
        "a:b",
        "é",
        "a23456789012345678901234567890123"
      })
  void aNameIsALabelAndNotThatOfTheVault(String name) {
    assertThatThrownBy(() -> auditor(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the name of an auditor");
  }

  @Test
  void aPersonIsNotTheirOwnAuditor() throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      String identity = Base64Url.of(SealKeyPair.generate().publicKey());
      OwnKeys own = new OwnKeys(vault.header(), Optional.of(identity));
      String stranger = Base64Url.of(SealKeyPair.generate().publicKey());
      for (String half :
          List.of(
              identity,
              vault.header().trustPublicKey(),
              Base64Url.of(vault.header().auditPublicKey()))) {
        for (Auditor me : List.of(person(half, stranger), person(stranger, half))) {
          assertThatThrownBy(() -> auditors.add(me, vault.presence(), own))
              .hasMessageStartingWith("that is your own key");
          assertThatThrownBy(() -> auditors.check(me, own))
              .hasMessageStartingWith("that is your own key");
        }
      }
      auditors.check(person(stranger, stranger), own);
    }
  }

  /** Of RFC 7748: the points of order 1, 2, 4 and 8, and those of them that are spelled anew. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080"
      })
  void aPointOfSmallOrderIsRefused(String hex) {
    assertThatThrownBy(() -> add(auditor("low", HexFormat.of().parseHex(hex))))
        .hasMessage("nothing can be sealed to that key");
  }

  /** What is sealed to another spelling of a point binds that spelling, and opens for nobody. */
  @Test
  void anotherSpellingOfAKeyIsRefused() {
    byte[] unused = SealKeyPair.generate().publicKey();
    unused[31] |= (byte) 0x80;
    byte[] above = new byte[32]; // 2^255 - 19 + 9, the base point
    byte[] number = BigInteger.TWO.pow(255).subtract(BigInteger.TEN).toByteArray();
    for (int i = 0; i < 32; i++) {
      above[i] = number[number.length - 1 - i];
    }
    for (byte[] key : List.of(unused, above)) {
      assertThatThrownBy(() -> add(auditor("odd", key)))
          .hasMessage("nothing can be sealed to that key");
    }
  }

  @Test
  void whoWritesTheStoreWithoutThePassphraseMakesNobodyAnAuditor() throws Exception {
    add(auditor("alice"));
    String signed = Files.readString(store);
    String mallory = Base64Url.of(SealKeyPair.generate().publicKey());
    String key = Base64Url.of(auditors.all().getFirst().publicKey());
    Files.writeString(store, signed.replace(key, mallory));
    assertThat(new Auditors(home).recipients()).containsOnlyKeys("vault");
    assertThat(auditors.obstacle())
        .contains("the trust store was altered, or belongs to another vault");
    assertThatThrownBy(auditors::all).isInstanceOf(TrustException.class);

    Files.writeString(store, signed);
    add(auditor("bob"));
    Files.writeString(store, signed);
    assertThat(auditors.obstacle()).contains("the trust store is an old copy");
    assertThat(new Auditors(home).recipients()).containsOnlyKeys("vault");

    Files.delete(store);
    assertThat(auditors.obstacle()).contains("the trust store is gone");
    Files.createDirectory(store);
    assertThat(new Auditors(home).recipients()).containsOnlyKeys("vault");
  }

  /** A session asks again at each epoch: whose file lies there then is no recipient. */
  @Test
  void anotherVaultInThePlaceOfTheFirstIsNoRecipientNorAreItsAuditors() throws Exception {
    Auditors session = new Auditors(home);
    byte[] own = session.recipients().get("vault");
    byte[] vault = Files.readAllBytes(home.resolve("vault"));
    Files.delete(home.resolve("vault"));
    VaultFixture.create(home.resolve("vault")).close();
    add(auditor("mallory"));
    assertThat(session.recipients()).isEmpty();
    assertThat(new Auditors(home).recipients()).containsOnlyKeys("vault", "mallory");
    Files.write(home.resolve("vault"), vault);
    assertThat(session.recipients()).containsOnlyKeys("vault").containsEntry("vault", own);
  }

  @Test
  void aVaultThatAnAdministratorDidNotPinIsNoRecipient() throws Exception {
    Path pins = Files.createDirectory(folder.resolve("pins"));
    PinnedIdentity pinned = new PinnedIdentity(pins, OwnerOnly.user());
    String line = "key trust ed25519 " + VaultFile.in(home).header().trustPublicKey();
    Files.writeString(pinned.file(), line + "\n");
    assertThat(new Auditors(new TrustFolder(home, pinned)).recipients()).containsOnlyKeys("vault");
    Files.delete(home.resolve("vault"));
    VaultFixture.create(home.resolve("vault")).close();
    assertThat(new Auditors(new TrustFolder(home, pinned)).recipients()).isEmpty();
  }

  /** Signed, as by a program with other bounds. */
  @Test
  void aStoreOfAnotherFormIsNotBelieved() throws Exception {
    add(auditor("alice"));
    String good = Files.readString(store);
    String one = good.substring(good.indexOf("{\"name\""), good.indexOf('}') + 1);
    for (String members :
        List.of(
            one + "," + one,
            one.replace("alice", "vault"),
            one.replaceFirst("\"seal\":\"....", "\"seal\":\""),
            one.replace("\"name\"", "\"nome\""),
            (one + ",").repeat(8) + one,
            "7")) {
      sign(good.substring(0, good.lastIndexOf(",\"signature")).replace(one, members));
      assertThat(auditors.obstacle()).as(members).isPresent();
      assertThat(new Auditors(home).recipients()).containsOnlyKeys("vault");
    }
    sign(good.substring(0, good.lastIndexOf(",\"signature")).replace(one, ""));
    assertThat(auditors.all()).isEmpty();
  }

  private void sign(String prefix) throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      byte[] signature = vault.signTrust(("gatekeeper-trust/1\n" + prefix).getBytes(UTF_8));
      Files.writeString(store, prefix + ",\"signature\":\"" + Base64Url.of(signature) + "\"}\n");
    }
  }
}
