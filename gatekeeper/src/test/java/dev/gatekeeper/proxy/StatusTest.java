package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
