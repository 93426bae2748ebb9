package dev.gatekeeper.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent names a secret in an argument; the server gets the value, nobody else does. */
@Timeout(120)
final class SecretArgumentsTest {
  private static final String VALUE = "made-up \"value\" of\\a password";
  private static final String IN_JSON = VALUE.replace("\\", "\\\\").replace("\"", "\\\"");

  @TempDir Path directory;

  private TestAgent start(String more) throws Exception {
    Files.createDirectories(directory.resolve("home"));
    try (OpenVault vault = VaultFixture.create(directory.resolve("home/vault"))) {
      VaultFixture.put(vault, "shop/password", VALUE);
      VaultFixture.put(vault, "other", "made-up-other-value");
      VaultFixture.put(vault, "weak", "short");
    }
    String entry =
        "\"tools\":{\"allow\":[\"*\"]},\"secretArguments\":{\"echo\":{\"/login/password\":"
            + "[\"secret:shop/password\"],\"/list/1\":[\"secret:other\",\"secret:weak\"]}}"
            + more;
    TestAgent agent =
        new TestAgent(
            directory,
            TestAgent.fake(directory, "fake", entry)
                + ","
                + TestAgent.fake(directory, "plain", "\"tools\":{\"allow\":[\"*\"]}"));
    agent.initialize("{}");
    return agent;
  }

  private static String echo(String arguments) {
    return "{\"name\":\"fake__echo\",\"arguments\":" + arguments + "}";
  }

  @Test
  void theServerGetsTheValueAndTheLogTheName() throws Exception {
    try (TestAgent agent = start("")) {
      agent.request(
          "1",
          "tools/call",
          echo(
              "{\"a\":1.50,\"login\":{\"password\":\"secret:shop/password\"},"
                  + "\"list\":[0,\"x \\u0041 ${secret:other}!\"]}"));
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      assertThat(agent.seenBy("fake"))
          .contains(
              "\"arguments\":{\"a\":1.50,\"login\":{\"password\":\""
                  + IN_JSON
                  + "\"},\"list\":[0,\"x \\u0041 made-up-other-value!\"]}");
      assertThat(agent.audit())
          .contains("\"event\":\"grant\"")
          .contains("\"secret\":\"secret:shop/password\",\"variable\":\"echo/login/password\"")
          .contains("\"secret\":\"secret:other\",\"variable\":\"echo/list/1\"")
          .contains("\"event\":\"revoke\"")
          .doesNotContain("made-up");
    }
  }

  /** Grants are durable before the value is out, and end with the process. */
  @Test
  void grantsStandBeforeTheOutcomeAndEndAtTheEnd() throws Exception {
    try (TestAgent agent = start("")) {
      for (int i = 1; i < 4; i++) {
        agent.request(
            String.valueOf(i),
            "tools/call",
            echo("{\"login\":{\"password\":\"secret:shop/password\"}}"));
        agent.answer(String.valueOf(i));
      }
      String audit = agent.audit();
      assertThat(audit.indexOf("\"event\":\"call.intent\""))
          .isLessThan(audit.indexOf("\"event\":\"grant\""));
      assertThat(audit.indexOf("\"event\":\"grant\""))
          .isLessThan(audit.indexOf("\"event\":\"call.outcome\""));
      assertThat(audit.split("\"event\":\"grant\"", -1)).hasSize(4);
      assertThat(audit.split("\"event\":\"revoke\"", -1)).hasSize(4);
    }
  }

  @Test
  void whatIsNotAllowedThereIsDenied() throws Exception {
    try (TestAgent agent = start("")) {
      String[] refused = {
        "{\"login\":{\"password\":\"secret:other\"}}",
        "{\"login\":{\"user\":\"secret:shop/password\"}}",
        "{\"login\":{\"password\":\"${secret:shop/password} ${secret:other}\"}}",
        "{\"note\":\"see ${secret:shop/password}\"}",
        "{\"list\":[\"secret:other\"]}",
        "{\"login\":{\"password\":\"\\u0073ecret:other\"}}",
      };
      for (int i = 0; i < refused.length; i++) {
        agent.request(String.valueOf(i), "tools/call", echo(refused[i]));
        assertThat(agent.answer(String.valueOf(i)))
            .as(refused[i])
            .contains("isError\":true", "nothing was sent", "secret:shop/password in /login");
      }
      agent.request(
          "9", "tools/call", "{\"name\":\"plain__echo\",\"arguments\":{\"x\":\"secret:other\"}}");
      assertThat(agent.answer("9")).contains("takes no secrets");
      agent.request(
          "10",
          "tools/call",
          "{\"name\":\"plain__echo\",\"arguments\":{\"x\":\"T=${secret:other}\"}}");
      assertThat(agent.answer("10")).contains("\"text\":\"echo\"");
      assertThat(agent.seenBy("plain")).contains("\"x\":\"T=${secret:other}\"");
      assertThat(agent.seenBy("fake")).doesNotContain("tools/call");
      assertThat(agent.audit())
          .contains("\"rule\":\"secretArguments\"")
          .doesNotContain("\"event\":\"grant\"");
    }
  }

  @Test
  void noValueNoCall() throws Exception {
    try (TestAgent agent = start("")) {
      agent.request("1", "tools/call", echo("{\"list\":[0,\"secret:weak\"]}"));
      assertThat(agent.answer("1")).contains("isError\":true", "was not sent", "too weak");
      assertThat(agent.seenBy("fake")).doesNotContain("tools/call", "short");
      Files.delete(directory.resolve("home/vault"));
      agent.request("2", "tools/call", echo("{\"list\":[0,\"secret:other\"]}"));
      assertThat(agent.answer("2")).contains("isError\":true", "was not sent");
      assertThat(agent.audit()).contains("\"outcome\":\"unavailable\"");
    }
  }

  /** Rules see what the agent wrote. */
  @Test
  void rulesJudgeTheName() throws Exception {
    String rule =
        ",\"arguments\":{\"echo\":{\"type\":\"object\",\"properties\":{\"login\":{\"type\":\"object\","
            + "\"properties\":{\"password\":{\"type\":\"string\",\"enum\":[\"secret:shop/password\"]}}}}}}";
    try (TestAgent agent = start(rule)) {
      agent.request("1", "tools/call", echo("{\"login\":{\"password\":\"secret:shop/password\"}}"));
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      agent.request("2", "tools/call", echo("{\"login\":{\"password\":\"hunter2\"}}"));
      assertThat(agent.answer("2")).contains("violates");
      assertThat(agent.seenBy("fake")).contains(IN_JSON);
    }
  }

  /** The process was born without a secret; what it was given since ends it. */
  @Test
  void closingTheVaultEndsAServerThatHasAValueFromAnArgumentAlone() throws Exception {
    try (TestAgent agent = start("")) {
      agent.request("1", "tools/call", "{\"name\":\"plain__echo\",\"arguments\":{}}");
      agent.answer("1");
      agent.request("2", "tools/call", echo("{\"login\":{\"password\":\"secret:shop/password\"}}"));
      agent.answer("2");
      Home home = Home.locate(Map.of("GATEKEEPER_HOME", directory.resolve("home").toString()));
      KillSwitch.in(home).close();
      Pattern ended = Pattern.compile("\"event\":\"server.stop\"[^}]*\"server\":\"fake\"");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!ended.matcher(agent.recorded()).find() && System.nanoTime() < end) {
        LockSupport.parkNanos(50_000_000);
      }
      assertThat(agent.recorded())
          .containsPattern(ended)
          .contains("\"reason\":\"vault closed\"")
          .doesNotContainPattern("\"event\":\"server.stop\"[^}]*\"server\":\"plain\"");

      agent.request("3", "tools/call", echo("{\"login\":{\"password\":\"secret:shop/password\"}}"));
      assertThat(agent.answer("3")).contains("the vault was closed", "gatekeeper vault open");
      agent.request("4", "tools/call", echo("{\"plain\":true}"));
      assertThat(agent.answer("4")).contains("\"text\":\"echo\"");
    }
  }

  @Test
  void whatComesBackIsMasked() throws Exception {
    try (TestAgent agent = start("")) {
      agent.request("1", "tools/call", echo("{\"login\":{\"password\":\"secret:shop/password\"}}"));
      agent.answer("1");
      agent.watch("secret:unrelated", "made-up-unrelated");
      byte[] text = ("now " + VALUE).getBytes(UTF_8);
      assertThat(agent.masked(text)).isEqualTo("now [secret:shop/password]");
    }
  }
}
