package dev.gatekeeper.trust;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.text.Base64Url;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock is trusted with the list, and the store keeps both. */
final class TrustedLockTest {
  private static final String LIST =
      """
      {"version": 1, "mcpServers": {"weather": {
        "command": "/bin/cat", "tools": {"allow": ["get_*"]}}}}
      """;
  private static final String LOCK = "{\"version\":1,\"servers\":{}}\n";

  @TempDir Path folder;
  private Home home;
  private Path repository;
  private Path lock;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    repository = Files.createDirectories(folder.resolve("repository"));
    Files.createDirectories(repository.resolve(".git"));
    Files.createDirectories(repository.resolve(".gatekeeper"));
    Files.writeString(repository.resolve(".gatekeeper/allowlist.json"), LIST);
    lock = repository.resolve(".gatekeeper/allowlist.lock.json");
    Files.writeString(lock, LOCK);
    VaultFixture.create(home.resolve("vault")).close();
  }

  private InForce inForce() throws Exception {
    return new Trust(home).inForce(Project.find(repository));
  }

  private void trust(boolean personal) throws Exception {
    Project project = Project.find(repository);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      Trust trust = new Trust(home);
      trust.trust(trust.propose(project, personal), project, vault.presence(), NOW);
    }
  }

  /** What the first list, or the second one, is locked with. */
  private static String lock(InForce.Trusted trusted, int pair) {
    return new String(trusted.pairs().get(pair).lockBytes().orElseThrow(), UTF_8);
  }

  @Test
  void theLockIsInForceWithTheList() throws Exception {
    trust(false);

    assertThat(inForce())
        .isInstanceOfSatisfying(
            InForce.Trusted.class,
            trusted -> {
              assertThat(lock(trusted, 0)).isEqualTo(LOCK);
              assertThat(trusted.rule()).isEqualTo(Rule.CONTENT);
            });
    assertThat(inForce().lockDigest()).contains(PairDigest.of(LOCK));
  }

  @Test
  void itIsReadHoweverLongItIsAndLocksNothingWhereItCannotBe() throws Exception {
    String locked = LOCK.replace("{}", "{\"weather\":{\"entry\":\"e\",\"protocolVersion\":\"p\"}}");
    for (String text : List.of(locked, locked + " ".repeat(1 << 20))) {
      Files.writeString(lock, text);
      trust(false);
      InForce now = inForce();
      assertThat(now.lock().servers()).containsOnlyKeys("weather");
      assertThat(now.lock()).as("asked a second time").isEqualTo(now.lock());
    }
    Files.writeString(lock, locked + "}");
    trust(false);
    assertThat(inForce()).isInstanceOf(InForce.Trusted.class);
    assertThat(inForce().lock().servers()).isEmpty();
  }

  /** Whoever writes the file must not end a session by it, nor keep one from what comes later. */
  @Test
  void aLockThatCannotBeComparedLocksNothingAndEndsNothing() throws Exception {
    trust(false);
    for (String locked :
        List.of(
            "{\"weather\":{\"entry\":\"e\",\"protocolVersion\":\"p\",\"pins\":{\"any\":{\"kind\":1e400}}}}",
            "{\"weather\":{\"entry\":\"e\",\"protocolVersion\":\"p\",\"instructions\":{\"text\":\"x\"}}}")) {
      Files.writeString(lock, LOCK.replace("{}", locked));
      assertThat(inForce().lock().servers()).as(locked).isEmpty();
    }
    Files.writeString(lock, LOCK);
    assertThat(inForce()).isInstanceOf(InForce.Trusted.class);
  }

  @Test
  void whatCannotBeJudgedIsNotInForceAndNothingIsThrown() throws Exception {
    trust(false);
    Trust faulty =
        new Trust(
            home,
            () -> {
              throw new IllegalStateException("a fault of ours");
            });
    assertThat(faulty.inForce(Project.find(repository)))
        .isInstanceOf(InForce.NotTrusted.class)
        .extracting(InForce::text)
        .asString()
        .contains("judging it failed (IllegalStateException)", "gatekeeper allowlist check")
        .doesNotContain("a fault of ours");
  }

  @Test
  void theClientsDialogCountsWherePeopleSaidSoAndInNoOtherPlace() throws Exception {
    assertThat(inForce().dialog()).isFalse();
    trust(false);
    assertThat(inForce().dialog()).isFalse();
    Project project = Project.find(repository);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      Trust trust = new Trust(home);
      Proposal said = trust.propose(project, false).withDialog(true);
      trust.trust(said, project, vault.presence(), NOW);
    }
    assertThat(inForce().dialog()).isTrue();
    trust(false);
    assertThat(inForce().dialog()).as("it stays until it is taken back").isTrue();
    assertThat(new TrustFolder(home).read().dialogAt(folder)).isFalse();
  }

  @Test
  void aChangedLockIsNotInForceAndTheLastTrustedIs() throws Exception {
    trust(false);
    Files.writeString(lock, LOCK.replace("{}", "{\"weather\":{}}"));

    assertLast();
  }

  @Test
  void aLockThatAppearsIsNotInForceAndTheLastTrustedIs() throws Exception {
    Files.delete(lock);
    trust(false);
    Files.writeString(lock, "no lock at all");

    assertThat(inForce().lockDigest()).isEmpty();
    assertThat(inForce().text()).contains("does not count");
  }

  @Test
  void aLockThatVanishesIsNoRemoval() throws Exception {
    trust(false);
    Files.delete(lock);

    assertLast();
  }

  @Test
  void aLockInOtherWordsAndAListThatAllowsLessAreARemoval() throws Exception {
    trust(false);
    Files.writeString(lock, LOCK + "\n");
    Files.writeString(
        repository.resolve(".gatekeeper/allowlist.json"), LIST.replace("\"get_*\"", ""));

    assertThat(inForce().lockDigest()).contains(PairDigest.of(LOCK + "\n"));
    assertThat(((InForce.Trusted) inForce()).rule()).isEqualTo(Rule.REMOVAL);
  }

  private void assertLast() throws Exception {
    assertThat(inForce().lockDigest()).contains(PairDigest.of(LOCK));
    assertThat(((InForce.Trusted) inForce()).rule()).isEqualTo(Rule.LAST);
  }

  @Test
  void aLockThatIsALinkOrNoTextIsBroken() throws Exception {
    trust(false);
    Files.move(lock, folder.resolve("moved"));
    Files.createSymbolicLink(lock, folder.resolve("moved"));
    assertThat(inForce()).isInstanceOf(InForce.Broken.class);

    Files.delete(lock);
    Files.write(lock, new byte[] {'{', (byte) 0xff, '}'});
    assertThat(inForce())
        .isInstanceOfSatisfying(
            InForce.Broken.class,
            broken ->
                assertThat(broken.problems().getFirst().toString())
                    .contains("allowlist.lock.json")
                    .contains("is not UTF-8"));
  }

  @Test
  void thePersonalListHasALockToo() throws Exception {
    Files.writeString(home.resolve("allowlist.json"), LIST.replace("weather", "own"));
    Files.writeString(home.resolve("allowlist.lock.json"), LOCK + "\n");
    trust(false);
    trust(true);

    assertThat(inForce())
        .isInstanceOfSatisfying(
            InForce.Trusted.class,
            trusted -> {
              assertThat(lock(trusted, 0)).isEqualTo(LOCK);
              assertThat(lock(trusted, 1)).isEqualTo(LOCK + "\n");
            });
    Files.writeString(home.resolve("allowlist.lock.json"), "no lock at all");
    assertThat(inForce().text()).contains("gatekeeper allowlist trust --personal");
    assertThat(lock((InForce.Trusted) inForce(), 1)).isEqualTo(LOCK + "\n");
  }

  @Test
  void whatWasTrustedIsKeptAndWhatNobodyTrustsAnyMoreGoes() throws Exception {
    trust(false);
    assertThat(contents()).containsExactlyInAnyOrder(named(LIST), named(LOCK));

    Files.writeString(lock, LOCK + " ");
    trust(false);
    assertThat(contents()).containsExactlyInAnyOrder(named(LIST), named(LOCK + " "));
  }

  @Test
  void anAlteredTextOfTheStoreIsAsGoodAsMissing() throws Exception {
    trust(false);
    Files.writeString(home.resolve("trust/" + named(LOCK)), LOCK + " ");

    Proposal proposal = new Trust(home).propose(Project.find(repository), false);
    assertThat(proposal.before()).isEmpty();
    assertThat(inForce()).isInstanceOf(InForce.Trusted.class); // the store has the digest itself
  }

  @Test
  void aStoreOfVersion1IsTrustOfAListWithoutALock() throws Exception {
    writeVersion1();
    Files.writeString(lock, "no lock at all");
    assertThat(inForce().lockDigest()).isEmpty();
    assertThat(((InForce.Trusted) inForce()).rule()).isEqualTo(Rule.LAST);
    Files.delete(lock);
    assertThat(((InForce.Trusted) inForce()).rule()).isEqualTo(Rule.CONTENT);
    assertThat(new Trust(home).propose(Project.find(repository), false).before()).isPresent();
  }

  @Test
  void trustAfterVersion1KeepsWhatVersion1Held() throws Exception {
    writeVersion1();
    Files.writeString(home.resolve("allowlist.json"), LIST);
    trust(true);
    Files.delete(lock);

    assertThat(Files.readString(home.resolve("trust.json"))).startsWith("{\"version\":2,");
    assertThat(inForce()).isInstanceOf(InForce.Trusted.class);
    assertThat(new Trust(home).propose(Project.find(repository), false).before()).isPresent();
  }

  private List<String> contents() throws Exception {
    try (var files = Files.list(home.resolve("trust"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static String named(String text) {
    return PairDigest.of(text).replace(':', '-');
  }

  /** Byte for byte as the first version of the program wrote it. */
  private void writeVersion1() throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      String prefix =
          ("{\"version\":1,\"vault\":\"%s\",\"sequence\":1,\"trusted\":[{\"place\":\"%s\","
                  + "\"digest\":\"%s\",\"time\":\"2026-03-01T12:00:00Z\",\"content\":\"%s\"}]")
              .formatted(
                  vault.header().id(),
                  repository,
                  PairDigest.of(LIST),
                  Base64Url.of(LIST.getBytes(UTF_8)));
      ByteArrayOutputStream signed = new ByteArrayOutputStream();
      signed.writeBytes(("gatekeeper-trust/1\n" + prefix).getBytes(UTF_8));
      String signature = Base64Url.of(vault.signTrust(signed.toByteArray()));
      Path store = home.resolve("trust.json");
      Files.writeString(store, prefix + ",\"signature\":\"" + signature + "\"}\n");
      Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-------"));
      vault.raiseTrustSequence(1);
    }
  }
}
