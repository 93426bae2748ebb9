package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever writes to our standard input need not be a client: an agent's shell can start us. */
@Timeout(120)
final class HostileAgentTest {
  private static final String RULED =
      "\"tools\":{\"allow\":[\"echo\",\"elicit\",\"secret.dotted\"]},\"serverRequests\":[\"elicitation\"],"
          + "\"arguments\":{\"echo\":{\"properties\":{\"owner\":{\"const\":\"acme\"}}}}";

  @TempDir Path directory;

  private TestAgent start() throws Exception {
    TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "s", RULED));
    agent.initialize("{\"elicitation\":{}}");
    return agent;
  }

  /** Servers that match names without regard to case would read what no rule has judged. */
  @ParameterizedTest
  @ValueSource(strings = {"Arguments", "argumentſ", "Task", "_META"})
  void refusesAMemberThatAServerMayReadAsAnother(String name) throws Exception {
    try (TestAgent agent = start()) {
      agent.request(
          "1", "tools/call", "{\"name\":\"s__echo\",\"" + name + "\":{\"owner\":\"evil\"}}");
      assertThat(agent.answer("1")).contains("\"error\"").contains("differs in case only");
      assertThat(agent.seenBy("s")).doesNotContain("evil");
    }
  }

  @Test
  void refusesAnAnswerThatAServerMayReadAsARequest() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "s__elicit");
      String question = agent.await(line -> line.contains("elicitation/create"), "the question");
      String id = question.replaceAll(".*\"id\":([0-9]+).*", "$1");
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"id\":"
              + id
              + ",\"result\":{},\"Method\":\"tools/call\",\"Params\":{\"name\":\"hidden\"}}");
      assertThat(agent.answer("1")).contains("of the client's answer, the message is malformed");
      assertThat(agent.seenBy("s")).doesNotContain("hidden");
    }
  }

  /** Its name was changed, so that the server is asked for its list first. */
  @Test
  void refusesRepeatedArgumentsBeforeAServerIsStartedForThem() throws Exception {
    try (TestAgent agent = start()) {
      agent.request(
          "1",
          "tools/call",
          "{\"name\":\"s__secret_dotted_0123abcd\",\"arguments\":{\"a\":1,\"a\":2}}");
      assertThat(agent.answer("1")).contains("the parameters are malformed");
      agent.call("2", "s__echo");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gatekeeper_status", "gatekeeper_request"})
  void refusesRepeatedArgumentsOfOurOwnTools(String tool) throws Exception {
    try (TestAgent agent = start()) {
      agent.request(
          "1", "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{\"kind\":1,\"Kind\":2}}");
      assertThat(agent.answer("1")).contains("the parameters are malformed");
      agent.call("2", "s__echo");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
    }
  }
}
