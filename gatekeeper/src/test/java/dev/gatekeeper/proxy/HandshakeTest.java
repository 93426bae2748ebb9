package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What both sides agree on before anything else, with each of the two by itself. */
@Timeout(120)
final class HandshakeTest {
  private static final String ALL =
      "\"tools\":{\"allow\":[\"*\"]},\"resources\":{\"allow\":[\"fake://*\"]},\"prompts\":{\"allow\":[\"*\"]}";

  @TempDir Path directory;

  private TestAgent agent(String variable, String value) throws Exception {
    String env = ",\"env\":{\"" + variable + "\":\"" + value.replace("\"", "\\\"") + "\"}";
    return new TestAgent(directory, TestAgent.fake(directory, "fake", ALL + env));
  }

  /** The agent's revision is in force for the agent, and offered to each server. */
  @ParameterizedTest
  @CsvSource({
    "2025-11-25, 2025-11-25",
    "2025-06-18, 2025-06-18",
    "2025-03-26, 2025-03-26",
    "2024-11-05, 2024-11-05",
    "2026-07-28, 2025-11-25",
    "made-up, 2025-11-25"
  })
  void theAgentsRevisionIsTakenWhereItIsOneAndElseTheNewest(String asked, String inForce)
      throws Exception {
    try (TestAgent agent = agent("REVISION", "2024-11-05")) {
      agent.request(
          "1", "initialize", "{\"protocolVersion\":\"" + asked + "\",\"capabilities\":{}}");
      assertThat(agent.answer("1")).contains("\"protocolVersion\":\"" + inForce + "\"");
      agent.call("2", "fake__echo"); // of an older one than it was offered, which is fine
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      assertThat(agent.seenBy("fake")).contains("\"protocolVersion\":\"" + inForce + "\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-07-28", "made-up", ""})
  void aServerOfAnotherRevisionIsOfNoUse(String revision) throws Exception {
    try (TestAgent agent = agent("REVISION", revision)) {
      agent.initialize("{}");
      agent.call("1", "fake__echo");
      assertThat(agent.answer("1"))
          .contains("isError\":true", "speaks a protocol revision that is not supported");
      assertThat(agent.seenBy("fake")).doesNotContain("notifications/initialized");
    }
  }

  /** "Only use capabilities that were successfully negotiated." */
  @Test
  void aServerIsAskedForNothingThatItDoesNotHave() throws Exception {
    try (TestAgent agent = agent("CAPABILITIES", "{\"tools\":{}}")) {
      agent.initialize("{}");
      agent.request("1", "logging/setLevel", "{\"level\":\"info\"}");
      agent.answer("1");
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      agent.request("3", "logging/setLevel", "{\"level\":\"debug\"}");
      agent.answer("3");
      agent.call("4", "fake__echo");
      agent.answer("4");
      assertThat(agent.seenBy("fake"))
          .contains("tools/list")
          .doesNotContain("logging/", "resources/", "prompts/");
    }
  }
}
