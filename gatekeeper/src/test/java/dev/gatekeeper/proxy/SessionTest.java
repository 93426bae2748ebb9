package dev.gatekeeper.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class SessionTest {
  private static final String ALL =
      "\"tools\":{\"allow\":[\"*\"],\"deny\":[\"hidden\"]},\"resources\":{\"allow\":[\"fake://*\"]},\"prompts\":{\"allow\":[\"*\"]}";

  @TempDir Path directory;

  private TestAgent start(String more) throws Exception {
    TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "fake", more));
    agent.initialize("{\"roots\":{\"listChanged\":true}}");
    return agent;
  }

  @Test
  void hasItsOwnToolsOnlyWhereNothingIsListed() throws Exception {
    try (TestAgent agent = new TestAgent(directory, "")) {
      agent.initialize("{}");
      agent.request("1", "tools/list", "{}");
      assertThat(agent.answer("1")).contains("gatekeeper_status").doesNotContain("__");
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).contains("Unknown tool: fake__echo");
    }
  }

  @Test
  void answersADiscoveryProbeWithMethodNotFoundAtOnce() throws Exception {
    try (TestAgent agent = new TestAgent(directory, "")) {
      agent.request("\"probe\"", "server/discover", "{}");
      assertThat(agent.answer("\"probe\"")).contains("-32601");
    }
  }

  @Test
  void refusesRequestsBeforeInitialize() throws Exception {
    try (TestAgent agent = new TestAgent(directory, "")) {
      agent.request("1", "tools/list", "{}");
      assertThat(agent.answer("1")).contains("-32600").contains("not initialized");
    }
  }

  /** JSON-RPC 2.0, error object: what is no JSON, and JSON that is no request. */
  @Test
  void tellsJsonThatIsNoRequestFromWhatIsNoJson() throws Exception {
    try (TestAgent agent = new TestAgent(directory, "")) {
      for (String line : List.of("{\"jsonrpc\":\"2.0\",\"params\":{}}", "{}", "42", "[]")) {
        agent.send(line);
        agent.await(answer -> answer.contains("\"code\":-32600"), "a refusal of " + line);
      }
      for (String line : List.of("{\"jsonrpc\":", "{\"method\":\"x\",}", "hello", "[1")) {
        agent.send(line);
        agent.await(answer -> answer.contains("\"code\":-32700"), "a refusal of " + line);
      }
      assertThat(agent.leftOver()).isEmpty();
    }
  }

  @Test
  void passesACallAndGivesTheIdBackAsWritten() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.call("\"\\u0061\\/b\"", "fake__echo");
      String answer = agent.await(line -> line.contains("\"text\":\"echo\""), "the echo");
      assertThat(answer).contains("\"id\":\"\\u0061\\/b\"");
      assertThat(agent.seenBy("fake")).contains("\"name\":\"echo\"").doesNotContain("fake__echo");
    }
  }

  @Test
  void answersHiddenAndUnknownToolsAlikeAndSendsNeither() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.call("1", "fake__hidden");
      agent.call("2", "fake__nothere");
      agent.call("3", "nobody__hidden");
      String hidden = agent.answer("1");
      assertThat(agent.answer("2"))
          .isEqualTo(hidden.replace("\"id\":1", "\"id\":2").replace("hidden", "nothere"));
      assertThat(agent.answer("3"))
          .isEqualTo(hidden.replace("\"id\":1", "\"id\":3").replace("fake__", "nobody__"));
      assertThat(agent.seenBy("fake")).doesNotContain("tools/call");
      assertThat(agent.audit())
          .contains("\"event\":\"call.denied\"")
          .contains("\"tool\":\"hidden\"");
    }
  }

  @Test
  void listsEveryPageOnceAndStopsAtACursorThatComesAgain() throws Exception {
    try (TestAgent agent = start(ALL)) {
      String list = agent.list("1", "tools/list", "fake__");
      assertThat(list).contains("fake__echo").contains("fake__after").doesNotContain("hidden");
      assertThat(list).containsPattern("fake__secret_dotted_[0-9a-f]{8}");
      agent.request("2", "tools/list", "{\"cursor\":\"made-up\"}");
      assertThat(agent.answer("2")).contains("-32602");
    }
  }

  @Test
  void callsAToolWhoseNameHadToBeChangedWithoutAListBefore() throws Exception {
    String name = dev.gatekeeper.allowlist.PublicName.of("fake", "secret.dotted");
    try (TestAgent agent = start(ALL)) {
      agent.call("1", name);
      assertThat(agent.answer("1")).contains("\"text\":\"secret.dotted\"");
    }
  }

  @Test
  void answersOnceWhereTheServerAnswersTwiceOrWithAnotherId() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.call("1", "fake__twice");
      agent.call("2", "fake__wrong_id");
      agent.call("3", "fake__garbage");
      agent.call("4", "fake__echo");
      assertThat(agent.answer("1")).contains("twice");
      assertThat(agent.answer("2")).contains("wrong_id");
      assertThat(agent.answer("3")).contains("garbage");
      assertThat(agent.answer("4")).contains("echo");
      assertThat(agent.leftOver()).isEmpty();
    }
  }

  @Test
  void tellsOfAMalformedAnswer() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.call("1", "fake__malformed");
      assertThat(agent.answer("1")).contains("isError\":true").contains("malformed");
    }
  }

  @Test
  void answersWhatADeadServerLeftAndStartsItAgain() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.call("1", "fake__silent");
      agent.call("2", "fake__die");
      assertThat(agent.answer("1")).contains("isError\":true").contains("exit code 3");
      assertThat(agent.answer("2")).contains("was not repeated");
      agent.call("3", "fake__echo");
      assertThat(agent.answer("3")).contains("\"text\":\"echo\"");
      assertThat(agent.audit()).contains("\"outcome\":\"server_ended\"");
    }
  }

  @Test
  void cancelsAtTheServerWithTheIdItKnowsAndAnswersNoMore() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.call("1", "fake__echo");
      agent.answer("1");
      agent.call("\"x\"", "fake__silent");
      agent.call("2", "fake__echo");
      agent.answer("2"); // so the silent call has been sent
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"\\u0078\",\"reason\":\"enough\"}}");
      agent.call("3", "fake__echo");
      agent.answer("3");
      String silent =
          agent.seenBy("fake").lines().filter(l -> l.contains("silent")).toList().getFirst();
      String id = silent.replaceAll(".*\"id\":([0-9]+),.*", "$1");
      assertThat(agent.seenBy("fake"))
          .contains("\"params\":{\"requestId\":" + id + ",\"reason\":\"enough\"}");
      assertThat(agent.leftOver()).isEmpty();
      assertThat(agent.audit()).contains("\"outcome\":\"cancelled\"");
    }
  }

  @Test
  void mapsProgressBackAndDropsStrayProgress() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.request(
          "1",
          "tools/call",
          "{\"name\":\"fake__progress\",\"_meta\":{\"progressToken\":\"mine\"}}");
      agent.answer("1");
      String start = agent.await(line -> line.contains("notifications/progress"), "progress");
      assertThat(start)
          .contains("\"progressToken\":\"mine\"", "starting server fake")
          .contains("\"progress\":-1.0,"); // servers begin at zero, and it has to increase
      String progress = agent.await(line -> line.contains("notifications/progress"), "progress");
      assertThat(progress).contains("\"progressToken\":\"mine\"", "\"progress\":1");
      assertThat(agent.leftOver()).isEmpty();
    }
  }

  /** A server that breaks that rule by itself is heard as it speaks, as without us between. */
  @Test
  void passesProgressAsTheServerSaysIt() throws Exception {
    String note =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,\"progress\":%s}}";
    List<String> said = List.of("0", "0", "0.50", "5e0", "3", "-7");
    StringBuilder lines = new StringBuilder();
    said.forEach(progress -> lines.append(note.formatted("@ID", progress)).append('\n'));
    lines.append("{\"jsonrpc\":\"2.0\",\"id\":@ID,\"result\":{}}");
    try (TestAgent agent = start(ALL)) {
      agent.call("0", "fake__echo");
      agent.answer("0");
      String packed = Base64.getEncoder().encodeToString(lines.toString().getBytes(UTF_8));
      agent.request(
          "1",
          "tools/call",
          "{\"name\":\"fake__say\",\"arguments\":{\"lines\":\"%s\"},\"_meta\":{\"progressToken\":\"p\"}}"
              .formatted(packed));
      agent.answer("1");
      assertThat(agent.leftOver())
          .containsExactlyElementsOf(
              said.stream().map(progress -> note.formatted("\"p\"", progress)).toList());
    }
  }

  @Test
  void refusesAServersQuestionThatTheEntryDoesNotAllow() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.call("1", "fake__roots");
      assertThat(agent.answer("1")).contains("-32601");
      assertThat(agent.leftOver()).isEmpty();
      assertThat(agent.seenBy("fake")).contains("\"capabilities\":{}");
    }
  }

  @Test
  void passesAServersQuestionThatTheEntryAllowsAndTheAnswerBack() throws Exception {
    try (TestAgent agent = start(ALL + ",\"serverRequests\":[\"roots\",\"elicitation\"]")) {
      agent.call("1", "fake__roots");
      String question = agent.await(line -> line.contains("roots/list"), "the question");
      String id = question.replaceAll(".*\"id\":([0-9]+).*", "$1");
      agent.send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"roots\":[]}}");
      assertThat(agent.answer("1")).contains("\\\"id\\\":\\\"mine\\\"").contains("roots");
      agent.call("2", "fake__elicit"); // allowed, but this client cannot
      assertThat(agent.answer("2")).contains("-32601");
      assertThat(agent.seenBy("fake"))
          .contains("\"capabilities\":{\"roots\":{\"listChanged\":true}}");
      assertThat(agent.audit()).contains("\"direction\":\"server\"");
    }
  }

  @Test
  void announcesAChangedListOnceAndAfterItWasReadAgain() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.list("1", "tools/list", "fake__");
      agent.call("2", "fake__grow");
      agent.await(line -> line.contains("tools/list_changed"), "the change");
      agent.request("3", "tools/list", "{}");
      assertThat(agent.answer("3")).contains("fake__grown0");
    }
  }

  @Test
  void routesResourcesByUriAndRefusesOthers() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.request("1", "resources/read", "{\"uri\":\"fake://one\"}");
      assertThat(agent.answer("1")).contains("\"did\":\"resources/read\"");
      agent.request("2", "resources/read", "{\"uri\":\"other://one\"}");
      assertThat(agent.answer("2")).contains("-32002");
      agent.request(
          "3",
          "completion/complete",
          "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"fake__p\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}}");
      assertThat(agent.answer("3")).contains("\"did\":\"completion/complete\"");
      assertThat(agent.seenBy("fake")).contains("\"name\":\"p\"");
    }
  }

  @Test
  void refusesAnIdThatIsInUseWithoutAnsweringForIt() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.call("7", "fake__silent");
      for (String method :
          List.of("tools/call", "ping", "tools/list", "server/discover", "initialize", "made/up")) {
        agent.request("7", method, "{\"name\":\"fake__echo\"}");
        String refusal = agent.await(line -> line.contains("in flight"), "the refusal");
        assertThat(refusal).doesNotContain("\"id\"");
      }
      agent.request("\"7\"", "ping", "{}");
      assertThat(agent.answer("\"7\"")).contains("\"result\":{}");
      assertThat(agent.leftOver()).isEmpty();
    }
  }

  @Test
  void survivesBadInput() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.send("no JSON");
      agent.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}");
      agent.send("[".repeat(100_000));
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\",\"params\":{\"name\":\"fake__echo\",\"arguments\":{\"a\":1,\"A\":2}}}");
      assertThat(agent.answer("9")).contains("-32602");
      agent.call("10", "fake__echo");
      assertThat(agent.answer("10")).contains("echo");
    }
  }

  @Test
  void keepsNoTextOfArgumentsWhereTheEntrySaysSo() throws Exception {
    try (TestAgent agent = start(ALL + ",\"argumentsKept\":{\"echo\":\"digest\"}")) {
      for (String tool : List.of("echo", "long-name")) {
        agent.request(
            tool.equals("echo") ? "1" : "2",
            "tools/call",
            "{\"name\":\"fake__" + tool + "\",\"arguments\":{\"to\":\"" + tool + "-text\"}}");
      }
      agent.answer("1");
      agent.answer("2");
      assertThat(agent.audit()).contains("\"arguments\":\"");
    }
    StringBuilder kept = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory.resolve("audit/openings"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        kept.append(Files.readString(file));
      }
    }
    assertThat(kept).contains("\"name\":\"to\"", "long-name-text").doesNotContain("echo-text");
  }

  @Test
  void limitsCallsAMinute() throws Exception {
    try (TestAgent agent = start(ALL + ",\"limits\":{\"callsPerMinute\":1}")) {
      agent.call("1", "fake__echo");
      agent.answer("1");
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).contains("isError\":true").contains("limit of calls");
    }
  }

  @Test
  void timesOutACallWithoutProgressAndCancelsIt() throws Exception {
    try (TestAgent agent = start(ALL + ",\"timeout\":\"1s\"")) {
      agent.call("1", "fake__silent");
      assertThat(agent.answer("1")).contains("isError\":true").contains("within 1 s");
      agent.call("2", "fake__echo");
      agent.answer("2");
      assertThat(agent.seenBy("fake")).contains("timed out");
    }
  }

  @Test
  void statusNamesServersAndRequestWritesAProposalDown() throws Exception {
    try (TestAgent agent = start(ALL)) {
      agent.call("1", "gatekeeper_status");
      assertThat(agent.answer("1")).contains("server fake: not started");
      agent.request(
          "2",
          "tools/call",
          "{\"name\":\"gatekeeper_request\",\"arguments\":{\"kind\":\"tool\",\"name\":\"x__y\",\"reason\":\"to"
              + " test\"}}");
      assertThat(agent.answer("2")).contains("Nothing has been granted");
      assertThat(directory.resolve("requests.jsonl")).content().contains("x__y");
      List<String> calls = agent.audit().lines().filter(l -> l.contains("\"call.")).toList();
      assertThat(calls).hasSize(4);
      for (int i = 0; i < 4; i += 2) {
        String n = calls.get(i).replaceFirst(".*?\"n\":\"(\\d+)\".*", "$1");
        assertThat(calls.get(i)).contains("\"event\":\"call.intent\"");
        assertThat(calls.get(i + 1)).contains("\"ref\":\"" + n + "\"").contains("\"duration\":");
      }
    }
  }
}
