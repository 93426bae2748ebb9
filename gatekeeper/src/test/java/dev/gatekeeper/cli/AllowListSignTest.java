package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.trust.signature.OpenSsh;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code allowlist sign} and {@code allowlist trust --signers}, as they are typed. */
final class AllowListSignTest {
  @TempDir Path folder;
  private Path home;
  private Path project;
  private OpenSsh ssh;
  private Path alice;
  private Path bob;
  private Path signers;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    home = folder.resolve("home");
    project = Files.createDirectory(folder.resolve("project"));
    String git = Tools.require("git").toString();
    for (String[] line :
        new String[][] {
          {git, "init", "-q", "-b", "work"},
          {
            git,
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
    list("get_*");
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "made-up passphrase");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    ssh = new OpenSsh(Files.createDirectory(folder.resolve("keys")));
    alice = ssh.key("alice");
    bob = ssh.key("bob");
    signers =
        Files.writeString(
            folder.resolve("signers"), ssh.line("alice", alice) + ssh.line("bob", bob));
    assertThat(run("vault", "init").exit()).isZero();
  }

  private void list(String tools) throws Exception {
    Files.writeString(
        project.resolve(".gatekeeper/allowlist.json"),
        "{\"version\": 1, \"mcpServers\": {\"a\": {\"command\": \"/bin/cat\","
            + " \"tools\": {\"allow\": [\""
            + tools
            + "\"]}}}}");
  }

  private CommandRun run(String... arguments) {
    return CommandRun.in(project)
        .with("GATEKEEPER_HOME", home.toString())
        .with("HOME", folder.toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString())
        .run(arguments);
  }

  @Test
  void whatTwoSignedIsInForceWithoutThePassphrase() throws Exception {
    CommandRun trust =
        run("allowlist", "trust", "--yes", "--signers", signers.toString(), "--reviewers", "1");
    assertThat(trust.err()).isEmpty();
    assertThat(trust.out())
        .contains("once its author and 1 other of these signed it")
        .contains("    alice, ssh-ed25519 SHA256:");
    list("*");
    for (Path key : new Path[] {alice, bob}) {
      CommandRun sign = run("allowlist", "sign", "--key", key.toString());
      assertThat(sign.err()).isEmpty();
      assertThat(sign.out())
          .contains("number 1\n")
          .contains("Signed by ssh-ed25519 SHA256:")
          .contains("Commit .gatekeeper/signatures/1/SHA256-");
    }

    assertThat(run("status").out()).contains("Statement 1 is signed by alice, bob.");
    assertThat(run("status", "--json").out()).contains("\"rule\":\"signed\"");
    assertThat(run("audit", "show", "--json").out()).contains("reviewers 1 of sha256:");
  }

  @Test
  void trustingAgainKeepsTheSignersAndNoSignersEndsThem() throws Exception {
    assertThat(run("allowlist", "trust", "--yes", "--signers", signers.toString()).exit()).isZero();
    list("*");
    assertThat(run("allowlist", "trust", "--yes").out()).contains("alice, ssh-ed25519");
    assertThat(Files.readString(home.resolve("trust.json"))).contains("\"reviewers\":1");
    assertThat(run("allowlist", "trust", "--yes", "--no-signers").exit()).isZero();
    assertThat(Files.readString(home.resolve("trust.json"))).doesNotContain("reviewers");
  }

  @Test
  void whatIsPrintedIsWhatSshKeygenSigns() throws Exception {
    CommandRun print = run("allowlist", "sign", "--print");
    byte[] signature = ssh.sign(alice, "gatekeeper-allowlist", print.outBytes());
    assertThat(run("allowlist", "sign", "--key", alice.toString()).exit()).isZero();

    try (var files = Files.walk(project.resolve(".gatekeeper/signatures"))) {
      Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      assertThat(Files.readAllBytes(file)).isEqualTo(signature); // Ed25519 is deterministic
    }
    assertThat(
            ssh.verifies(
                Files.readString(signers),
                "alice",
                "gatekeeper-allowlist",
                print.out().getBytes(UTF_8),
                signature))
        .isTrue();
  }

  @Test
  void withoutAKeyItSaysWhatToType() {
    CommandRun sign = run("allowlist", "sign");
    assertThat(sign.exit()).isEqualTo(2);
    assertThat(sign.err())
        .contains("there is no SSH key in")
        .contains("hint: gatekeeper allowlist sign --key FILE");
    assertThat(run("allowlist", "sign", "--key", folder.resolve("none").toString()).exit())
        .isEqualTo(3);
    assertThat(project.resolve(".gatekeeper/signatures")).doesNotExist();
  }

  @Test
  void anAgentsShellDoesNotSign() {
    CommandRun sign =
        CommandRun.in(project)
            .with("GATEKEEPER_HOME", home.toString())
            .with("CLAUDECODE", "1")
            .run("allowlist", "sign", "--key", alice.toString());
    assertThat(sign.exit()).isEqualTo(1);
    assertThat(project.resolve(".gatekeeper/signatures")).doesNotExist();
  }

  @Test
  void signersThatAreNotUnderstoodAreRefused() throws Exception {
    Files.writeString(signers, ssh.line("*@example.com", alice));
    CommandRun trust = run("allowlist", "trust", "--yes", "--signers", signers.toString());
    assertThat(trust.exit()).isEqualTo(3);
    assertThat(trust.err()).contains("the file of signers: line 1 has a pattern");
    assertThat(home.resolve("trust.json")).doesNotExist();
  }

  @Test
  void aBranchIsFollowedAndTakenOverByWord() throws Exception {
    commit();
    CommandRun bound = follow("--follow", "main", "--remote", "file://" + project);
    assertThat(bound.err()).isEmpty();
    assertThat(bound.out())
        .contains("It follows branch main of file://" + project + " at ")
        .contains("THAT IS A FOLDER OF THIS MACHINE");
    list("*");
    commit();
    assertThat(run("status", "--json").out()).contains("\"rule\":\"last\"");
    assertThat(run("status").out())
        .contains("follows  branch main of file://" + project + ": ")
        .contains("gatekeeper allowlist trust --update");
    assertThat(follow("--update").exit()).isZero();

    assertThat(run("status", "--json").out()).contains("\"rule\":\"content\"");
    assertThat(run("audit", "show", "--json").out()).contains("branch main of file://");
    assertThat(follow("--no-follow").exit()).isZero();
    assertThat(run("status").out()).doesNotContain("follows  ");
    assertThat(follow("--update").err()).contains("this project follows no branch");
  }

  @Test
  void aRemoteThatProvesNothingIsAUsageError() {
    CommandRun plain = follow("--follow", "main", "--remote", "http://example.org/a.git");
    assertThat(plain.exit()).isEqualTo(2);
    assertThat(plain.err()).contains("a remote is https:// without a user");
    assertThat(follow("--follow", "main", "--update").exit()).isEqualTo(2);
    assertThat(follow("--known-by", "known").err()).contains("are of --follow BRANCH");
  }

  @Test
  void whatARemoteIsKnownByHasToFitIt() throws Exception {
    Path known = Files.writeString(folder.resolve("known"), "example.org ssh-ed25519 AAAA\n");
    CommandRun wrong =
        follow(
            "--follow",
            "main",
            "--remote",
            "https://example.org/a.git",
            "--known-by",
            known.toString());
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("an https remote is known by certificates of authorities");
  }

  private CommandRun follow(String... options) {
    List<String> line = new ArrayList<>(List.of("allowlist", "trust", "--yes"));
    line.addAll(List.of(options));
    return run(line.toArray(String[]::new));
  }

  private void commit() throws Exception {
    for (String[] line :
        new String[][] {
          {"git", "add", "."},
          {"git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "list"},
          {"git", "branch", "-q", "-f", "main", "HEAD"}
        }) {
      assertThat(new ProcessBuilder(line).directory(project.toFile()).start().waitFor()).isZero();
    }
  }

  @Test
  void whyASignatureDoesNotCountYetIsSaid() throws Exception {
    String[] trust = {"allowlist", "trust", "--yes", "--signers", signers.toString()};
    assertThat(run(trust).exit()).isZero();
    assertThat(run("status").out()).doesNotContain("signed ");
    list("*");
    assertThat(run("status").out())
        .contains("signed   statement 1 is signed by nobody; 2 more of alice, bob. To sign: ");
    CommandRun strange = run("allowlist", "sign", "--key", ssh.key("mallory").toString());
    assertThat(strange.exit()).isZero();
    assertThat(strange.err())
        .contains(
            "warning: it counts for nothing here", "gatekeeper allowlist trust --signers FILE");
    assertThat(run("allowlist", "sign", "--key", alice.toString()).err()).isEmpty();
    assertThat(run("status").out())
        .contains("statement 1 is signed by alice; 1 more of bob; 1 more count for nothing: of");
    assertThat(run("status", "--json").out())
        .contains("\"signaturesLacking\":\"statement 1 is signed by alice");
    assertThat(run("allowlist", "sign", "--key", bob.toString()).err()).isEmpty();
    assertThat(run("status").out()).doesNotContain("signed   ");
  }

  @Test
  void aWrongNumberIsOneOfTheCommandLineAndAWrongFileIsNot() throws Exception {
    for (String number : new String[] {"0", "2", "17"}) {
      CommandRun trust =
          run("allowlist", "trust", "--signers", signers.toString(), "--reviewers", number);
      assertThat(trust.exit()).isEqualTo(2);
      assertThat(trust.err()).contains("hint: gatekeeper allowlist trust --signers FILE");
    }
    Files.writeString(signers, "*@x " + ssh.line("alice", alice).substring("alice ".length()));
    CommandRun trust = run("allowlist", "trust", "--signers", signers.toString());
    assertThat(trust.exit()).isEqualTo(3);
    assertThat(trust.err())
        .contains("the file of signers: ", "hint: a line for each: PRINCIPAL")
        .doesNotContain("allowlist check");
  }
}
