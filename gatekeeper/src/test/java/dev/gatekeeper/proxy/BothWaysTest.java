package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What either side may begin: each is judged by the entry, mapped, and answered or taken back. */
@Timeout(120)
final class BothWaysTest {
  private static final String OWN = "acme/own";
  private static final String NOTE = "notifications/acme/note";
  private static final String DONE = result("@ID", "done");

  /** The server's own question, with a progress token of its own. */
  private static final String QUESTION =
      request("\"its\"", OWN, "{\"_meta\":{\"progressToken\":\"token of the server\"}}");

  @TempDir Path directory;

  private TestAgent start(String... servers) throws Exception {
    TestAgent agent = new TestAgent(directory, String.join(",", servers));
    agent.initialize("{\"roots\":{\"listChanged\":true}}");
    return agent;
  }

  private String fake(String name, String more) {
    return TestAgent.fake(directory, name, "\"tools\":{\"allow\":[\"*\"]}" + more);
  }

  private static String request(String id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, params);
  }

  private static String notification(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":%s}".formatted(method, params);
  }

  private static String result(String id, String text) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}}"
        .formatted(id, text);
  }

  private static String cancelled(String id) {
    return notification(
        "notifications/cancelled", "{\"requestId\":" + id + ",\"reason\":\"enough\"}");
  }

  private static String updated(String uri) {
    return notification("notifications/resources/updated", "{\"uri\":\"" + uri + "\"}");
  }

  /** Waits for the server's question; returns the id under which the agent knows it. */
  private static String asked(TestAgent agent) throws Exception {
    String question = agent.await(line -> line.contains(OWN), "the question");
    return question.replaceAll(".*\"id\":([0-9]+).*", "$1");
  }

  @Test
  void aServerIsAnsweredItsPingAndTheAgentHearsNothing() throws Exception {
    try (TestAgent agent = start(fake("fake", ""))) {
      agent.say("1", "fake", request("\"its\"", "ping", "{}"));
      assertThat(agent.answer("1")).contains("\\\"id\\\":\\\"its\\\",\\\"result\\\":{}");
      assertThat(agent.leftOver()).isEmpty();
    }
  }

  @Test
  void theAgentsProgressReachesTheServerUnderItsToken() throws Exception {
    try (TestAgent agent = start(fake("fake", ",\"serverRequests\":[\"" + OWN + "\"]"))) {
      agent.say("1", "fake", QUESTION);
      String id = asked(agent);
      for (String token : new String[] {"424242", id}) {
        agent.send(
            notification(
                "notifications/progress", "{\"progressToken\":" + token + ",\"progress\":1}"));
      }
      agent.send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"n\":1.50}}");
      assertThat(agent.answer("1")).contains("its", "1.50");
      assertThat(agent.seenBy("fake"))
          .containsOnlyOnce("notifications/progress")
          .contains("{\"progressToken\":\"token of the server\",\"progress\":1}");
    }
  }

  @Test
  void whatAServerTakesBackTheAgentIsToldAndItsLateAnswerGoesNowhere() throws Exception {
    try (TestAgent agent = start(fake("fake", ",\"serverRequests\":[\"" + OWN + "\"]"))) {
      agent.say("1", "fake", QUESTION, DONE);
      String id = asked(agent);
      agent.answer("1");
      agent.say("2", "fake", cancelled("\"another\""), cancelled("\"its\""), DONE);
      assertThat(agent.await(line -> line.contains("cancelled"), "that it was taken back"))
          .contains("\"requestId\":" + id, "\"reason\":\"enough\"");
      agent.answer("2");
      agent.send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"late\":true}}");
      agent.call("3", "fake__echo");
      agent.answer("3");
      assertThat(agent.seenBy("fake")).doesNotContain("late");
      assertThat(agent.leftOver()).isEmpty();
      assertThat(agent.audit()).contains("\"outcome\":\"cancelled\"");
    }
  }

  /** A server knows its own requests by their ids, and no other's. */
  @Test
  void idsOfQuestionsAreEachServersOwn() throws Exception {
    String may = ",\"serverRequests\":[\"" + OWN + "\"]";
    try (TestAgent agent = start(fake("fake", may), fake("other", may))) {
      agent.say("1", "fake", QUESTION, DONE);
      String of = asked(agent);
      agent.say("2", "other", cancelled("\"its\""), QUESTION, DONE);
      String ofOther = asked(agent);
      agent.say("3", "other", QUESTION); // in use there; what is said of it has no id
      assertThat(agent.answer("3"))
          .contains("a request with this id is in flight")
          .doesNotContain("its");
      assertThat(agent.leftOver()).noneMatch(line -> line.contains("cancelled"));
      agent.send("{\"jsonrpc\":\"2.0\",\"id\":" + of + ",\"result\":{\"to\":\"fake\"}}");
      agent.send("{\"jsonrpc\":\"2.0\",\"id\":" + ofOther + ",\"result\":{\"to\":\"other\"}}");
      agent.call("4", "fake__echo");
      agent.call("5", "other__echo");
      agent.answer("4");
      agent.answer("5");
      assertThat(agent.seenBy("fake")).contains("\"id\":\"its\",\"result\":{\"to\":\"fake\"}");
      assertThat(agent.seenBy("other")).contains("\"id\":\"its\",\"result\":{\"to\":\"other\"}");
    }
  }

  @Test
  void soManyQuestionsWaitForTheAgentAndNoMore() throws Exception {
    try (TestAgent agent = start(fake("fake", ",\"serverRequests\":[\"" + OWN + "\"]"))) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 257; i++) {
        lines.append(request("\"q" + i + "\"", OWN, "{}")).append('\n');
      }
      agent.say("1", "fake", lines.toString());
      assertThat(agent.answer("1")).contains("q256", "too many requests wait for the client");
      for (int i = 0; i < 256; i++) {
        asked(agent);
      }
      assertThat(agent.leftOver()).isEmpty();
    }
  }

  @Test
  void whatADeadServerAskedIsTakenBack() throws Exception {
    try (TestAgent agent = start(fake("fake", ",\"serverRequests\":[\"" + OWN + "\"]"))) {
      agent.say("1", "fake", QUESTION, DONE);
      String id = asked(agent);
      agent.call("2", "fake__die");
      assertThat(agent.await(line -> line.contains("cancelled"), "that it was taken back"))
          .contains("\"requestId\":" + id, "has stopped");
    }
  }

  @Test
  void whatTheProtocolDoesNotKnowPassesWhereTheEntryNamesIt() throws Exception {
    String methods = ",\"methods\":[\"" + OWN + "\",\"" + NOTE + "\"]";
    try (TestAgent agent = start(fake("fake", methods), fake("other", ""))) {
      agent.call("1", "fake__echo");
      agent.call("2", "other__echo");
      agent.answer("1");
      agent.answer("2");
      agent.send(notification(NOTE, "{\"of\":\"the agent\",\"n\":1.50}"));
      agent.send(notification("notifications/acme/unnamed", "{}"));
      agent.request("3", OWN, "{\"n\":1.50}");
      assertThat(agent.answer("3")).contains("\"did\":\"" + OWN + "\"");
      agent.request("4", "acme/unnamed", "{}");
      assertThat(agent.answer("4")).contains("-32601");
      agent.say("5", "other", notification(NOTE, "{\"of\":\"other\"}"), DONE);
      agent.answer("5");
      agent.say("6", "fake", notification("notifications/acme/unnamed", "{}"), DONE);
      agent.answer("6");
      assertThat(agent.leftOver()).isEmpty();
      agent.say("7", "fake", notification(NOTE, "{\"of\":\"fake\",\"n\":1.50}"), DONE);
      agent.answer("7");
      assertThat(agent.leftOver())
          .containsExactly(notification(NOTE, "{\"of\":\"fake\",\"n\":1.50}"));
      assertThat(agent.seenBy("fake"))
          .contains(notification(NOTE, "{\"of\":\"the agent\",\"n\":1.50}"))
          .doesNotContain("unnamed\",\"params\":{}");
      assertThat(agent.seenBy("other")).doesNotContain("acme/").contains("say");
    }
  }

  @Test
  void changedRootsAreToldToWhoMayKnowThem() throws Exception {
    try (TestAgent agent =
        start(fake("fake", ",\"serverRequests\":[\"roots\"]"), fake("other", ""))) {
      agent.call("1", "fake__echo");
      agent.call("2", "other__echo");
      agent.answer("1");
      agent.answer("2");
      agent.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"}");
      agent.call("3", "fake__echo");
      agent.call("4", "other__echo");
      agent.answer("3");
      agent.answer("4");
      assertThat(agent.seenBy("fake")).contains("roots/list_changed");
      assertThat(agent.seenBy("other")).doesNotContain("roots/list_changed");
    }
  }

  @Test
  void anUpdateIsPassedForAResourceThatIsAllowedAndTheServersOwn() throws Exception {
    String resources = ",\"resources\":{\"allow\":[\"fake://*\"]}";
    try (TestAgent agent = start(fake("fake", resources), fake("other", resources))) {
      agent.list("1", "resources/list", "fake://one");
      agent.say("2", "other", updated("fake://one"), DONE); // which is of the server fake
      agent.answer("2");
      agent.say("3", "fake", updated("else://one"), DONE);
      agent.answer("3");
      assertThat(agent.leftOver()).isEmpty();
      agent.say("4", "fake", updated("fake://one"), DONE);
      agent.answer("4");
      assertThat(agent.leftOver()).containsExactly(updated("fake://one"));
    }
  }

  @Test
  void aServerGetsSoManyRequestsAtOnceAsItsEntrySays() throws Exception {
    try (TestAgent agent = start(fake("fake", ",\"limits\":{\"inFlight\":1}"))) {
      agent.call("1", "fake__silent");
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).contains("isError\":true", "requests in flight");
      agent.send(cancelled("1"));
      agent.call("3", "fake__echo");
      assertThat(agent.answer("3")).contains("\"text\":\"echo\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"loud\"", "\"\"", "7", "null"})
  void aLevelThatIsNoneIsRefused(String level) throws Exception {
    try (TestAgent agent = start(fake("fake", ""))) {
      agent.call("1", "fake__echo");
      agent.answer("1");
      agent.request("2", "logging/setLevel", "{\"level\":" + level + "}");
      assertThat(agent.answer("2")).contains("-32602");
      agent.request("3", "logging/setLevel", "{\"level\":\"warn\\u0069ng\"}");
      assertThat(agent.answer("3")).contains("\"result\":{}");
      agent.call("4", "fake__echo");
      agent.answer("4");
      assertThat(agent.seenBy("fake")).containsOnlyOnce("logging/setLevel");
    }
  }
}
