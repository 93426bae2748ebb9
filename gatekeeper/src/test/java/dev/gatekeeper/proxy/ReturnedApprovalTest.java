package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.approval.ApprovalFolder;
import dev.gatekeeper.trust.approval.ApprovalRequest;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An approval is not used up by a call that no server got, and never lets two through. */
final class ReturnedApprovalTest {
  private static final String RULES =
      "\"env\":{\"TOKEN\":\"secret:made/up\"},\"tools\":{\"allow\":[\"*\"],\"ask\":[\"*\"]}";

  @TempDir Path directory;
  private Home home;
  private ApprovalFolder folder;

  @BeforeEach
  void layOut() throws Exception {
    directory = directory.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", directory.resolve("home").toString()));
    VaultFixture.create(VaultFile.in(home).path()).close();
    folder = new ApprovalFolder(home);
  }

  private TestAgent start() throws Exception {
    TestAgent agent =
        new TestAgent(
            directory,
            TestAgent.fake(directory, "fake", RULES),
            VaultFile.in(home).header()::verifiesTrust,
            Duration.ofMinutes(5));
    agent.initialize("{}");
    return agent;
  }

  private static void call(TestAgent agent, String id, String tool) throws Exception {
    agent.request(id, "tools/call", "{\"name\":\"fake__" + tool + "\",\"arguments\":{}}");
  }

  private void approve(ApprovalRequest request) throws Exception {
    try (OpenVault vault = VaultFixture.open(VaultFile.in(home).path())) {
      folder.approve(request, vault.presence(), Instant.now());
    }
  }

  private void putIn() throws Exception {
    try (OpenVault vault = VaultFixture.open(VaultFile.in(home).path())) {
      VaultFixture.put(vault, "made/up", "made-up value");
    }
  }

  private ApprovalRequest waiting() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end) {
      List<ApprovalRequest> now = folder.waiting(Instant.now()).requests();
      if (now.size() == 1) {
        return now.getFirst();
      }
      LockSupport.parkNanos(5_000_000);
    }
    throw new AssertionError("nothing waits");
  }

  @Test
  void whatTheVaultLacksCostsNoApproval() throws Exception {
    try (TestAgent agent = start()) {
      call(agent, "1", "echo");
      ApprovalRequest request = waiting();
      approve(request);
      assertThat(agent.answer("1"))
          .contains("\"isError\":true", "It was not sent, and its approval still counts");
      assertThat(agent.seenBy("fake")).isEmpty();

      putIn();
      call(agent, "2", "echo");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      call(agent, "3", "echo");
      assertThat(waiting().id()).isNotEqualTo(request.id());
      assertThat(agent.seenBy("fake").split("tools/call", -1)).hasSize(2);
      assertThat(agent.audit())
          .contains("\"outcome\":\"returned\"", "approved by request " + request.id());
    }
  }

  @Test
  void whatMayHaveHadAnEffectHasUsedItsApprovalUp() throws Exception {
    putIn();
    try (TestAgent agent = start()) {
      call(agent, "1", "die");
      ApprovalRequest request = waiting();
      approve(request);
      assertThat(agent.answer("1")).contains("exit code 3").doesNotContain("still counts");
      call(agent, "2", "die");
      assertThat(waiting().id()).isNotEqualTo(request.id());
      assertThat(agent.seenBy("fake").split("tools/call", -1)).hasSize(2);
      assertThat(agent.audit()).doesNotContain("returned");
    }
  }
}
