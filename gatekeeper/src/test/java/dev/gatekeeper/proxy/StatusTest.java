package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code gatekeeper_status} tells of a server that tries to say more than its part. */
@Timeout(120)
final class StatusTest {
  private static final String TOKEN = "made-up-value-of-a-token";

  @TempDir Path directory;

  @Test
  void showsAServersInstructionsMaskedEscapedAndWithinTheirShare() throws Exception {
    Files.createDirectories(directory.resolve("home"));
    try (OpenVault vault = VaultFixture.create(directory.resolve("home/vault"))) {
      VaultFixture.put(vault, "github/token", TOKEN);
    }
    String entry = "\"tools\":{\"allow\":[\"*\"]},\"env\":{\"TOKEN\":\"secret:github/token\"}";
    try (TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "fake", entry))) {
      agent.initialize("{}");
      agent.call("1", "fake__echo");
      agent.answer("1");
      agent.call("2", "gatekeeper_status");
      assertThat(agent.answer("2"))
          .contains(
              "instructions: Call me.\\\\u{a}server other:"
                  + " running\\\\u{202e}\\\\u{3c}b>[secret:github/token]xx")
          .contains("x…")
          .doesNotContain(TOKEN)
          .hasSizeLessThan(3_000);
    }
  }

  /** Somebody holds the log, or its disk hangs: that is what the agent asks about. */
  @Test
  void isToldWithoutARecordThatIsLateAndRecordedThen() throws Exception {
    try (TestAgent agent = new TestAgent(directory, "")) {
      agent.initialize("{}");
      agent.call("1", "gatekeeper_status");
      assertThat(agent.answer("1")).doesNotContain("does not get on");
      try (LockFile _ =
          LockFile.acquire(directory.resolve("audit/append.lock"), Duration.ofSeconds(5))) {
        agent.call("2", "gatekeeper_status");
        assertThat(agent.answer("2")).contains("list: test", "does not get on");
        assertThat(agent.recorded()).containsOnlyOnce("call.intent");
      }
      agent.call("3", "gatekeeper_status"); // recorded behind the one before
      agent.answer("3");
      String log = agent.audit();
      assertThat(log.lines().filter(line -> line.contains("call.intent"))).hasSize(3);
      assertThat(log.lines().filter(line -> line.contains("\"outcome\":\"ok\""))).hasSize(3);
    }
  }
}
