package dev.gatekeeper.trust;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.git.GitIdentity;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitIdentityTest {
  private static final String LIST = "{\"version\": 1, \"mcpServers\": {}}";

  @TempDir Path folder;
  private Path repository;

  @BeforeEach
  void layOut() throws Exception {
    Tools.require("git");
    folder = folder.toRealPath();
    repository = Files.createDirectory(folder.resolve("repository"));
    git(repository, "init", "-q", "-b", "main");
    Files.createDirectory(repository.resolve(".gatekeeper"));
    Files.writeString(repository.resolve(".gatekeeper/allowlist.json"), LIST);
    git(repository, "add", ".");
    git(repository, "commit", "-q", "-m", "first");
  }

  private static void git(Path directory, String... arguments) throws Exception {
    List<String> line =
        new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@t"));
    line.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
            .start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aRepositoryIsKnownByItsRootAndRemote() throws Exception {
    GitIdentity before = GitIdentity.of(repository).orElseThrow();
    assertThat(before.root()).hasSize(40);
    assertThat(before.remote()).isEmpty();

    git(repository, "remote", "add", "origin", "https://user:made-up@example.org/a.git");
    git(repository, "commit", "-q", "--allow-empty", "-m", "second");
    assertThat(GitIdentity.of(repository))
        .contains(new GitIdentity(before.root(), "https://example.org/a.git"));
  }

  @Test
  void whatIsNoRepositoryHasNone() throws Exception {
    assertThat(GitIdentity.of(folder)).isEmpty();
    Path empty = Files.createDirectory(folder.resolve("empty"));
    git(empty, "init", "-q");
    assertThat(GitIdentity.of(empty)).isEmpty();
  }

  @Test
  void aReplacedRootDoesNotCount() throws Exception {
    GitIdentity before = GitIdentity.of(repository).orElseThrow();
    git(repository, "commit", "-q", "--allow-empty", "-m", "second");
    git(repository, "replace", "--graft", "HEAD");

    assertThat(GitIdentity.of(repository)).contains(before);
  }

  @Test
  void aHostileConfigurationRunsNothing() throws Exception {
    Path marker = folder.resolve("marker");
    Path script = folder.resolve("script");
    Files.writeString(script, "#!/bin/sh\ntouch '" + marker + "'\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    for (String key :
        List.of(
            "core.fsmonitor",
            "core.pager",
            "pager.rev-list",
            "core.sshCommand",
            "core.gitProxy",
            "core.askPass",
            "gpg.program",
            "diff.external",
            "credential.helper",
            "alias.rev-list",
            "alias.config",
            "filter.x.process")) {
      git(repository, "config", key, script.toString());
    }
    Path hooks = Files.createDirectory(folder.resolve("hooks"));
    for (String hook : List.of("post-index-change", "reference-transaction", "post-checkout")) {
      Files.copy(script, hooks.resolve(hook));
    }
    git(repository, "config", "core.hooksPath", hooks.toString());
    git(repository, "config", "remote.origin.url", "ext::" + script);
    git(repository, "config", "remote.origin.promisor", "true");
    git(repository, "config", "extensions.partialClone", "origin");
    git(repository, "config", "extensions.worktreeConfig", "true");
    Files.deleteIfExists(marker); // git itself ran some of it while it was set

    assertThat(GitIdentity.of(repository)).isPresent();
    assertThat(marker).doesNotExist();
    // The missing object of a partial clone is not fetched either.
    try (var objects = Files.walk(repository.resolve(".git/objects"))) {
      for (Path object : objects.filter(Files::isRegularFile).toList()) {
        Files.delete(object);
      }
    }
    assertThat(GitIdentity.of(repository)).isEmpty();
    assertThat(marker).doesNotExist();
  }

  @Test
  void aForgedRemoteTipChangesNothing() throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
    trust(home);
    Files.writeString(
        repository.resolve(".gatekeeper/allowlist.json"),
        "{\"version\": 1, \"mcpServers\": {\"x\": {\"command\": \"/bin/sh\"}}}");
    git(repository, "add", ".");
    git(repository, "commit", "-q", "-m", "wider");
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD");

    InForce inForce = new Trust(home).inForce(Project.find(repository));
    assertThat(inForce.list().digest()).isEqualTo(PairDigest.of(LIST));
    assertThat(inForce.list().servers()).isEmpty();
  }

  @Test
  void anotherCloneAndAnotherWorkTreeHaveTheSameTrust() throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
    trust(home);
    git(repository, "worktree", "add", "-q", "../tree");
    Path tree = folder.resolve("tree");

    assertThat(new Trust(home).inForce(Project.find(tree))).isInstanceOf(InForce.Trusted.class);
    Files.writeString(
        tree.resolve(".gatekeeper/allowlist.json"),
        "{\"version\": 1, \"mcpServers\": {\"x\": {\"command\": \"/bin/sh\"}}}");
    InForce grown = new Trust(home).inForce(Project.find(tree));
    assertThat(grown.list().digest()).isEqualTo(PairDigest.of(LIST));
    assertThat(grown.text()).contains("as last trusted");
  }

  @Test
  void anotherRepositoryWithTheSameListIsNotTrusted() throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
    trust(home);
    Path other = Files.createDirectory(folder.resolve("other"));
    git(other, "init", "-q");
    Files.createDirectory(other.resolve(".gatekeeper"));
    Files.writeString(other.resolve(".gatekeeper/allowlist.json"), LIST);
    git(other, "add", ".");
    git(other, "commit", "-q", "-m", "another first");

    assertThat(new Trust(home).inForce(Project.find(other))).isInstanceOf(InForce.NotTrusted.class);
  }

  @Test
  void userAndPasswordAreNotKept() {
    assertThat(GitIdentity.withoutUser("https://u:p@h/x@y")).isEqualTo("https://h/x@y");
    assertThat(GitIdentity.withoutUser("git@github.com:a/b")).isEqualTo("git@github.com:a/b");
    assertThat(GitIdentity.of(Path.of("/nonexistent"))).isEqualTo(Optional.empty());
  }

  private void trust(Home home) throws Exception {
    Project project = Project.find(repository);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      Trust trust = new Trust(home);
      trust.trust(trust.propose(project, false), project, vault.presence(), NOW);
    }
  }
}
