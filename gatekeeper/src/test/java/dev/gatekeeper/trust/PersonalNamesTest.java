package dev.gatekeeper.trust;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which names a person's own list may take beside the project's. */
final class PersonalNamesTest {
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
    write(repository, list("get_*"));
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

  /** Otherwise an agent that takes a server from the work tree's list calls a wider one instead. */
  @Test
  void anEntryThatVanishesOrIsRenamedDoesNotGiveWayToThePersonalOneOfItsName() throws Exception {
    trust(repository, false);
    Files.writeString(
        home.resolve("allowlist.json"),
        """
        {"version": 1, "mcpServers": {
          "weather": {"command": "/bin/cat", "tools": {"allow": ["*"]}},
          "diary": {"command": "/bin/cat", "tools": {"allow": ["*"]}}}}
        """);
    trust(repository, true);
    assertThat(inForce().list().servers()).containsOnlyKeys("diary", "weather");
    String before = inForce().list().digest();

    String none = "{\"version\": 1, \"mcpServers\": {}}";
    write(repository, none);
    assertThat(((InForce.Trusted) inForce()).rule()).isEqualTo(Rule.REMOVAL);
    assertThat(inForce().list().servers()).containsOnlyKeys("diary");
    assertThat(inForce().list().digest()).isNotEqualTo(before);
    assertThat(inForce().lock().servers()).doesNotContainKey("weather");

    Project project = Project.find(repository);
    assertThat(new Trust(home).uncovers(new Trust(home).propose(project, false)))
        .containsExactly("weather");
    trust(repository, false);
    assertThat(inForce().list().servers()).containsOnlyKeys("diary", "weather");
  }

  @Test
  void withoutTheTextOfWhatWasTrustedNoNameIsFreeForThePersonalList() throws Exception {
    trust(repository, false);
    String none = "{\"version\": 1, \"mcpServers\": {}}";
    Files.writeString(home.resolve("allowlist.json"), list("*"));
    trust(repository, true);
    write(repository, none);
    String digest = PairDigest.of(list("get_*")).replace(':', '-');
    Files.delete(home.resolve("trust").resolve(digest));

    assertThat(inForce().list().servers()).isEmpty();
  }
}
