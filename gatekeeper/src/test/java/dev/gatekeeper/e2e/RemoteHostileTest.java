package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.e2e.RawClient.Line;
import dev.gatekeeper.http.RawServer.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Remote servers that misbehave, all behind one session: whatever one of them does, its caller gets
 * one answer in time, the session and the other servers work on, memory is bounded, and the header
 * with the secret goes nowhere else.
 */
@EndToEnd
final class RemoteHostileTest {
  private static final String TOKEN = "made-up-token-Rt5wLq82Zx";

  /** Nothing good comes of these: the call fails, with a text. */
  private static final List<String> FAILING =
      List.of(
          "never-answers",
          "slow-headers",
          "slow-body",
          "endless-comments",
          "half-closed",
          "hangs-up",
          "resets",
          "endless-headers",
          "endless-status",
          "endless-1xx",
          "endless-event",
          "endless-lines",
          "endless-notifications",
          "endless-body",
          "huge-length",
          "gzip-bomb",
          "endless-error",
          "not-http",
          "chunks-of-nonsense",
          "chunk-below-zero",
          "chunk-above-all",
          "length-too-long",
          "length-and-chunks",
          "two-lengths",
          "length-below-zero",
          "wrong-content-type",
          "no-content-type",
          "empty",
          "accepted-only",
          "header-with-nul",
          "no-json",
          "batch",
          "duplicate-keys",
          "event-id-with-nul",
          "event-without-end",
          "retry-zero",
          "retry-forever",
          "redirect-301",
          "redirect-302",
          "redirect-303",
          "redirect-307",
          "redirect-308",
          "redirect-to-a-file",
          "unauthorized",
          "forbidden",
          "asks-for-a-password",
          "busy",
          "quotes-the-secret",
          "speaks-to-the-model");

  /** Of some it is known what the reason is. */
  private static final Map<String, String> REASONS =
      Map.of(
          "never-answers", "within 3 s",
          "endless-body", "more than",
          "huge-length", "more than",
          "wrong-content-type", "text/html",
          "batch", "a batch",
          "duplicate-keys", "occurs twice",
          "redirect-307", "another origin",
          "unauthorized", "HTTP 401",
          "forbidden", "HTTP 403",
          "busy", "HTTP 429");

  /** What is said in the end, where the call is to come through all the same. */
  private static final Map<String, String> PASSING =
      Map.of(
          "http-1-0", "old",
          "answers-nobody-asked", "right",
          "answers-twice", "first",
          "answers-on-two-streams", "said twice",
          "asks-for-everything", "asked");

  /** What they say of the session cannot be sent back: they are no servers. */
  private static final List<String> WITHOUT_SESSION =
      List.of("session-with-control", "session-with-blank", "session-without-end", "two-sessions");

  private static final String ENTRY =
      """
      {"tools": {"allow": ["*"]}, "timeout": "3s", "limits": {"maxMessage": 1048576},
       "headers": {"Authorization": "Bearer ${secret:hostile/token}"}}\
      """;

  private static final Map<String, String> CALLS = new TreeMap<>();
  private static HostileHttp hostile;
  private static HostileHttp elsewhere;
  private static Project project;
  private static RawClient client;

  /** All misbehave at once, so that one who waits for its time limit keeps nobody else waiting. */
  @BeforeAll
  static void adopt(@TempDir Path folder) throws Exception {
    hostile = new HostileHttp();
    elsewhere = new HostileHttp();
    hostile.redirectTo(elsewhere.uri("elsewhere"));
    project = new Project(folder).secret("hostile/token", TOKEN);
    List<String> modes =
        Stream.of(
                FAILING.stream(),
                PASSING.keySet().stream(),
                WITHOUT_SESSION.stream(),
                Stream.of("good", "returns-the-secret"))
            .flatMap(names -> names)
            .toList();
    modes.forEach(mode -> project.remote(mode, hostile.uri(mode), ENTRY));
    project.adopted();
    client = project.serve();
    client.initialize("{\"elicitation\":{\"form\":{}},\"sampling\":{}}");
    assertThat(client.listed("good__echo", "gzip-bomb__misbehave", "batch__misbehave")).isTrue();
    for (String mode : modes) {
      CALLS.put(mode, client.sendTool(mode + "__misbehave", "{}"));
    }
  }

  @AfterEach
  void theSessionAndTheOtherServersWorkOn() throws Exception {
    assertThat(client.call("ping", "{}").failed()).isFalse();
    assertThat(client.tool("good__echo", "{}").said()).isEqualTo("echo");
  }

  private static Line answer(String mode) throws Exception {
    return client.answer(Objects.requireNonNull(CALLS.get(mode), mode));
  }

  @ParameterizedTest
  @FieldSource("FAILING")
  void itsCallerIsToldWhatIsWrong(String mode) throws Exception {
    Line line = answer(mode);
    assertThat(line.failed()).as("%.300s", line.text()).isTrue();
    assertThat(line.said())
        .contains(mode)
        .contains(REASONS.getOrDefault(mode, ""))
        .hasSizeBetween(20, 2000);
    assertThat(line.text()).doesNotContain("smuggled").doesNotContain("\\u001b");
    // It is not given up for good.
    assertThat(client.tool(mode + "__echo", "{}").text()).doesNotContain(TOKEN);
  }

  @ParameterizedTest
  @FieldSource("WITHOUT_SESSION")
  void aSessionThatCannotBeNamedIsNone(String mode) throws Exception {
    assertThat(client.tool(mode + "__echo", "{}").failed()).isTrue();
    assertThat(hostile.requests(mode))
        .allSatisfy(seen -> assertThat(seen.header("mcp-session-id")).isEmpty());
  }

  @Test
  void whatCanBeUnderstoodPasses() throws Exception {
    for (Map.Entry<String, String> passing : PASSING.entrySet()) {
      Line line = answer(passing.getKey());
      assertThat(line.said())
          .as("%s: %s", passing.getKey(), line.text())
          .isEqualTo(passing.getValue());
    }
    assertThat(client.tool("answers-on-two-streams__echo", "{}").said()).isEqualTo("echo");
    for (String mode : PASSING.keySet()) {
      String call = Objects.requireNonNull(CALLS.get(mode));
      assertThat(client.lines().stream().filter(line -> line.answers(call))).hasSize(1);
    }
    assertThat(client.lines().stream().filter(line -> line.text().contains("your password")))
        .isEmpty();
  }

  @Test
  void aServerThatReturnsTheSecretDoesNotTellTheAgent() throws Exception {
    assertThat(answer("returns-the-secret").said()).startsWith("you sent Bearer ");
    assertThat(answer("quotes-the-secret").failed()).isTrue();
    assertThat(client.lines().stream().filter(line -> line.text().contains(TOKEN))).isEmpty();
  }

  @Test
  void aReconnectionThatTheServerWantsAtOnceIsNotMadeAtOnce() throws Exception {
    answer("retry-zero");
    assertThat(hostile.requests("retry-zero").stream().filter(seen -> seen.method().equals("GET")))
        .hasSizeLessThan(50);
  }

  @Test
  void anEventIdThatCannotBeSentIsNot() throws Exception {
    answer("event-id-with-nul");
    assertThat(hostile.requests("event-id-with-nul"))
        .allSatisfy(seen -> assertThat(seen.headers()).doesNotContainKey("last-event-id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"good", "redirect-307", "quotes-the-secret"})
  void theServerOfTheEntryHasTheSecret(String mode) throws Exception {
    answer(mode);
    assertThat(hostile.requests(mode))
        .isNotEmpty()
        .allSatisfy(
            seen -> assertThat(seen.header("authorization").equals("Bearer " + TOKEN)).isTrue());
  }

  @Test
  void nobodyElseHasIt() throws Exception {
    for (String mode : FAILING) {
      answer(mode);
    }
    assertThat(elsewhere.requests().stream().map(Seen::headers).map(Map::toString))
        .noneMatch(headers -> headers.contains(TOKEN));
    assertThat(elsewhere.requests().stream().map(Seen::body))
        .noneMatch(body -> body.contains("misbehave"));
    assertThat(hostile.requests().stream().map(Seen::headers))
        .noneMatch(headers -> headers.containsKey("cookie"));
  }

  /** Gigabytes were offered. */
  @Test
  void memoryIsBounded() throws Exception {
    for (String mode : FAILING) {
      answer(mode);
    }
    Path status = Path.of("/proc", client.process().pid() + "", "status");
    if (Files.exists(status)) {
      long peak =
          Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .findFirst()
              .orElseThrow();
      assertThat(peak).as("kB at most in memory").isLessThan(800_000);
    }
  }

  @AfterAll
  static void theChainIsSoundAndNothingWasPrinted() throws Exception {
    client.finish();
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
    assertThat(Files.readString(project.serveLog(), UTF_8).contains(TOKEN)).isFalse();
    assertThat(project.chain().contains(TOKEN)).isFalse();
    assertThat(client.lines().stream().filter(line -> line.json().isMissingNode())).isEmpty();
    hostile.close();
    elsewhere.close();
  }
}
