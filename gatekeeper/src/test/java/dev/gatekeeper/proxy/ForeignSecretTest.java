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

/** Values on their way to servers that are not given them. */
@Timeout(120)
final class ForeignSecretTest {
  private static final String TOKEN = "made-up-value-of-a-token";

  @TempDir Path directory;

  private TestAgent start(String access) throws Exception {
    Files.createDirectories(directory.resolve("home"));
    try (OpenVault vault = VaultFixture.create(directory.resolve("home/vault"))) {
      VaultFixture.put(vault, "github/token", TOKEN);
    }
    String own = access + ",\"env\":{\"TOKEN\":\"secret:github/token\"}";
    TestAgent agent =
        new TestAgent(
            directory,
            TestAgent.fake(directory, "own", own)
                + ","
                + TestAgent.fake(directory, "other", access));
    agent.initialize("{\"elicitation\":{},\"sampling\":{}}");
    agent.call("1", "own__echo");
    agent.answer("1");
    agent.call("2", "other__echo");
    agent.answer("2");
    return agent;
  }

  private static String text(String value) {
    return "{\"name\":\"other__echo\",\"arguments\":{\"a\":[{\"text\":\"see " + value + "\"}]}}";
  }

  @Test
  void neitherPlainNorEncoded() throws Exception {
    String base64 = Base64.getEncoder().encodeToString(("user:" + TOKEN).getBytes(UTF_8));
    try (TestAgent agent = start("\"tools\":{\"allow\":[\"*\"]}")) {
      agent.request("3", "tools/call", text(TOKEN));
      assertThat(agent.answer("3"))
          .contains("isError\":true", "secret:github/token", "Nothing was sent")
          .doesNotContain(TOKEN);
      agent.request("4", "tools/call", text(base64));
      assertThat(agent.answer("4")).contains("Nothing was sent").doesNotContain(base64);
      agent.request(
          "5", "tools/call", "{\"name\":\"other__echo\",\"arguments\":{\"" + TOKEN + "\":1}}");
      assertThat(agent.answer("5")).contains("Nothing was sent").doesNotContain(TOKEN);
      assertThat(agent.seenBy("other")).doesNotContain(TOKEN, base64);
      assertThat(agent.audit())
          .contains("\"event\":\"call.denied\"", "\"rule\":\"secrets\"")
          .contains("\"secret\":\"secret:github/token\"")
          .doesNotContain(TOKEN, base64);
    }
  }

  @Test
  void whoIsGivenItMayBeSentIt() throws Exception {
    try (TestAgent agent = start("\"tools\":{\"allow\":[\"*\"]}")) {
      agent.request("3", "tools/call", text(TOKEN).replace("other__", "own__"));
      assertThat(agent.answer("3")).contains("\"text\":\"echo\"");
      assertThat(agent.audit()).doesNotContain(TOKEN);
    }
  }

  /** A tool, a prompt or an address that is named like it is nobody's, and is recorded masked. */
  @Test
  void namesAndAddresses() throws Exception {
    String access =
        "\"tools\":{\"allow\":[\"*\"]},\"prompts\":{\"allow\":[\"*\"]},"
            + "\"resources\":{\"allow\":[\"*\"]}";
    try (TestAgent agent = start(access)) {
      agent.call("3", "other__" + TOKEN);
      assertThat(agent.answer("3")).doesNotContain(TOKEN);
      agent.request("4", "resources/read", "{\"uri\":\"fake://t/" + TOKEN + "\"}");
      assertThat(agent.answer("4")).doesNotContain(TOKEN);
      agent.request(
          "5", "prompts/get", "{\"name\":\"other__p\",\"arguments\":{\"x\":\"" + TOKEN + "\"}}");
      assertThat(agent.answer("5")).contains("Nothing was sent").doesNotContain(TOKEN);
      agent.request("6", "logging/setLevel", "{\"level\":\"" + TOKEN + "\"}");
      assertThat(agent.answer("6")).contains("error").doesNotContain(TOKEN);
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":"
              + "{\"requestId\":77,\"reason\":\""
              + TOKEN
              + "\"}}");
      agent.leftOver();
      assertThat(agent.seenBy("other")).doesNotContain(TOKEN);
      assertThat(agent.audit()).doesNotContain(TOKEN);
    }
  }

  @Test
  void answersToQuestionsOfServers() throws Exception {
    String access = "\"tools\":{\"allow\":[\"*\"]},\"serverRequests\":[\"elicitation\"]";
    try (TestAgent agent = start(access)) {
      agent.call("3", "other__elicit");
      String asked = agent.await(line -> line.contains("elicitation/create"), "a question");
      String id = asked.replaceAll(".*\"id\":([0-9]+).*", "$1");
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"id\":"
              + id
              + ",\"result\":{\"action\":\"accept\",\"content\":{\"k\":\""
              + TOKEN
              + "\"}}}");
      agent.answer("3");
      assertThat(agent.seenBy("other")).contains("not given").doesNotContain(TOKEN);
      assertThat(agent.audit()).contains("\"outcome\":\"withheld\"").doesNotContain(TOKEN);
    }
  }
}
