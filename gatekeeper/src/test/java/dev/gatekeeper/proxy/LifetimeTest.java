package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The {@code lifetime} of an entry: when its process ends, and what the agent hears of it. */
@Timeout(120)
final class LifetimeTest {
  private static final String ALL =
      "\"tools\":{\"allow\":[\"*\"]},\"resources\":{\"allow\":[\"fake://*\"]},";
  private static final String IDLE = ALL + "\"lifetime\":\"idle:1s\"";
  private static final String CALL = ALL + "\"lifetime\":\"call\"";
  private static final String LOST =
      "was started anew, since it was not used for 1 s; what it kept";

  @TempDir Path directory;

  private TestAgent start(String... entries) throws Exception {
    TestAgent agent = new TestAgent(directory, String.join(",", entries));
    agent.initialize("{\"elicitation\":{}}");
    return agent;
  }

  private String fake(String name, String more) {
    return TestAgent.fake(directory, name, more);
  }

  private static ProcessHandle processOf(TestAgent agent, String server) throws Exception {
    agent.call("\"pid\"", server + "__pid");
    String pid = agent.answer("\"pid\"").replaceAll("(?s).*\"pid ([0-9]+)\".*", "$1");
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    process.onExit().get(30, TimeUnit.SECONDS);
  }

  private long starts(TestAgent agent, String server) throws Exception {
    return agent.seenBy(server).lines().filter(l -> l.contains("\"initialize\"")).count();
  }

  @Test
  void stopsAnIdleServerAndTellsItsNextResult() throws Exception {
    try (TestAgent agent = start(fake("fake", IDLE))) {
      awaitEnd(processOf(agent, "fake"));
      agent.call("1", "fake__echo");
      assertThat(agent.answer("1"))
          .contains("{\"type\":\"text\",\"text\":\"echo\"},{\"type\":\"text\"")
          .contains(LOST);
      agent.call("2", "fake__echo");
      assertThat(agent.answer("2")).doesNotContain("gatekeeper");
      assertThat(starts(agent, "fake")).isEqualTo(2);
    }
  }

  /** Its lists change without end, so that there is always a request of ours to answer. */
  @Test
  void aServerCannotLiveLongerThanItsEntrySays() throws Exception {
    try (TestAgent agent = start(fake("idle", IDLE), fake("call", CALL))) {
      ProcessHandle idle = processOf(agent, "idle");
      agent.call("1", "idle__restless");
      assertThat(agent.answer("1")).contains("restless");
      agent.call("2", "call__restless");
      assertThat(agent.answer("2")).contains("restless");
      agent.call("3", "call__echo");
      assertThat(agent.answer("3")).contains("\"text\":\"echo\"");
      awaitEnd(idle);
    }
  }

  @Test
  void tellsOfTheLossUntilItIsInATextThatIsShown() throws Exception {
    try (TestAgent agent = start(fake("fake", IDLE))) {
      awaitEnd(processOf(agent, "fake"));
      agent.call("1", "fake__structured");
      assertThat(agent.answer("1")).contains("\"content\":[{\"type\":\"text\"").contains(LOST);
      agent.call("2", "fake__fail");
      assertThat(agent.answer("2")).contains("\"message\":\"no [gatekeeper]").contains(LOST);
      agent.call("3", "fake__structured");
      assertThat(agent.answer("3")).contains("\"content\":[]");
    }
  }

  @Test
  void endsTheGrantsOfAnIdleServer() throws Exception {
    Files.createDirectories(directory.resolve("home"));
    try (OpenVault vault = VaultFixture.create(directory.resolve("home/vault"))) {
      VaultFixture.put(vault, "github/token", "made-up-value-of-a-token");
    }
    String env = IDLE + ",\"env\":{\"TOKEN\":\"secret:github/token\"}";
    try (TestAgent agent = start(fake("fake", env), fake("other", IDLE))) {
      awaitEnd(processOf(agent, "fake"));
      assertThat(processOf(agent, "fake").isAlive()).isTrue(); // so the end before is on record
      assertThat(agent.audit().lines())
          .filteredOn(line -> line.contains("\"server\":\"fake\""))
          .extracting(line -> line.replaceAll(".*\"event\":\"([a-z.]+)\".*", "$1"))
          .filteredOn(event -> !event.startsWith("call."))
          .startsWith("grant", "server.start", "revoke", "server.stop", "grant", "server.start");
    }
  }

  @Test
  void answersListsOfAStoppedServerFromMemory() throws Exception {
    try (TestAgent agent = start(fake("fake", IDLE))) {
      String list = agent.list("1", "tools/list", "fake__");
      awaitEnd(processOf(agent, "fake"));
      agent.request("2", "tools/list", "{}");
      assertThat(agent.answer("2")).isEqualTo(list.replace("\"id\":1", "\"id\":2"));
      assertThat(starts(agent, "fake")).isEqualTo(1);
    }
  }

  @Test
  void keepsAServerWithAnOpenRequestASubscriptionOrAQuestion() throws Exception {
    String tools = "\"tools\":{\"allow\":[\"*\"]},\"lifetime\":\"idle:1s\"";
    String questions = tools + ",\"serverRequests\":[\"elicitation\"]";
    try (TestAgent agent =
        start(
            fake("busy", tools),
            fake("told", IDLE),
            fake("asking", questions),
            fake("idle", tools))) {
      ProcessHandle busy = processOf(agent, "busy");
      agent.call("1", "busy__silent");
      ProcessHandle told = processOf(agent, "told");
      agent.request("2", "resources/subscribe", "{\"uri\":\"fake://told\"}");
      assertThat(agent.answer("2")).contains("\"did\"");
      ProcessHandle asking = processOf(agent, "asking");
      agent.call("3", "asking__elicit_after");
      agent.answer("3");
      awaitEnd(processOf(agent, "idle")); // started last, with the same time
      assertThat(busy.isAlive()).isTrue();
      assertThat(told.isAlive()).isTrue();
      assertThat(asking.isAlive()).isTrue();
      agent.request("4", "resources/unsubscribe", "{\"uri\":\"fake://told\"}");
      agent.answer("4");
      awaitEnd(told);
    }
  }

  @Test
  void runsAProcessForEachCall() throws Exception {
    try (TestAgent agent = start(fake("fake", CALL))) {
      agent.request("1", "tools/list", "{}");
      assertThat(agent.answer("1")).contains("fake__pid");
      for (int id = 2; id < 6; id++) {
        agent.call(Integer.toString(id), "fake__pid");
      }
      Set<String> pids = new HashSet<>();
      for (int id = 2; id < 6; id++) {
        String answer = agent.answer(Integer.toString(id));
        assertThat(answer).doesNotContain("gatekeeper");
        pids.add(answer.replaceAll("(?s).*\"pid ([0-9]+)\".*", "$1"));
      }
      assertThat(pids).hasSize(4);
      for (String pid : pids) {
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid));
        if (process.isPresent()) {
          awaitEnd(process.get());
        }
      }
      assertThat(starts(agent, "fake")).isEqualTo(5);
    }
  }

  @Test
  void goesOnWithTheNextCallWhereTheProcessOfOneDiesOrIsCancelled() throws Exception {
    try (TestAgent agent = start(fake("fake", CALL))) {
      agent.call("1", "fake__die");
      agent.call("2", "fake__silent");
      agent.call("3", "fake__echo");
      assertThat(agent.answer("1")).contains("exit code 3");
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":2}}");
      assertThat(agent.answer("3")).contains("\"text\":\"echo\"");
      assertThat(agent.leftOver()).isEmpty();
    }
  }

  @Test
  void refusesASubscriptionToAServerThatRunsForACall() throws Exception {
    try (TestAgent agent = start(fake("fake", CALL))) {
      agent.request("1", "resources/subscribe", "{\"uri\":\"fake://one\"}");
      assertThat(agent.answer("1")).contains("-32603").contains("one call at a time");
      assertThat(agent.seenBy("fake")).doesNotContain("resources/subscribe");
    }
  }

  @Test
  void repeatsLogLevelAndSubscriptionsToTheNextProcess() throws Exception {
    try (TestAgent agent = start(fake("fake", ALL + "\"lifetime\":\"session\""))) {
      agent.request("1", "resources/subscribe", "{\"uri\":\"fake://one\"}");
      agent.answer("1");
      agent.request("2", "logging/setLevel", "{\"level\":\"warning\"}");
      agent.answer("2");
      agent.call("3", "fake__die");
      agent.answer("3");
      agent.call("4", "fake__echo");
      assertThat(agent.answer("4")).contains("since it ended with exit code 3");
      agent.call("5", "fake__echo");
      agent.answer("5"); // so what was sent before it has been read
      assertThat(agent.seenBy("fake").lines())
          .filteredOn(line -> line.contains("resources/subscribe"))
          .hasSize(2);
      assertThat(agent.seenBy("fake").lines())
          .filteredOn(line -> line.contains("logging/setLevel"))
          .hasSize(2);
    }
  }
}
