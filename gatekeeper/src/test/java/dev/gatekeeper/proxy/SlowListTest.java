package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server without reviewed lists that is slow to start holds up nobody else's. */
@Timeout(120)
final class SlowListTest {
  private static final String ALL =
      "\"tools\":{\"allow\":[\"*\"]},\"resources\":{\"allow\":[\"fake://*\"]}";

  /** Between the second that a first list waits, and the five that a request for a URI does. */
  private static final Duration PATIENCE = Duration.ofMillis(3_500);

  @TempDir Path directory;

  @Test
  void listsWaitForItOnceAndBrieflyAndItIsAnnouncedWhenItIsThere() throws Exception {
    Path release = directory.resolve("release");
    String held = ",\"env\":{\"HELD_UNTIL\":\"" + release + "\"}";
    try (TestAgent agent =
        new TestAgent(
            directory,
            TestAgent.fake(directory, "fast", ALL)
                + ","
                + TestAgent.fake(directory, "a-slow", ALL + held))) {
      agent.initialize("{}");
      agent.call("0", "fast__echo");
      agent.answer("0");
      assertThat(list(agent, "1")).isLessThan(PATIENCE);
      // Twenty would take twenty seconds if each waited.
      Duration all = Duration.ZERO;
      for (int i = 2; i < 22; i++) {
        all = all.plus(list(agent, String.valueOf(i)));
      }
      assertThat(all).isLessThan(PATIENCE);
      agent.call("\"other\"", "fast__echo");
      assertThat(agent.answer("\"other\"")).contains("\"text\":\"echo\"");
      assertThat(agent.leftOver()).isEmpty();
      for (String method : new String[] {"resources/list", "resources/templates/list"}) {
        agent.request("\"" + method + "\"", method, "{}");
        agent.answer("\"" + method + "\"");
      }
      Files.createFile(release);
      agent.await(line -> line.contains("tools/list_changed"), "the change");
      agent.await(line -> line.contains("resources/list_changed"), "the change");
      agent.request("99", "tools/list", "{}");
      assertThat(agent.answer("99")).contains("fast__echo", "a-slow__echo");
      agent.call("\"there\"", "a-slow__echo");
      agent.answer("\"there\"");
      assertThat(agent.leftOver()).isEmpty(); // resources and templates changed: said once
      assertThat(agent.seenBy("a-slow")).containsOnlyOnce("\"method\":\"initialize\"");
    }
  }

  /** Where there is nobody else, a client that lists once is not sent away with nothing. */
  @Test
  void aListThatWouldBeEmptyWaitsLonger() throws Exception {
    Path release = directory.resolve("release");
    String held = ",\"env\":{\"HELD_UNTIL\":\"" + release + "\"}";
    try (TestAgent agent =
        new TestAgent(directory, TestAgent.fake(directory, "a-slow", ALL + held))) {
      agent.initialize("{}");
      agent.request("1", "tools/list", "{}");
      TimeUnit.MILLISECONDS.sleep(1_500); // longer than a list waits that has something to show
      Files.createFile(release);
      assertThat(agent.answer("1")).contains("a-slow__echo");
    }
  }

  /**
   * A server that goes on with it is told that nobody waits; {@code initialize} is not taken back.
   */
  @Test
  void aListThatNobodyWaitsForAnyMoreIsCancelled() throws Exception {
    String mute =
        "\"tools\":{\"allow\":[\"*\"]},\"prompts\":{\"allow\":[\"*\"]},\"env\":{\"MUTE\":\"1\"}";
    try (TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "mute", mute))) {
      agent.initialize("{}");
      agent.call("1", "mute__echo"); // which waits for what the server offers
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
    }
    String seen = Files.readString(directory.resolve("mute.seen"));
    String id = seen.replaceAll("(?s).*?\"id\":([0-9]+),\"method\":\"prompts/list\".*", "$1");
    assertThat(seen)
        .containsOnlyOnce("notifications/cancelled")
        .contains("\"requestId\":" + id + ",");
  }

  private static Duration list(TestAgent agent, String id) throws Exception {
    long start = System.nanoTime();
    agent.request(id, "tools/list", "{}");
    assertThat(agent.answer(id)).contains("fast__echo").doesNotContain("a-slow__");
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
