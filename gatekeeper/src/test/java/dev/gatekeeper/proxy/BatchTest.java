package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JSON-RPC batches, which who speaks MCP 2025-03-26 must take, and no other revision has. Both
 * sides choose their revision apart: what the agent speaks says nothing of a server.
 */
@Timeout(120)
final class BatchTest {
  private static final String REVISION = "2025-03-26";
  private static final String TOOLS =
      "\"tools\":{\"allow\":[\"*\"],\"deny\":[\"hidden\"]},\"serverRequests\":[\"roots\"]";

  @TempDir Path directory;

  private TestAgent start(String ofAgent, String ofServer) throws Exception {
    String more = TOOLS + ",\"env\":{\"REVISION\":\"" + ofServer + "\"}";
    TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "fake", more));
    agent.initialize("{\"roots\":{}}", ofAgent);
    return agent;
  }

  private static String request(String id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, params);
  }

  private static String call(String id, String tool) {
    return request(id, "tools/call", "{\"name\":\"fake__" + tool + "\",\"arguments\":{}}");
  }

  private static String result(String id, String text) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}}"
        .formatted(id, text);
  }

  @Test
  void anAgentsBatchIsJudgedMessageByMessageAndEachHasItsRecord() throws Exception {
    try (TestAgent agent = start(REVISION, "2025-11-25")) {
      agent.send(
          "[ %s,%s , %s,%s]"
              .formatted(
                  call("1", "echo"),
                  call("2", "hidden"),
                  request("\"p\"", "ping", "{}"),
                  call("\"\\u0033\"", "fail")));
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      assertThat(agent.answer("2")).contains("Unknown tool: fake__hidden");
      assertThat(agent.answer("\"p\"")).contains("\"result\":{}");
      assertThat(agent.answer("\"\\u0033\"")).contains("\"message\":\"no\"");
      assertThat(agent.leftOver()).isEmpty();
      assertThat(agent.seenBy("fake"))
          .doesNotContain("hidden")
          .doesNotContainPattern("(?m)^\\s*\\[");
      assertThat(agent.audit().lines().filter(line -> line.contains("\"call.")))
          .satisfiesExactlyInAnyOrder(
              line -> assertThat(line).contains("call.intent", "\"tool\":\"echo\""),
              line -> assertThat(line).contains("call.outcome", "\"outcome\":\"ok\""),
              line -> assertThat(line).contains("call.denied", "\"tool\":\"hidden\""),
              line -> assertThat(line).contains("call.intent", "\"tool\":\"fail\""),
              line -> assertThat(line).contains("call.outcome", "\"outcome\":\"error\""));
    }
  }

  @Test
  void whatIsNoMessageInABatchSpoilsNoOther() throws Exception {
    try (TestAgent agent = start(REVISION, "2025-11-25")) {
      agent.send(
          "[7,[%s],{\"id\":8,\"method\":\"ping\"},%s,%s]"
              .formatted(call("9", "echo"), call("1", "echo"), call("1", "echo")));
      assertThat(agent.answer("8")).contains("-32600", "jsonrpc is missing");
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      assertThat(agent.leftOver())
          .hasSize(3)
          .noneMatch(line -> line.contains("\"id\""))
          .anyMatch(line -> line.contains("a request with this id is in flight"));
      assertThat(agent.seenBy("fake")).containsOnlyOnce("tools/call");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-11-25", "2025-06-18", "2024-11-05"})
  void otherRevisionsHaveNone(String revision) throws Exception {
    try (TestAgent agent = start(revision, REVISION)) {
      agent.send("[" + call("1", "echo") + "]");
      assertThat(agent.await(line -> line.contains("error"), "the refusal"))
          .contains("a batch; send each message by itself")
          .doesNotContain("\"id\"");
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      assertThat(agent.seenBy("fake")).containsOnlyOnce("tools/call");
      assertThat(agent.leftOver()).isEmpty();
    }
  }

  /** "The initialize request MUST NOT be part of a JSON-RPC batch." */
  @Test
  void noSessionBeginsInOne() throws Exception {
    try (TestAgent agent = new TestAgent(directory, "")) {
      agent.send(
          "[%s]"
              .formatted(request("1", "initialize", "{\"protocolVersion\":\"" + REVISION + "\"}")));
      assertThat(agent.await(line -> line.contains("error"), "the refusal")).contains("a batch");
      agent.initialize("{}", REVISION);
      agent.send("[" + request("2", "initialize", "{}") + "]");
      assertThat(agent.answer("2")).contains("-32600", "initialized already");
    }
  }

  @Test
  void anEmptyOneAndOneThatIsTooLongAreRefusedWhole() throws Exception {
    try (TestAgent agent = start(REVISION, "2025-11-25")) {
      List<String> pings = new ArrayList<>();
      for (int i = 0; i < 4_097; i++) {
        pings.add(request("\"p" + i + "\"", "ping", "{}"));
      }
      agent.send("[]");
      agent.send("[" + String.join(",", pings) + "]");
      assertThat(agent.await(line -> line.contains("empty"), "a refusal")).contains("error");
      assertThat(agent.await(line -> line.contains("more than"), "a refusal"))
          .contains("a batch of more than 4096 elements");
      assertThat(agent.leftOver()).isEmpty();
      agent.send("[" + String.join(",", pings.subList(0, 4_096)) + "]");
      assertThat(agent.answer("\"p4095\"")).contains("\"result\":{}");
      assertThat(agent.leftOver()).hasSize(4_095);
    }
  }

  /** What it asks, what it tells and what it answers, in one line. */
  private static String saidAtOnce() {
    return "[%s,%s,%s]"
        .formatted(
            request("\"its\"", "roots/list", "{}"),
            request("\"else\"", "sampling/createMessage", "{}"),
            result("@ID", "done"));
  }

  @Test
  void aServersBatchIsJudgedMessageByMessage() throws Exception {
    try (TestAgent agent = start("2025-11-25", REVISION)) {
      agent.say("1", "fake", saidAtOnce());
      assertThat(agent.answer("1")).contains("\"text\":\"done\"");
      String question = agent.await(line -> line.contains("roots/list"), "the question");
      assertThat(question).startsWith("{");
      String id = question.replaceAll(".*\"id\":([0-9]+).*", "$1");
      agent.send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"roots\":[]}}");
      agent.call("2", "fake__echo");
      agent.answer("2");
      assertThat(agent.seenBy("fake"))
          .contains("{\"jsonrpc\":\"2.0\",\"id\":\"its\",\"result\":{\"roots\":[]}}")
          .containsPattern("\"id\":\"else\",\"error\":\\{\"code\":-32601");
      assertThat(agent.leftOver()).isEmpty();
      assertThat(agent.audit().lines().filter(line -> line.contains("\"direction\":\"server\"")))
          .satisfiesExactly(
              line -> assertThat(line).contains("call.intent", "roots/list"),
              line -> assertThat(line).contains("call.denied", "sampling/createMessage"),
              line -> assertThat(line).contains("call.outcome", "roots/list"));
    }
  }

  @Test
  void ofAServerOfAnotherRevisionItIsSetAside() throws Exception {
    try (TestAgent agent = start(REVISION, "2025-11-25")) {
      agent.say("1", "fake", saidAtOnce(), result("@ID", "by itself"));
      assertThat(agent.answer("1")).contains("\"text\":\"by itself\"");
      assertThat(agent.leftOver()).isEmpty();
      assertThat(agent.audit()).doesNotContain("roots/list", "sampling/createMessage");
    }
  }
}
