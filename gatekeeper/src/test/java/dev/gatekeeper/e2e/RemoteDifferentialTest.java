package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.json.Slice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A direct and a proxied answer of a remote server are the same bytes, where no rule edits them: of
 * {@code server-everything} over Streamable HTTP and over HTTP with SSE, of the TypeScript SDK's
 * transport in its modes, and of the Java SDK's servlet.
 */
@EndToEnd
final class RemoteDifferentialTest {
  /** The TypeScript SDK's servers take 4 MB of a message, the message around it included. */
  private static final int THREE_MEGABYTES = 3_000_000;

  private static final String ALL =
      """
      {"tools": {"allow": ["*"]}, "prompts": {"allow": ["*"]}, "resources": {"allow": ["*"]},
       "serverRequests": ["elicitation", "roots"]}\
      """;

  private static final List<AutoCloseable> RUNNING = new ArrayList<>();
  private static final Map<String, RawHttp> DIRECT = new TreeMap<>();
  private static RawClient proxied;
  private static int lastId = 1_000_000;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    Project project = new Project(folder);
    HttpPeer everything = running(HttpPeer.everything(peers, folder, "streamableHttp"));
    HttpPeer sse = running(HttpPeer.everything(peers, folder, "sse"));
    HttpPeer example = running(HttpPeer.example(peers, folder));
    HttpPeer servlet = running(HttpPeer.servlet(folder));
    project
        .remote("everything", everything.uri("/mcp"), ALL)
        .remote("old", sse.uri("/sse"), ALL)
        .remote("example", example.uri("/mcp"), ALL)
        .remote("servlet", servlet.uri("/mcp"), ALL);
    DIRECT.put("everything", running(RawHttp.streamable(everything.uri("/mcp"))));
    DIRECT.put("old", running(RawHttp.old(sse.uri("/sse"))));
    DIRECT.put("example", running(RawHttp.streamable(example.uri("/mcp"))));
    DIRECT.put("servlet", running(RawHttp.streamable(servlet.uri("/mcp"))));
    for (String mode : List.of("events", "json", "stateless")) {
      HttpPeer peer = running(HttpPeer.streamable(peers, folder, mode));
      project.remote(mode, peer.uri("/mcp"), ALL);
      DIRECT.put(mode, running(RawHttp.streamable(peer.uri("/mcp"))));
    }
    project.adopted();
    proxied = running(project.serve());
    proxied
        .answering(
            "elicitation/create", "{\"action\":\"accept\",\"content\":{\"name\":\"Ada Made-Up\"}}")
        .answering("roots/list", "{\"roots\":[{\"uri\":\"file:///made/up\",\"name\":\"of Ada\"}]}")
        .initialize("{\"elicitation\":{\"form\":{}},\"roots\":{}}");
    assertThat(
            proxied.listed(
                DIRECT.keySet().stream().map(n -> n + "__" + first(n)).toArray(String[]::new)))
        .isTrue();
  }

  private static String first(String server) {
    return server.equals("example") ? "greet" : "echo";
  }

  private static <T extends AutoCloseable> T running(T thing) {
    RUNNING.addFirst(thing);
    return thing;
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable thing : RUNNING) {
      thing.close();
    }
  }

  static Stream<Ask> asks() {
    return Stream.of(
            Ask.everything("everything", THREE_MEGABYTES),
            Ask.everything("old", THREE_MEGABYTES),
            Stream.of("events", "json", "stateless", "servlet")
                .flatMap(server -> small().map(ask -> ask.of(server))),
            examples().map(ask -> ask.of("example")))
        .flatMap(asks -> asks);
  }

  private static Stream<Ask> small() {
    return Stream.of(
        Ask.tool("echo", "{\"message\":\"plain\"}"),
        Ask.tool("echo", "{}"),
        Ask.tool("echo", "{\"message\":\"line\\n\\r\\u2028 gr\\u00fc\\u00dfe \\ud83d\\ude42\"}"),
        Ask.tool("echo", "{\"message\":\"data: x\\n\\nevent: y\\nid: 7\"}"),
        Ask.tool("echo", "{\"message\":\"x\",\"deep\":[[[{\"a\":[1,2.50,1e3,null,true]}]]]}"),
        Ask.tool("echo", "{\"message\":\"" + "m".repeat(500_000) + "\"}"));
  }

  private static Stream<Ask> examples() {
    return Stream.of(
        Ask.tool("greet", "{\"name\":\"Ada\"}"),
        Ask.tool("greet", "{\"name\":7}"),
        Ask.tool("list-files", "{}"),
        Ask.ask(
            "prompts/get", "{\"name\":\"@greeting-template\",\"arguments\":{\"name\":\"Ada\"}}"),
        Ask.ask("resources/read", "{\"uri\":\"https://example.com/greetings/default\"}"),
        Ask.ask("resources/read", "{\"uri\":\"file:///example/file2.txt\"}"));
  }

  @ParameterizedTest
  @MethodSource("asks")
  void answersAreTheSameBytes(Ask ask) throws Exception {
    String id = String.valueOf(++lastId);
    RawHttp straight = Objects.requireNonNull(DIRECT.get(ask.server()), ask.server());
    straight.send(message(ask, id, ""));
    proxied.send(message(ask, id, ask.server() + "__"));

    assertSameBytes(proxied.answer(id).bytes(), straight.answer(id).bytes());
  }

  private static String message(Ask ask, String id, String prefix) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, ask.method(), ask.params().replace("@", prefix));
  }

  private static void assertSameBytes(byte[] through, byte[] straight) {
    if (straight.length < 10_000) {
      assertThat(new String(through, UTF_8)).isEqualTo(new String(straight, UTF_8));
    }
    assertThat(Arrays.mismatch(through, straight)).as("first difference").isEqualTo(-1);
  }

  /** Definitions: the server's bytes, in the server's order, but for the name. */
  @ParameterizedTest
  @ValueSource(strings = {"everything", "old", "example", "servlet", "events", "json", "stateless"})
  void definitionsAreTheSameBytesButForTheName(String server) throws Exception {
    String prefix = "\"name\":\"" + server + "__";
    List<String> straight =
        tools(Objects.requireNonNull(DIRECT.get(server)).call("tools/list", "{}"));
    List<String> through =
        tools(proxied.call("tools/list", "{}")).stream()
            .filter(definition -> definition.contains(prefix))
            .map(definition -> definition.replace(prefix, "\"name\":\""))
            .toList();

    assertThat(through).isEqualTo(straight).isNotEmpty();
  }

  private static List<String> tools(RawClient.Line answer) throws Exception {
    Slice result = Slice.of(answer.bytes()).members().get("result").orElseThrow();
    return result.members().get("tools").orElseThrow().elements().stream()
        .map(definition -> new String(definition.toBytes(), UTF_8))
        .toList();
  }

  @Test
  void aQuestionOfARemoteServerIsAnswered() throws Exception {
    assertThat(proxied.tool("events__ask", "{}").said()).isEqualTo("accept Ada Made-Up");
    assertThat(proxied.tool("servlet__roots", "{}").said()).contains("file:///made/up");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"servlet__progress", "events__slow", "old__trigger-long-running-operation"})
  void progressCarriesTheTokenOfTheAgent(String tool) throws Exception {
    proxied.send(
        """
        {"jsonrpc":"2.0","id":"p %s","method":"tools/call","params":{"name":"%s",\
        "arguments":{"duration":0.1,"steps":2},"_meta":{"progressToken":"of %s"}}}\
        """
            .formatted(tool, tool, tool));
    proxied.answer("\"p " + tool + "\"");
    assertThat(
            proxied.lines().stream()
                .filter(line -> line.text().contains("notifications/progress"))
                .map(line -> line.json().path("params").path("progressToken").asString(""))
                .filter(token -> token.equals("of " + tool)))
        .hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void whatAServerSaysBesideAnyRequestArrives() throws Exception {
    proxied.call("resources/subscribe", "{\"uri\":\"made-up://events\"}");
    assertThat(proxied.tool("events__tell", "{}").said()).isEqualTo("told");
    proxied.await(
        "an update",
        line ->
            line.text().contains("notifications/resources/updated")
                && line.text().contains("made-up://events"));
  }

  /** The server hangs up in the middle of the call, and keeps what it says meanwhile. */
  @Test
  void aCallGoesOnWhereItsStreamBroke() throws Exception {
    assertThat(proxied.tool("events__polled", "{}").said()).isEqualTo("after");
  }

  @Test
  void callsThatRunAtOnceReachTheirCallers() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      for (String server : List.of("events", "json", "stateless", "servlet")) {
        ids.add(proxied.sendTool(server + "__echo", "{\"message\":\"" + server + i + "\"}"));
      }
    }
    int i = 0;
    for (String id : ids) {
      String server = List.of("events", "json", "stateless", "servlet").get(i % 4);
      assertThat(proxied.answer(id).said()).isEqualTo("echo " + server + i++ / 4);
    }
  }
}
