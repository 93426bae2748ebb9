package dev.gatekeeper.trust;

import static dev.gatekeeper.vault.VaultFixture.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.signature.OpenSsh;
import dev.gatekeeper.trust.signature.SignatureFolder;
import dev.gatekeeper.trust.signature.SshSignature;
import dev.gatekeeper.trust.signature.Statement;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that reviewers signed with the real ssh-keygen. */
final class SignedTrustTest {
  private static final String NARROW = list("get_*");
  private static final String WIDE = list("*");

  @TempDir Path folder;
  private Home home;
  private Path repository;
  private OpenSsh ssh;
  private Path alice;
  private Path bob;
  private Path mallory;

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
    ssh = new OpenSsh(Files.createDirectory(folder.resolve("keys")));
    alice = ssh.key("alice");
    bob = ssh.key("bob", "-t", "rsa", "-b", "2048");
    mallory = ssh.key("mallory");
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
    repository = newRepository("repository");
    trust(Optional.of(rule(1)));
  }

  private Path newRepository(String name) throws Exception {
    Path made = Files.createDirectories(folder.resolve(name));
    git(made, "init", "-q", "-b", "main");
    git(made, "commit", "-q", "--allow-empty", "-m", name);
    Files.createDirectories(made.resolve(".gatekeeper"));
    Files.writeString(made.resolve(".gatekeeper/allowlist.json"), NARROW);
    return made;
  }

  private static void git(Path directory, String... arguments) throws Exception {
    String[] line = new String[arguments.length + 5];
    line[0] = Tools.require("git").toString();
    System.arraycopy(new String[] {"-c", "user.name=t", "-c", "user.email=t@t"}, 0, line, 1, 4);
    System.arraycopy(arguments, 0, line, 5, arguments.length);
    assertThat(new ProcessBuilder(line).directory(directory.toFile()).start().waitFor()).isZero();
  }

  private ReviewRule rule(int reviewers) throws Exception {
    return NamedReviewers.of(
        reviewers, (ssh.line("alice", alice) + ssh.line("bob", bob)).getBytes(UTF_8));
  }

  private void trust(Optional<ReviewRule> rule) throws Exception {
    Project project = Project.find(repository);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      Trust trust = new Trust(home, InstantSource.fixed(NOW));
      trust.trust(trust.propose(project, false).under(rule), project, vault.presence(), NOW);
    }
  }

  private void write(String list) throws Exception {
    Files.writeString(repository.resolve(".gatekeeper/allowlist.json"), list);
  }

  private Statement statement() throws Exception {
    return new Trust(home).statement(Project.find(repository));
  }

  private void sign(Path... keys) throws Exception {
    for (Path key : keys) {
      put(statement(), statement().number(), key);
    }
  }

  private Path put(Statement statement, long number, Path key) throws Exception {
    byte[] text = ssh.sign(key, Statement.NAMESPACE, statement.bytes());
    Path file =
        SignatureFolder.file(
            Project.find(repository).signatures(), number, SshSignature.parse(text).key());
    Files.createDirectories(file.getParent());
    return Files.write(file, text);
  }

  private InForce inForce() throws Exception {
    return new Trust(home, InstantSource.fixed(NOW)).inForce(Project.find(repository));
  }

  private void isInForce(String list, Rule rule) throws Exception {
    assertThat(inForce())
        .isInstanceOfSatisfying(
            InForce.Trusted.class,
            trusted -> {
              assertThat(trusted.rule()).isEqualTo(rule);
              assertThat(trusted.list().digest()).isEqualTo(PairDigest.of(list));
            });
  }

  @Test
  void aListThatItsAuthorAndAReviewerSignedIsInForce() throws Exception {
    write(WIDE);
    isInForce(NARROW, Rule.LAST);
    sign(alice);
    isInForce(NARROW, Rule.LAST);
    sign(bob);

    isInForce(WIDE, Rule.SIGNED);
    assertThat(inForce().text())
        .contains("signed by reviewers")
        .contains("Statement 1 is signed by alice, bob.");
  }

  @Test
  void earlierStatementsTakeNoPlaceAndOfManyTheHighestCount() throws Exception {
    trust(Optional.of(rule(1).above(70)));
    Path signatures = repository.resolve(".gatekeeper/signatures");
    for (int number = 1; number <= 70; number++) {
      Files.createDirectories(signatures.resolve(Integer.toString(number)));
    }
    write(WIDE);
    assertThat(statement().number()).isEqualTo(71);
    sign(alice, bob);
    isInForce(WIDE, Rule.SIGNED);

    for (int number = 72; number <= 172; number++) {
      Files.createDirectories(signatures.resolve(Integer.toString(number)));
    }
    isInForce(NARROW, Rule.LAST);
    assertThat(statement().number()).isEqualTo(173);
    sign(alice, bob);
    isInForce(WIDE, Rule.SIGNED);
  }

  @Test
  void theAuthorAloneIsNotEnoughWhoeverElseSigns() throws Exception {
    write(WIDE);
    sign(alice, mallory);

    isInForce(NARROW, Rule.LAST);
  }

  @Test
  void signersInTheTreeDoNotCount() throws Exception {
    write(WIDE);
    sign(alice, mallory);
    for (String name : new String[] {"allowed_signers", "signatures/allowed_signers"}) {
      Files.writeString(
          repository.resolve(".gatekeeper").resolve(name),
          ssh.line("alice", alice) + ssh.line("bob", mallory));
    }

    isInForce(NARROW, Rule.LAST);
  }

  @Test
  void aLockThatNobodySignedIsNotInForce() throws Exception {
    write(WIDE);
    sign(alice, bob);
    Files.writeString(repository.resolve(".gatekeeper/allowlist.lock.json"), "{}");

    isInForce(NARROW, Rule.LAST);
    sign(alice, bob);
    isInForce(WIDE, Rule.SIGNED);
    assertThat(inForce().lockDigest()).contains(PairDigest.of("{}"));
  }

  @Test
  void aSignatureForAnotherPurposeOrOfAnotherListDoesNotCount() throws Exception {
    write(WIDE);
    sign(alice);
    Path file = put(statement(), statement().number(), bob);
    byte[] good = Files.readAllBytes(file);
    Files.write(file, ssh.sign(bob, "git", statement().bytes()));
    isInForce(NARROW, Rule.LAST);

    Files.write(file, good);
    isInForce(WIDE, Rule.SIGNED);
    write(WIDE + " ");
    isInForce(NARROW, Rule.LAST);
  }

  @Test
  void aSignatureOfAnotherRepositoryDoesNotCount() throws Exception {
    Path first = repository;
    repository = newRepository("other");
    write(WIDE);
    Statement other = statement();
    repository = first;
    write(WIDE);
    put(other, other.number(), alice);
    put(other, other.number(), bob);

    isInForce(NARROW, Rule.LAST);
  }

  @Test
  void aSignatureOfAnotherFolderOfTheRepositoryDoesNotCount() throws Exception {
    Path below = Files.createDirectories(repository.resolve("sub"));
    Files.createDirectories(below.resolve(".gatekeeper"));
    Files.writeString(below.resolve(".gatekeeper/allowlist.json"), WIDE);
    Statement other = new Trust(home).statement(Project.find(below));
    assertThat(other.path()).isEqualTo("sub");
    write(WIDE);
    put(other, other.number(), alice);
    put(other, other.number(), bob);

    isInForce(NARROW, Rule.LAST);
  }

  @Test
  void anEarlierSignedListDoesNotComeBackBehindWhatAPersonTrusted() throws Exception {
    write(WIDE);
    sign(alice, bob);
    isInForce(WIDE, Rule.SIGNED);
    trust(Optional.of(rule(1))); // statement 1 stands beside it
    write(NARROW);
    trust(new Trust(home).propose(Project.find(repository), false).review());
    write(WIDE);

    isInForce(NARROW, Rule.LAST);
    assertThat(statement().number()).isEqualTo(2);
    sign(alice, bob);
    isInForce(WIDE, Rule.SIGNED);
  }

  @Test
  void aNumberThatNobodySignedBlocksNoLaterOne() throws Exception {
    Files.createDirectories(repository.resolve(".gatekeeper/signatures/999999999"));
    trust(Optional.of(rule(1)));
    Files.delete(repository.resolve(".gatekeeper/signatures/999999999"));
    write(WIDE);
    sign(alice, bob);

    isInForce(WIDE, Rule.SIGNED);
  }

  @Test
  void aKeyCountsUntilItExpires() throws Exception {
    String signers = ssh.line("alice", alice) + ssh.line("bob", bob, "valid-before=\"20260301Z\"");
    trust(Optional.of(NamedReviewers.of(1, signers.getBytes(UTF_8))));
    write(WIDE);
    sign(alice, bob);

    isInForce(NARROW, Rule.LAST);
  }

  @Test
  void whoIsNoLongerASignerDoesNotCount() throws Exception {
    trust(Optional.empty());
    write(WIDE);
    sign(alice, bob);

    isInForce(NARROW, Rule.LAST);
  }

  @Test
  void aRuleThatCannotBeMetIsRefused() throws Exception {
    assertThatThrownBy(() -> rule(2))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("has 2 principals")
        .hasMessageContaining("an author and 2 reviewers are 3");
    assertThatThrownBy(() -> rule(0)).isInstanceOf(TrustException.class);
  }

  @Test
  void linksFloodsAndGarbageAmongSignaturesDoNotCountNorStopOthers() throws Exception {
    write(WIDE);
    sign(alice, bob);
    Path signed = repository.resolve(".gatekeeper/signatures/1");
    Files.writeString(signed.resolve("garbage.sig"), "x");
    Files.createSymbolicLink(signed.resolve("link.sig"), Path.of("/dev/zero"));
    isInForce(WIDE, Rule.SIGNED);

    Files.move(signed, folder.resolve("elsewhere"));
    Files.createSymbolicLink(signed, folder.resolve("elsewhere"));
    isInForce(NARROW, Rule.LAST);
  }
}
