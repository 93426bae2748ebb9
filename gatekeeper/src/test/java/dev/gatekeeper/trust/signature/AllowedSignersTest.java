package dev.gatekeeper.trust.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AllowedSignersTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Statement STATEMENT =
      new Statement("0".repeat(40), ".", 1, "sha256:" + "1".repeat(64), Optional.empty());

  @TempDir Path folder;
  private OpenSsh ssh;
  private Path alice;
  private Path bob;

  @BeforeEach
  void makeKeys() throws Exception {
    ssh = new OpenSsh(folder);
    alice = ssh.key("alice");
    bob = ssh.key("bob", "-t", "ecdsa", "-b", "256");
  }

  private Set<String> who(String signers, Path... keys) throws Exception {
    List<SshSignature> signatures = new java.util.ArrayList<>();
    for (Path key : keys) {
      signatures.add(SshSignature.parse(ssh.sign(key, Statement.NAMESPACE, STATEMENT.bytes())));
    }
    return new Reviewers(1, AllowedSigners.parse(signers.getBytes(UTF_8)))
        .who(STATEMENT, signatures, NOW);
  }

  private void isRefused(String line, String why) {
    assertThatThrownBy(() -> AllowedSigners.parse(line.getBytes(UTF_8)))
        .isInstanceOf(SignatureException.class)
        .hasMessageContaining(why);
  }

  @Test
  void nobodyIsAllowedByAnEmptyFile() throws Exception {
    assertThat(who("# nobody\n\n", alice, bob)).isEmpty();
  }

  @Test
  void eachPrincipalCountsOnce() throws Exception {
    Path second = ssh.key("second");
    String signers =
        ssh.line("alice", alice) + ssh.line("alice", second) + "\r\n" + ssh.line("bob", bob);
    Reviewers one = new Reviewers(1, AllowedSigners.parse(signers.getBytes(UTF_8)));

    assertThat(who(signers, alice, second)).containsExactly("alice");
    assertThat(one.suffice(who(signers, alice, second))).isFalse();
    assertThat(one.suffice(who(signers, alice, bob, bob))).isTrue();
  }

  @Test
  void theNamespaceOfALineHolds() throws Exception {
    String both = "namespaces=\"git,gatekeeper-allowlist\"";
    assertThat(who(ssh.line("alice", alice, both), alice)).containsExactly("alice");
    assertThat(who(ssh.line("alice", alice, "namespaces=\"git\""), alice)).isEmpty();
    assertThat(who(ssh.line("alice", alice, "NAMESPACES=\"git\""), alice)).isEmpty();
  }

  @Test
  void theTimesOfALineHoldAsForSshKeygen() throws Exception {
    for (String past : List.of("20000101Z", "200001011200Z", "20000101120000Z")) {
      byte[] signature = ssh.sign(alice, Statement.NAMESPACE, STATEMENT.bytes());
      String after = ssh.line("alice", alice, "valid-after=\"" + past + "\"");
      String before = ssh.line("alice", alice, "valid-before=\"" + past + "\"");
      assertThat(who(after, alice)).containsExactly("alice");
      assertThat(verifies(after, signature)).isTrue();
      assertThat(who(before, alice)).isEmpty();
      assertThat(verifies(before, signature)).isFalse();
    }
    assertThat(who(ssh.line("alice", alice, "valid-after=\"20260301120001Z\""), alice)).isEmpty();
    assertThat(who(ssh.line("alice", alice, "valid-before=\"20260301120000Z\""), alice))
        .isNotEmpty();
  }

  private boolean verifies(String signers, byte[] signature) throws Exception {
    return ssh.verifies(signers, "alice", Statement.NAMESPACE, STATEMENT.bytes(), signature);
  }

  @Test
  void whatLeavesOpenWhoOrWhenIsRefusedWithAReason() throws Exception {
    isRefused(ssh.line("*@example.com", alice), "line 1 has a pattern");
    isRefused(ssh.line("alice,bob", alice), "names several principals");
    isRefused(ssh.line("alice", alice, "cert-authority"), "is a cert-authority");
    isRefused(ssh.line("alice", alice, "valid-after=\"20260101\""), "without Z");
    isRefused(ssh.line("alice", alice, "valid-after=\"20261301Z\""), "does not exist");
    isRefused(ssh.line("alice", alice, "namespaces=\"*\""), "a pattern");
    isRefused(ssh.line("alice", alice, "verify-required"), "an unknown option");
    isRefused(ssh.line("alice", alice, "namespaces=\"a\"", "namespaces=\"b\""), "twice");
    isRefused(ssh.line("alice", alice) + ssh.line("bob", alice), "line 2 gives a key a second");
    isRefused("alice ssh-ed25519\n", "is no line of");
    isRefused("alice ssh-ed25519 !!!\n", "no key in base64");
    isRefused(ssh.line("alice", alice).replace("ssh-ed25519", "ssh-rsa"), "another type");
  }

  @Test
  void aPrintedStatementSignedByHandCounts() throws Exception {
    assertThat(new String(STATEMENT.bytes(), UTF_8))
        .isEqualTo(
            "gatekeeper-allowlist/1\nproject "
                + "0".repeat(40)
                + "\npath .\nnumber 1\nlist sha256:"
                + "1".repeat(64)
                + "\nlock none\n");
  }
}
