package dev.gatekeeper.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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
  void masksEveryChannelAndRecordsWhatAndWhere() throws Exception {
    try (TestAgent agent = start()) {
      agent.list("0", "tools/list", "fake__");
      agent.request(
          "1",
          "tools/call",
          "{\"name\":\"fake__leak\",\"arguments\":{},\"_meta\":{\"progressToken\":\"p\"}}");
      assertThat(agent.answer("1"))
          .contains(
              "\"message\":\"[secret:github/token]\"", "\"data\":[\"[secret:github/token]\"]");
      assertThat(agent.await(line -> line.contains("notifications/message"), "a log message"))
          .contains("\"logger\":\"[secret:github/token]\"", "{\"[secret:github/token]\":0}");
      assertThat(agent.await(line -> line.contains("notifications/progress"), "progress"))
          .contains("\"message\":\"as [secret:github/token]\"");
      agent.await(line -> line.contains("tools/list_changed"), "a changed list");
      agent.request("2", "tools/list", "{}");
      assertThat(agent.answer("2")).contains("[secret:github/token]").doesNotContain(TOKEN);
      assertThat(agent.audit())
          .contains("\"redactions\":\"2\",\"secret\":\"secret:github/token\"")
          .contains("\"method\":\"stderr\",\"redactions\":\"1\",\"secret\":\"secret:github/token\"")
          .contains("\"method\":\"notifications/message\",\"redactions\":\"2\"")
          .contains("\"method\":\"notifications/progress\",\"redactions\":\"1\"")
          .doesNotContain(TOKEN);
    }
  }

  @Test
  void keepsBackWhatNoLongerFitsTheSchemaOfItsTool() throws Exception {
    try (TestAgent agent = start()) {
      agent.list("0", "tools/list", "fake__");
      agent.call("1", "fake__typed");
      assertThat(agent.answer("1"))
          .contains("isError\":true", "secret:github/token", "output schema")
          .doesNotContain("structuredContent", TOKEN);
      assertThat(agent.audit()).contains("\"outcome\":\"unreadable\"");
    }
  }

  @Test
  void filesInBase64StayBase64AndForeignTokensAreRemarkedOn() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "fake__blob");
      String file = "url=\nkey=[secret:github/token]\nghp_" + "a1".repeat(18);
      assertThat(agent.answer("1"))
          .contains("\"blob\":\"" + Base64.getEncoder().encodeToString(file.getBytes(UTF_8)))
          .contains("\"text\":\"ghp_" + "a1".repeat(18) + "\"");
      assertThat(agent.audit()).contains("\"error\":\"credential\",\"reason\":\"GitHub token\"");
    }
  }

  @Test
  void answersACallThatCannotBeSearched() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "fake__echo");
      agent.answer("1");
      agent.breakRedactor();
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).contains("isError\":true").contains("searched for secrets");
      assertThat(agent.seenBy("fake")).containsOnlyOnce("tools/call");
    }
  }
}
