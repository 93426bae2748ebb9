package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** So many requests of the agent at once, with a real server that answers none of them. */
@Timeout(240)
final class InFlightTest {
  @TempDir Path directory;

  @Test
  void oneTooManyIsRefusedByItselfAndTheSessionGoesOn() throws Exception {
    String tools = "\"tools\":{\"allow\":[\"*\"]}";
    try (TestAgent agent =
        new TestAgent(
            directory,
            TestAgent.fake(directory, "fake", tools)
                + ","
                + TestAgent.fake(directory, "other", tools))) {
      agent.initialize("{}");
      agent.call("\"up\"", "other__echo");
      agent.answer("\"up\"");
      for (int i = 0; i < Calls.MAX_IN_FLIGHT; i++) {
        agent.call(String.valueOf(i), "fake__silent");
      }
      for (String method : new String[] {"tools/call", "tools/list", "resources/read"}) {
        agent.request("\"over\"", method, "{\"name\":\"other__echo\",\"uri\":\"a:b\"}");
        assertThat(agent.answer("\"over\"")).contains("-32603", "4096 requests are in flight");
      }
      agent.call("\"status\"", "gatekeeper_status");
      assertThat(agent.answer("\"status\"")).contains("server fake: running");
      assertThat(agent.leftOver()).isEmpty(); // and a ping is answered
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}");
      agent.call("\"after\"", "other__echo");
      assertThat(agent.answer("\"after\"")).contains("\"text\":\"echo\"");
      agent.call("7", "fake__die");
      Set<String> answers = new HashSet<>();
      answers.add(agent.await(line -> line.contains("stopped before it answered"), "the first"));
      agent.call("\"next\"", "fake__echo"); // while the others are still being answered
      for (int i = 1; i < Calls.MAX_IN_FLIGHT; i++) {
        answers.add(agent.await(line -> line.contains("stopped before it answered"), "the next"));
      }
      assertThat(answers).hasSize(Calls.MAX_IN_FLIGHT);
      assertThat(agent.answer("\"next\"")).contains("\"text\":\"echo\"");
      assertThat(agent.leftOver()).isEmpty();
      assertThat(agent.audit().lines().filter(line -> line.contains("\"server_ended\"")))
          .hasSize(Calls.MAX_IN_FLIGHT);
      assertThat(agent.seenBy("other")).doesNotContain("resources/read");
    }
  }
}
