package dev.gatekeeper.trust;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.signature.OpenSsh;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent waits for the answer: where the content is trusted as it is, nothing else is loaded. */
final class PlainStartTest {
  @TempDir Path folder;

  /** What {@code serve} asks, in a process of its own. */
  public static void main(String[] arguments) throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", arguments[0]));
    InForce inForce = new Trust(home).inForce(Project.find(Path.of(arguments[1])));
    System.exit(inForce instanceof InForce.Trusted ? 0 : 1);
  }

  @Test
  void trustedContentLoadsNoCodeOfSignaturesOfGitNorOfComparing() throws Exception {
    folder = folder.toRealPath();
    Path project = Files.createDirectory(folder.resolve("project"));
    for (String[] line :
        new String[][] {
          {"git", "init", "-q"},
          {
            "git",
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@t",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "first"
          }
        }) {
      assertThat(new ProcessBuilder(line).directory(project.toFile()).start().waitFor()).isZero();
    }
    Files.createDirectory(project.resolve(".gatekeeper"));
    Files.writeString(project.resolve(".gatekeeper/allowlist.json"), "{\"version\": 1}");
    Files.writeString(project.resolve(".gatekeeper/allowlist.lock.json"), "{\"version\": 1}");
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
    OpenSsh ssh = new OpenSsh(folder);
    String signers = ssh.line("a", ssh.key("a")) + ssh.line("b", ssh.key("b"));
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      Trust trust = new Trust(home);
      Project found = Project.find(project);
      Proposal proposal =
          trust
              .propose(found, false)
              .under(Optional.of(NamedReviewers.of(1, signers.getBytes(StandardCharsets.UTF_8))));
      trust.trust(proposal, found, vault.presence(), NOW);
    }

    Path loaded = folder.resolve("loaded");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + loaded,
                "-cp",
                System.getProperty("java.class.path"),
                PlainStartTest.class.getName(),
                home.path().toString(),
                project.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
    try (var lines = Files.lines(loaded)) {
      List<String> tooMuch =
          lines
              .filter(
                  line ->
                      line.contains(" dev.gatekeeper.git.Git ")
                          || line.contains(" dev.gatekeeper.trust.signature.")
                          || line.contains(" dev.gatekeeper.trust.follow.GitTransport")
                          || line.contains(" dev.gatekeeper.http.")
                          || line.contains(" dev.gatekeeper.allowlist.review.")
                          || line.contains(" org.bouncycastle.")
                          || line.contains(" java.lang.ProcessBuilder "))
              .toList();
      assertThat(tooMuch).isEmpty();
    }
  }
}
