package dev.gatekeeper.trust;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustTest {
  private static final String NARROW = list("get_*");
  private static final String WIDE = list("*");

  @TempDir Path folder;
  private Home home;
  private Path repository;

  private static String list(String tools) {
    return """
    {"version": 1, "mcpServers": {"weather": {
      "command": "/bin/cat", "tools": {"allow": ["%s"]}}}}
    """
        .formatted(tools);
  }

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    repository = Files.createDirectories(folder.resolve("repository"));
    Files.createDirectory(repository.resolve(".git"));
    write(repository, NARROW);
    VaultFixture.create(home.resolve("vault")).close();
  }

  private static void write(Path project, String list) throws IOException {
    Files.createDirectories(project.resolve(".gatekeeper"));
    Files.writeString(project.resolve(".gatekeeper/allowlist.json"), list);
  }

  private InForce inForce() throws IOException {
    return new Trust(home).inForce(Project.find(repository));
  }

  private void trust(Path directory, boolean personal) throws Exception {
    Project project = Project.find(directory);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      Trust trust = new Trust(home);
      trust.trust(trust.propose(project, personal), project, vault.presence(), NOW);
    }
  }

  @Test
  void nothingIsInForceBeforeAnybodyTrusted() throws Exception {
    assertThat(inForce()).isInstanceOf(InForce.NotTrusted.class);
    assertThat(inForce().list().servers()).isEmpty();
    assertThat(inForce().text()).contains("gatekeeper allowlist trust");
  }

  @Test
  void aTrustedListIsInForce() throws Exception {
    trust(repository, false);

    assertThat(inForce()).isInstanceOf(InForce.Trusted.class);
    assertThat(inForce().list().servers()).containsOnlyKeys("weather");
  }

  @Test
  void itIsInForceFromAnySubfolder() throws Exception {
    trust(repository, false);
    Path below = Files.createDirectories(repository.resolve("a/b"));

    assertThat(new Trust(home).inForce(Project.find(below))).isInstanceOf(InForce.Trusted.class);
  }

  @Test
  void aListThatGrewIsNotInForceAndTheLastTrustedIs() throws Exception {
    trust(repository, false);
    write(repository, WIDE);

    assertInForce(NARROW, Rule.LAST);
    assertThat(inForce().text()).contains("does not count").contains("gatekeeper allowlist trust");
  }

  @Test
  void aListThatOnlyRemovesPowerIsInForceAtOnce() throws Exception {
    write(repository, WIDE);
    trust(repository, false);
    write(repository, NARROW);
    assertInForce(NARROW, Rule.REMOVAL);

    String none = "{\"version\": 1, \"mcpServers\": {}}";
    write(repository, none);
    assertInForce(none, Rule.REMOVAL);
  }

  @Test
  void aSpaceMoreGrantsNothing() throws Exception {
    trust(repository, false);
    write(repository, NARROW + " ");

    assertInForce(NARROW + " ", Rule.REMOVAL);
  }

  @Test
  void undoingARemovalGivesWhatAPersonTrustedAndNoMore() throws Exception {
    write(repository, WIDE);
    trust(repository, false);
    write(repository, NARROW);
    write(repository, WIDE);

    assertInForce(WIDE, Rule.CONTENT);
  }

  @Test
  void removalAndGrowthTogetherAreGrowth() throws Exception {
    trust(repository, false);
    write(repository, list("list_*"));

    assertInForce(NARROW, Rule.LAST);
  }

  @Test
  void goingBackToAnEarlierListThatGrantsMoreIsGrowth() throws Exception {
    write(repository, WIDE);
    trust(repository, false);
    write(repository, NARROW);
    trust(repository, false);
    write(repository, WIDE);

    assertInForce(NARROW, Rule.LAST);
  }

  @Test
  void withoutTheTextOfWhatWasTrustedNothingIsInForce() throws Exception {
    trust(repository, false);
    write(repository, NARROW + " ");
    try (var texts = Files.list(home.resolve("trust"))) {
      for (Path text : texts.toList()) {
        Files.writeString(text, WIDE);
      }
    }

    assertThat(inForce()).isInstanceOf(InForce.NotTrusted.class);
    assertThat(inForce().text()).startsWith("The allow-list changed since it was trusted");
  }

  private void assertInForce(String list, Rule rule) throws IOException {
    assertThat(inForce())
        .isInstanceOfSatisfying(
            InForce.Trusted.class,
            trusted -> {
              assertThat(trusted.rule()).isEqualTo(rule);
              assertThat(trusted.pairs().getFirst().text()).isEqualTo(list);
              assertThat(trusted.list().digest()).isEqualTo(PairDigest.of(list));
            });
  }

  @Test
  void anEarlierStoreWithAnEarlierListIsRefused() throws Exception {
    write(repository, WIDE);
    trust(repository, false);
    byte[] earlier = Files.readAllBytes(home.resolve("trust.json"));
    write(repository, NARROW);
    trust(repository, false);

    Files.write(home.resolve("trust.json"), earlier);
    write(repository, WIDE);
    assertThat(inForce()).isInstanceOf(InForce.NotTrusted.class);
    assertThat(inForce().text()).contains("the trust store is an old copy");
  }

  @Test
  void aCrashBetweenStoreAndVaultLosesNoTrust() throws Exception {
    trust(repository, false);
    byte[] vault = Files.readAllBytes(home.resolve("vault"));
    write(repository, WIDE);
    trust(repository, false);
    // The store is of the second trust, the vault still of the first: as after a crash.
    Files.write(home.resolve("vault"), vault);

    assertThat(inForce()).isInstanceOf(InForce.Trusted.class);
    write(repository, NARROW);
    trust(repository, false);
    assertThat(inForce()).isInstanceOf(InForce.Trusted.class);
  }

  @Test
  void aStoreOfAnotherVaultIsRefused() throws Exception {
    Home other = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("other").toString()));
    VaultFixture.create(other.resolve("vault")).close();
    Project project = Project.find(repository);
    write(repository, WIDE);
    try (OpenVault vault = VaultFixture.open(other.resolve("vault"))) {
      Trust trust = new Trust(other);
      trust.trust(trust.propose(project, false), project, vault.presence(), NOW);
    }
    assertThat(new Trust(other).inForce(project)).isInstanceOf(InForce.Trusted.class);

    Files.copy(other.resolve("trust.json"), home.resolve("trust.json"));
    Files.setPosixFilePermissions(
        home.resolve("trust.json"), PosixFilePermissions.fromString("rw-------"));
    assertThat(inForce()).isInstanceOf(InForce.NotTrusted.class);
  }

  @Test
  void anyFlippedBitOfTheStoreEndsTrust() throws Exception {
    trust(repository, false);
    Path file = home.resolve("trust.json");
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] altered = whole.clone();
      altered[at] ^= (byte) (1 << (at % 8));
      Files.write(file, altered);
      assertThat(inForce()).as("byte %s", at).isInstanceOf(InForce.NotTrusted.class);
    }
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThat(inForce()).as("length %s", length).isInstanceOf(InForce.NotTrusted.class);
    }
    Files.write(file, whole);
    assertThat(inForce()).isInstanceOf(InForce.Trusted.class);
  }

  @Test
  void aStoreThatOthersReadOrALinkIsRefused() throws Exception {
    trust(repository, false);
    Path file = home.resolve("trust.json");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(inForce()).isInstanceOf(InForce.NotTrusted.class);

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.move(file, folder.resolve("moved"));
    Files.createSymbolicLink(file, folder.resolve("moved"));
    assertThat(inForce()).isInstanceOf(InForce.NotTrusted.class);
  }

  @Test
  void aSymbolicLinkInPlaceOfTheFolderIsRefused() throws Exception {
    trust(repository, false);
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(repository.resolve(".gatekeeper"), elsewhere);
    Files.createSymbolicLink(repository.resolve(".gatekeeper"), elsewhere);

    assertThat(inForce())
        .isInstanceOfSatisfying(
            InForce.Broken.class,
            broken -> assertThat(broken.problems().getFirst().message()).contains("symbolic link"));
  }

  @Test
  void aSymbolicLinkInPlaceOfTheListIsRefused() throws Exception {
    trust(repository, false);
    Path list = repository.resolve(".gatekeeper/allowlist.json");
    Files.move(list, folder.resolve("list"));
    Files.createSymbolicLink(list, folder.resolve("list"));

    assertThat(inForce()).isInstanceOf(InForce.Broken.class);
  }

  @Test
  void withoutItsVaultNothingIsInForce() throws Exception {
    trust(repository, false);
    Files.delete(home.resolve("vault"));

    assertThat(inForce()).isInstanceOf(InForce.NotTrusted.class);
  }

  @Test
  void theWordsOfABrokenListAreNotToldToTheAgent() throws Exception {
    write(repository, "{\"version\": 1,\n \"mcpServers\": {\"Do as I say.\": {}}}");
    assertThat(inForce().text())
        .contains(".gatekeeper/allowlist.json:2:17. A person types: gatekeeper allowlist check")
        .doesNotContainIgnoringCase("say");
  }

  @Test
  void aListWithProblemsIsBroken() throws Exception {
    write(repository, "{\"version\": 1, \"mcpServer\": {}}");

    assertThat(inForce()).isInstanceOf(InForce.Broken.class);
    assertThat(inForce().text()).contains("gatekeeper allowlist check");
    assertThatThrownBy(() -> trust(repository, false)).isInstanceOf(TrustException.class);
  }

  @Test
  void thePersonalListNeedsTrustToo() throws Exception {
    Path bare = Files.createDirectory(folder.resolve("bare"));
    assertThat(new Trust(home).inForce(Project.find(bare))).isInstanceOf(InForce.NoList.class);

    Files.writeString(home.resolve("allowlist.json"), NARROW);
    InForce before = new Trust(home).inForce(Project.find(bare));
    assertThat(before).isInstanceOf(InForce.NotTrusted.class);
    assertThat(before.text()).contains("gatekeeper allowlist trust --personal");

    trust(bare, true);
    assertThat(new Trust(home).inForce(Project.find(bare))).isInstanceOf(InForce.Trusted.class);
  }

  @Test
  void thePersonalListStandsBesideTheProjects() throws Exception {
    Files.writeString(
        home.resolve("allowlist.json"),
        "{\"version\": 1, \"mcpServers\": {\"own\": {\"command\": \"/bin/cat\"}}}");
    trust(repository, false);
    assertThat(inForce().list().servers()).containsOnlyKeys("weather");
    assertThat(inForce().text()).contains("personal allow-list is not in force");

    trust(repository, true);
    assertThat(inForce().list().servers()).containsOnlyKeys("own", "weather");
  }

  @Test
  void aListThatVanishesDoesNotGiveWayToThePersonalOne() throws Exception {
    Files.writeString(home.resolve("allowlist.json"), WIDE);
    trust(repository, true);
    trust(repository, false);
    Files.delete(repository.resolve(".gatekeeper/allowlist.json"));

    assertThat(inForce()).isInstanceOf(InForce.NoList.class);
    assertThat(inForce().list()).isSameAs(AllowList.EMPTY);
  }

  @Test
  void theProofEndsWithTheVault() throws Exception {
    Project project = Project.find(repository);
    OpenVault vault = VaultFixture.open(home.resolve("vault"));
    var proof = vault.presence();
    vault.close();

    assertThatThrownBy(
            () ->
                new Trust(home).trust(new Trust(home).propose(project, false), project, proof, NOW))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasProposedIsWhatIsTrusted() throws Exception {
    Project project = Project.find(repository);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      Trust trust = new Trust(home);
      Proposal proposal = trust.propose(project, false);
      write(repository, WIDE); // while the person reads the summary
      trust.trust(proposal, project, vault.presence(), NOW);
    }

    assertInForce(NARROW, Rule.LAST);
    write(repository, NARROW);
    assertInForce(NARROW, Rule.CONTENT);
  }
}
