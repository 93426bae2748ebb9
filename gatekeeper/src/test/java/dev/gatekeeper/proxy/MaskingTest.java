package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers of a server that was given a secret and puts it where masking it is awkward. */
@Timeout(120)
final class MaskingTest {
  /** As base64 it has no padding, so that both forms are masked whole. */
  private static final String TOKEN = "made-up-value-of-a-token";

  @TempDir Path directory;

  private TestAgent start() throws Exception {
    Files.createDirectories(directory.resolve("home"));
    try (OpenVault vault = VaultFixture.create(directory.resolve("home/vault"))) {
      VaultFixture.put(vault, "github/token", TOKEN);
    }
    String entry = "\"tools\":{\"allow\":[\"*\"]},\"env\":{\"TOKEN\":\"secret:github/token\"}";
    TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "fake", entry));
    agent.initialize("{}");
    return agent;
  }

  @Test
  void keepsBackAnEnvelopeWhoseNamesBecomeOne() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "fake__collide");
      assertThat(agent.answer("1"))
          .contains("isError\":true")
          .contains("members cannot be told apart")
          .doesNotContain("secret:");
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      assertThat(agent.audit()).contains("\"outcome\":\"unreadable\"");
    }
  }

  /** A parser would keep one of the two, and nobody could say which. */
  @Test
  void keepsBackAResultWhoseNamesBecomeOne() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "fake__collide_inside");
      assertThat(agent.answer("1"))
          .contains("isError\":true")
          .contains("members cannot be told apart")
          .doesNotContain("secret:");
      assertThat(agent.audit()).contains("\"outcome\":\"unreadable\"");
    }
  }

  @Test
  void answersACallWhoseAnswerCannotBeMasked() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "fake__echo");
      agent.answer("1");
      agent.breakRedactor();
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).contains("isError\":true").contains("could not be masked");
      assertThat(agent.audit()).contains("\"outcome\":\"unreadable\"");
    }
  }
}
