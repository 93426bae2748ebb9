package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The {@code limits} of an entry, with a real server behind each. */
@Timeout(120)
final class LimitsTest {
  private static final String SMALL =
      "\"tools\":{\"allow\":[\"*\"]},\"serverRequests\":[\"elicitation\"],\"limits\":{\"maxMessage\":16384}";
  private static final String BIG = "x".repeat(20_000);

  @TempDir Path directory;

  private TestAgent start() throws Exception {
    TestAgent agent =
        new TestAgent(
            directory,
            TestAgent.fake(directory, "small", SMALL)
                + ","
                + TestAgent.fake(directory, "plain", "\"tools\":{\"allow\":[\"*\"]}"));
    agent.initialize("{\"elicitation\":{}}");
    return agent;
  }

  @Test
  void tellsTheCallThatItsAnswerIsTooLongAndGoesOn() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "small__big");
      assertThat(agent.answer("1"))
          .contains("isError\":true")
          .containsPattern("a message of 200[0-9]{2} bytes, over its limit of 16384");
      agent.call("2", "small__echo");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      agent.call("3", "plain__big");
      agent.await(line -> line.endsWith(BIG + "\"},\"id\":3}"), "all of it");
      assertThat(agent.audit()).contains("\"outcome\":\"unreadable\"");
    }
  }

  @Test
  void refusesARequestThatIsTooLongForItsServerAndSendsNothing() throws Exception {
    try (TestAgent agent = start()) {
      String arguments = ",\"arguments\":{\"text\":\"" + BIG + "\"}}";
      agent.request("1", "tools/call", "{\"name\":\"small__echo\"" + arguments);
      assertThat(agent.answer("1"))
          .contains("isError\":true")
          .contains("server small takes at most 16384 (limits.maxMessage)");
      agent.request("2", "tools/call", "{\"name\":\"plain__echo\"" + arguments);
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      assertThat(agent.seenBy("small")).isEmpty();
      assertThat(agent.audit()).contains("\"outcome\":\"limited\"");
    }
  }

  /** Each question costs a durable record: a server must not fill the log, nor its queue. */
  @Test
  void recordsWhatAServerAsksOnlySoOftenAMinute() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "plain__ask_often");
      assertThat(agent.answer("1")).contains("\"text\":\"ask_often\"");
      agent.call("2", "small__echo");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      assertThat(agent.audit().lines().filter(line -> line.contains("\"roots/list\"")))
          .hasSize(601)
          .last()
          .asString()
          .contains("too many requests in a minute");
    }
  }

  @Test
  void answersAServersQuestionThatIsTooLong() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "small__ask_big");
      assertThat(agent.answer("1")).contains("-32600").contains("over its limit of 16384");
      assertThat(agent.leftOver()).isEmpty();
    }
  }

  @Test
  void tellsTheServerThatTheClientsAnswerIsTooLong() throws Exception {
    try (TestAgent agent = start()) {
      agent.call("1", "small__elicit");
      String question = agent.await(line -> line.contains("elicitation/create"), "the question");
      String id = question.replaceAll(".*\"id\":([0-9]+).*", "$1");
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"id\":"
              + id
              + ",\"result\":{\"action\":\"accept\",\"content\":{\"text\":\""
              + BIG
              + "\"}}}");
      assertThat(agent.answer("1")).contains("-32603").contains("over the limit of this server");
      assertThat(agent.seenBy("small")).doesNotContain(BIG);
    }
  }

  @Test
  void progressGivesACallItsWholeTimeAgain() throws Exception {
    String entry = "\"tools\":{\"allow\":[\"*\"]},\"timeout\":\"2s\"";
    try (TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "slow", entry))) {
      agent.initialize("{}");
      agent.call("0", "slow__echo");
      agent.answer("0");
      agent.call("1", "slow__slowly"); // which takes 2.5 s
      assertThat(agent.answer("1")).contains("\"text\":\"slowly\"");
    }
  }

  /** What is cancelled is told before what waits for a server that does not read. */
  @Test
  void aCancellationOvertakesWhatWaits() throws Exception {
    Path release = directory.resolve("release");
    String entry = "\"tools\":{\"allow\":[\"*\"]},\"env\":{\"RELEASE\":\"" + release + "\"}";
    try (TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "held", entry))) {
      agent.initialize("{}");
      agent.call("1", "held__hold");
      while (!agent.seenBy("held").contains("hold")) {
        Thread.sleep(10); // the class has a time limit
      }
      String filler = "x".repeat(200_000); // more than a pipe takes
      for (String id : new String[] {"2", "3", "4"}) {
        agent.request(
            id,
            "tools/call",
            "{\"name\":\"held__echo\",\"arguments\":{\"n\":" + id + ",\"f\":\"" + filler + "\"}}");
      }
      agent.leftOver();
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
      agent.leftOver();
      Files.createFile(release);
      for (String id : new String[] {"2", "3", "4"}) {
        assertThat(agent.answer(id)).contains("\"text\":\"echo\"");
      }
      String seen = agent.seenBy("held");
      assertThat(seen.indexOf("cancelled")).isBetween(0, seen.indexOf("\"n\":4"));
    }
  }
}
