package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ElicitationsTest {
  private static final String TOOLS = "\"tools\":{\"allow\":[\"*\"]}";
  private static final String ASKING = TOOLS + ",\"serverRequests\":[\"elicitation\"]";

  @TempDir Path directory;

  private TestAgent start() throws Exception {
    TestAgent agent =
        new TestAgent(
            directory,
            String.join(
                ",",
                TestAgent.fake(directory, "one", ASKING),
                TestAgent.fake(directory, "two", ASKING),
                TestAgent.fake(directory, "mute", TOOLS)));
    agent.initialize("{\"elicitation\":{\"url\":{}}}");
    return agent;
  }

  @Test
  void keepsTheSameIdOfTwoServersApart() throws Exception {
    try (TestAgent agent = start()) {
      for (String server : List.of("one", "two")) {
        agent.call("\"" + server + "\"", server + "__url");
        String question = agent.await(line -> line.contains("elicitation/create"), "the question");
        assertThat(question).contains("\"elicitationId\":\"" + server + ":e1\"");
        String done = agent.await(line -> line.contains("elicitation/complete"), "the completion");
        assertThat(done).contains("\"elicitationId\":\"" + server + ":e1\"");
        String id = question.replaceAll(".*\"id\":([0-9]+).*", "$1");
        agent.send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"action\":\"accept\"}}");
        assertThat(agent.answer("\"" + server + "\"")).contains("accept");
      }
    }
  }

  @Test
  void mapsTheIdsOfAnErrorThatAsks() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "two__url_first");
      assertThat(agent.await(line -> line.endsWith("\"id\":1}"), "the error"))
          .contains("\"code\":-3.2042e4")
          .contains("\"elicitationId\":\"two:e1\"");
    }
  }

  @Test
  void keepsBackAnErrorThatAsksWhereTheEntryDoesNotAllowIt() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "mute__url_first");
      assertThat(agent.answer("1"))
          .contains("isError\":true")
          .contains("serverRequests: elicitation")
          .doesNotContain("a.invalid");
      agent.call("2", "mute__url"); // the server is told no, and hears nothing of the client
      assertThat(agent.answer("2")).contains("-32601");
      assertThat(agent.leftOver()).isEmpty();
    }
  }
}
