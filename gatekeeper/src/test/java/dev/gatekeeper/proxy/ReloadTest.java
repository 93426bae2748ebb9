package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a session keeps, and what it ends, when another list is in force. */
@Timeout(120)
final class ReloadTest {
  private static final String TOOLS = "\"tools\":{\"allow\":[\"*\"]}";
  private static final String RESOURCES = TOOLS + ",\"resources\":{\"allow\":[\"fake://*\"]}";
  private static final String SUBSCRIBED =
      "\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"fake://one\"";

  @TempDir Path directory;

  private TestAgent subscribed() throws Exception {
    TestAgent agent = new TestAgent(directory, fake(RESOURCES));
    agent.initialize("{}");
    for (String uri : new String[] {"fake://one", "fake://two"}) {
      agent.request("\"" + uri + "\"", "resources/subscribe", "{\"uri\":\"" + uri + "\"}");
      assertThat(agent.answer("\"" + uri + "\"")).contains("did");
    }
    agent.request("3", "resources/unsubscribe", "{\"uri\":\"fake://two\"}");
    agent.answer("3");
    return agent;
  }

  private String fake(String more) {
    return TestAgent.fake(directory, "fake", more);
  }

  private static int times(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  private static void await(TestAgent agent, String part, int times) throws Exception {
    while (times(agent.seenBy("fake"), part) < times) {
      Thread.sleep(10); // the class has a time limit
    }
  }

  /** Nothing is called: the agent waits for updates, and knows nothing of lists and processes. */
  @Test
  void aSubscriptionGoesOnAtTheNextProcessOfAChangedEntry() throws Exception {
    try (TestAgent agent = subscribed()) {
      agent.adopt(fake(RESOURCES + ",\"timeout\":\"9s\""));
      await(agent, SUBSCRIBED, 2);
      String update =
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"fake://one\"}}";
      agent.say("4", "fake", update, "{\"jsonrpc\":\"2.0\",\"id\":@ID,\"result\":{}}");
      agent.answer("4");
      assertThat(agent.leftOver()).contains(update);
      assertThat(times(agent.seenBy("fake"), SUBSCRIBED)).isEqualTo(2);
      assertThat(agent.seenBy("fake"))
          .containsOnlyOnce("resources/subscribe\",\"params\":{\"uri\":\"fake://two");
    }
  }

  @Test
  void noneGoesOnThatTheNewEntryDoesNotAllowOrCannotKeep() throws Exception {
    for (String more : new String[] {TOOLS, RESOURCES + ",\"lifetime\":\"call\""}) {
      Files.deleteIfExists(directory.resolve("fake.seen"));
      try (TestAgent agent = subscribed()) {
        agent.adopt(fake(more));
        agent.call("4", "fake__echo");
        assertThat(agent.answer("4")).contains("\"text\":\"echo\"");
        assertThat(times(agent.seenBy("fake"), "\"method\":\"initialize\"")).isEqualTo(2);
        assertThat(times(agent.seenBy("fake"), SUBSCRIBED)).isEqualTo(1);
      }
    }
  }

  @Test
  void theNextResultTellsThatAChangedListEndedTheProcess() throws Exception {
    try (TestAgent agent = new TestAgent(directory, fake(TOOLS))) {
      agent.initialize("{}");
      agent.call("1", "fake__echo");
      assertThat(agent.answer("1")).doesNotContain("gatekeeper");
      agent.adopt(fake(TOOLS + ",\"timeout\":\"9s\""));
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2"))
          .contains("server fake was started anew, since the allow-list changed; what it kept");
      agent.call("3", "fake__echo");
      assertThat(agent.answer("3")).doesNotContain("gatekeeper");
    }
  }

  @Test
  void aServerGoesOnUnderAnotherReview() throws Exception {
    try (TestAgent agent = new TestAgent(directory, fake(TOOLS))) {
      agent.initialize("{}");
      agent.call("1", "fake__echo");
      agent.answer("1");
      agent.adopt(
          fake(TOOLS + ",\"expires\":\"2999-01-01\"")
              .replace("\"owner\":\"test\"", "\"owner\":\"others\""));
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).doesNotContain("gatekeeper");
      assertThat(times(agent.seenBy("fake"), "\"method\":\"initialize\"")).isEqualTo(1);
      agent.adopt(fake(TOOLS + ",\"expires\":\"2020-01-01\""));
      agent.call("3", "fake__echo");
      assertThat(agent.answer("3")).doesNotContain("\"text\":\"echo\"");
    }
  }

  @Test
  @Timeout(45) // a handshake that takes longer than 60 s would end it as well
  void aServerThatIsRemovedWhileItStartsIsEnded() throws Exception {
    String held = ",\"env\":{\"HELD_UNTIL\":\"" + directory.resolve("never") + "\"}";
    try (TestAgent agent = new TestAgent(directory, fake(TOOLS + held))) {
      agent.initialize("{}");
      agent.call("1", "fake__echo");
      await(agent, "\"method\":\"initialize\"", 1);
      agent.adopt("");
      assertThat(agent.answer("1")).contains("isError\":true", "the allow-list changed");
      while (!agent.recorded().contains("server.stop")) {
        Thread.sleep(10); // the class has a time limit
      }
    }
  }
}
