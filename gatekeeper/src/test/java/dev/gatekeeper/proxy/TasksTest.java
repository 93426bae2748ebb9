package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class TasksTest {
  @TempDir Path directory;

  private TestAgent start() throws Exception {
    String more = "\"tools\":{\"allow\":[\"*\"]},\"serverRequests\":[\"sampling\"]";
    TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "fake", more));
    agent.request(
        "0",
        "initialize",
        "{\"protocolVersion\":\"2025-11-25\",\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"},"
            + "\"capabilities\":{\"sampling\":{},\"tasks\":{\"cancel\":{}}}}");
    assertThat(agent.answer("0")).doesNotContain("tasks");
    return agent;
  }

  @Test
  void answersARequestForATaskAsAnOrdinaryCall() throws Exception {
    try (TestAgent agent = start()) {
      agent.request(
          "1",
          "tools/call",
          "{\"task\":{\"ttl\":60000},\"name\":\"fake__echo\",\"arguments\":{\"task\":\"kept\"}}");
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      agent.request("2", "tools/call", "{\"name\":\"fake__echo\" , \"task\":{\"ttl\":60000}}");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      assertThat(agent.seenBy("fake"))
          .contains("\"params\":{\"name\":\"echo\",\"arguments\":{\"task\":\"kept\"}}")
          .contains("\"params\":{\"name\":\"echo\"}")
          .contains("\"capabilities\":{\"sampling\":{}}")
          .doesNotContain("ttl");
    }
  }

  @Test
  void knowsNoMethodOfTasks() throws Exception {
    try (TestAgent agent = start()) {
      for (String method : new String[] {"get", "result", "cancel", "list"}) {
        agent.request("\"" + method + "\"", "tasks/" + method, "{\"taskId\":\"t1\"}");
        assertThat(agent.answer("\"" + method + "\"")).contains("-32601");
      }
      assertThat(agent.seenBy("fake")).isEmpty();
    }
  }

  @Test
  void keepsATaskBackThatAServerMakesUnasked() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "fake__task");
      assertThat(agent.answer("1"))
          .contains("isError\":true")
          .contains("answered with a task")
          .doesNotContain("t1");
      assertThat(agent.leftOver()).isEmpty();
      assertThat(agent.audit()).contains("\"outcome\":\"unreadable\"");
    }
  }

  @Test
  void asksTheAgentForNoTask() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "fake__sample");
      String question =
          agent.await(line -> line.contains("sampling/createMessage"), "the question");
      assertThat(question).endsWith("\"params\":{\"maxTokens\":1}}");
    }
  }
}
