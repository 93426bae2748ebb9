package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.e2e.RawClient.Line;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers that misbehave, each a real process, all behind one session: whatever one of them does,
 * its caller gets one answer, and the session and the other servers work on.
 */
@EndToEnd
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HostileServerTest {
  private static final List<String> MODES =
      List.of(
          "never answers",
          "floods",
          "floods stderr",
          "dies",
          "dies in a line",
          "closes stdout",
          "closes stdin",
          "answers twice",
          "wrong id",
          "id as a string",
          "out of order",
          "garbage",
          "duplicate keys",
          "keys equal but for case",
          "deep nesting",
          "not utf-8",
          "both result and error",
          "ten megabytes",
          "oversize",
          "asks for everything",
          "never initializes",
          "dies at start",
          "never lists",
          "a cursor that loops",
          "pages",
          "prints at start",
          "outlives its input");

  private static Project project;
  private static RawClient client;

  /**
   * A call that waits for a server's start, sent first and asked for last: a start may take long.
   */
  private static String neverInitialized;

  @BeforeAll
  static void adopt(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    project = new Project(folder);
    String entry = "{\"tools\": {\"allow\": [\"*\"]}, \"timeout\": \"3s\"}";
    for (String mode : MODES) {
      project.hostile(peers, name(mode), mode, entry);
    }
    project.hostile(peers, "good", "honest", "{\"tools\": {\"allow\": [\"*\"]}}").adopted();
    client = connected();
    neverInitialized = client.sendTool("never-initializes__echo", "{}");
  }

  private static RawClient connected() throws Exception {
    RawClient connected = project.serve();
    connected.initialize("{}");
    assertThat(connected.listed("good__echo", "out-of-order__misbehave", "floods__misbehave"))
        .isTrue();
    return connected;
  }

  /** One session for all, unless one of the servers ended it: then only its test fails. */
  @BeforeEach
  void reconnect() throws Exception {
    if (!client.process().isAlive()) {
      client = connected();
    }
  }

  @AfterEach
  void theSessionAndTheOtherServersWorkOn() throws Exception {
    assertThat(client.call("ping", "{}").failed()).isFalse();
    assertThat(client.tool("good__echo", "{\"message\":\"still here\"}").said())
        .isEqualTo("echo still here");
  }

  @AfterAll
  static void theChainIsSound() throws Exception {
    client.finish();
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }

  private static String name(String mode) {
    return mode.replaceAll("[^a-z0-9]+", "-");
  }

  private static Line misbehave(String mode) throws Exception {
    return client.tool(name(mode) + "__misbehave", "{}");
  }

  /** The server is started again at one of the next calls. */
  private static void comesBack(String mode) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    Line line;
    do {
      line = client.tool(name(mode) + "__echo", "{\"message\":\"again\"}");
      Thread.sleep(line.failed() ? 200 : 0);
    } while (line.failed() && System.nanoTime() < end);
    assertThat(line.said()).startsWith("echo again");
  }

  @Test
  void aServerThatNeverAnswersTimesOut() throws Exception {
    Line line = misbehave("never answers");
    assertThat(line.failed()).isTrue();
    assertThat(line.said()).contains("never-answers").contains("3");
    comesBack("never answers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"floods", "floods stderr"})
  void aFloodPasses(String mode) throws Exception {
    assertThat(misbehave(mode).said()).isEqualTo("after the flood");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dies", "dies in a line", "closes stdout", "closes stdin"})
  void theDeathOfAServerAnswersItsCalls(String mode) throws Exception {
    Line line = misbehave(mode);
    assertThat(line.failed()).isTrue();
    assertThat(line.said()).contains(name(mode));
    comesBack(mode);
  }

  @Test
  void deathAnswersEveryPendingCall() throws Exception {
    List<String> pending = new ArrayList<>();
    client.tool("dies__echo", "{}");
    for (int i = 0; i < 5; i++) {
      pending.add(client.sendTool("dies__misbehave", "{}"));
    }
    for (String id : pending) {
      assertThat(client.answer(id).failed()).isTrue();
    }
    comesBack("dies");
  }

  @Test
  void onlyTheFirstAnswerCounts() throws Exception {
    String id = client.sendTool("answers-twice__misbehave", "{}");
    assertThat(client.answer(id).said()).isEqualTo("first");
    comesBack("answers twice");
    assertThat(client.lines().stream().filter(line -> line.answers(id))).hasSize(1);
  }

  @Test
  void answersToNobodyAreSetAside() throws Exception {
    assertThat(misbehave("wrong id").said()).isEqualTo("right");
    assertThat(client.lines().stream().filter(line -> line.text().contains("nobody-asked")))
        .isEmpty();
  }

  @Test
  void anIdOfAnotherTypeIsAnotherId() throws Exception {
    assertThat(misbehave("id as a string").failed()).isTrue();
  }

  @Test
  void answersOutOfOrderReachTheirCallers() throws Exception {
    List<String> ids = new ArrayList<>();
    for (String message : List.of("a", "b", "c")) {
      ids.add(client.sendTool("out-of-order__misbehave", "{\"message\":\"" + message + "\"}"));
    }
    assertThat(client.answer(ids.get(0)).said()).isEqualTo("held a");
    assertThat(client.answer(ids.get(1)).said()).isEqualTo("held b");
    assertThat(client.answer(ids.get(2)).said()).isEqualTo("held c");
  }

  @Test
  void garbageIsSetAside() throws Exception {
    assertThat(misbehave("garbage").said()).isEqualTo("after the garbage");
    assertThat(client.tool("prints-at-start__echo", "{}").failed()).isFalse();
    assertThat(client.lines().stream().filter(line -> line.json().isMissingNode())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "duplicate keys",
        "keys equal but for case",
        "deep nesting",
        "not utf-8",
        "both result and error",
        "oversize"
      })
  void aMalformedAnswerIsAnError(String mode) throws Exception {
    Line line = misbehave(mode);
    assertThat(line.failed()).as("%.300s", line.text()).isTrue();
    assertThat(line.text()).doesNotContain("smuggled");
    comesBack(mode);
  }

  @Test
  void tenMegabytesPass() throws Exception {
    assertThat(misbehave("ten megabytes").said()).hasSize(10 << 20);
  }

  @Test
  void whatTheEntryDoesNotAllowIsRefusedToTheServer() throws Exception {
    assertThat(misbehave("asks for everything").json().path("result").toString())
        .contains("error")
        .doesNotContain("\\\"result\\\"");
    assertThat(client.lines().stream().filter(line -> line.text().contains("your password")))
        .isEmpty();
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void slowAndDeadServersDoNotEmptyTheList() throws Exception {
    assertThat(client.listed("good__echo", "pages__tool_19", "a-cursor-that-loops__echo")).isTrue();
    assertThat(client.tool("dies-at-start__echo", "{}").failed()).isTrue();
    Line line =
        client.await(
            "the end of a start",
            answer -> answer.answers(neverInitialized),
            Duration.ofSeconds(100));
    assertThat(line.failed()).as("%s", line.text()).isTrue();
  }

  @Test
  void aThousandRequestsAreInFlight() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i : IntStream.range(0, 1000).toArray()) {
      ids.add(client.sendTool("good__echo", "{\"message\":\"" + i + "\"}"));
    }
    for (int i = 0; i < ids.size(); i++) {
      assertThat(client.answer(ids.get(i)).said()).isEqualTo("echo " + i);
    }
  }

  @Test
  void hostileLinesOfTheClientDoNotEndTheSession() throws Exception {
    Stream<byte[]> lines =
        Stream.of(
            "not json at all".getBytes(UTF_8),
            "".getBytes(UTF_8),
            "[]".getBytes(UTF_8),
            "{\"jsonrpc\":\"2.0\",\"id\":\"dup\",\"id\":\"dup2\",\"method\":\"ping\"}"
                .getBytes(UTF_8),
            ("{\"jsonrpc\":\"2.0\",\"id\":\"deep\",\"method\":\"ping\",\"params\":{\"x\":"
                    + "[".repeat(100_000)
                    + "]".repeat(100_000)
                    + "}}")
                .getBytes(UTF_8),
            new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
            ("{\"jsonrpc\":\"2.0\",\"id\":\"big\",\"method\":\"ping\",\"params\":{\"x\":\""
                    + "x".repeat(65 << 20)
                    + "\"}}")
                .getBytes(UTF_8));
    for (byte[] line : lines.toList()) {
      client.send(line);
      assertThat(client.call("ping", "{}").failed()).isFalse();
    }
    assertThat(client.answer("\"deep\"").failed()).isTrue();
    assertThat(client.answer("\"big\"").failed()).isTrue();
  }
}
