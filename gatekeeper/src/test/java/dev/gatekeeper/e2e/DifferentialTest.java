package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.json.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A direct and a proxied answer are the same bytes, where no rule edits them. */
@EndToEnd
final class DifferentialTest {
  /** As much as the npm servers take: their SDK gives up above 10 MiB with the line around it. */
  private static final int TEN_MEGABYTES = 10_000_000;

  private static Map<String, RawClient> direct = Map.of();
  private static RawClient proxied;
  private static Path shared;
  private static int lastId = 1_000_000;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    Project project = new Project(folder);
    shared = Files.createDirectories(project.work().resolve("files"));
    Files.writeString(shared.resolve("story.txt"), "one\ntwo\nthree\n");
    Files.createDirectories(shared.resolve("sub"));
    List<String> memory = peers.server("memory");
    String all =
        """
        {"tools": {"allow": ["*"]}, "prompts": {"allow": ["*"]}, "resources": {"allow": ["*"]}}\
        """;
    project
        .server("everything", peers.server("everything"), all)
        .server("filesystem", peers.server("filesystem", shared.toString()), all)
        .server(
            "memory",
            memory,
            """
            {"env": {"MEMORY_FILE_PATH": "${project}/proxied.jsonl"}, "tools": {"allow": ["*"]}}\
            """)
        .hostile(peers, "mirror", "mirror", "{\"tools\": {\"allow\": [\"*\"]}}")
        .adopted();

    Map<String, String> environment = project.agent();
    environment.put("MEMORY_FILE_PATH", project.work().resolve("direct.jsonl").toString());
    direct =
        Map.of(
            "everything", start(project, peers.server("everything"), environment),
            "filesystem",
                start(project, peers.server("filesystem", shared.toString()), environment),
            "memory", start(project, memory, environment));
    proxied = project.serve();
    proxied.initialize("{}");
    assertThat(
            proxied.listed("everything__echo", "filesystem__list_directory", "memory__read_graph"))
        .isTrue();
  }

  private static RawClient start(
      Project project, List<String> command, Map<String, String> environment) throws Exception {
    RawClient client =
        RawClient.start(
            command, environment, project.work(), project.folder().resolve("direct.log"));
    client.initialize("{}");
    return client;
  }

  private static RawClient straight(Ask ask) {
    return Objects.requireNonNull(direct.get(ask.server()), ask.server());
  }

  @AfterAll
  static void stop() {
    direct.values().forEach(RawClient::close);
    if (proxied != null) {
      proxied.close();
    }
  }

  static Stream<Ask> asks() {
    return Stream.of(Ask.everything("everything", TEN_MEGABYTES), files(), memory())
        .flatMap(asks -> asks);
  }

  private static Stream<Ask> files() {
    return Stream.of(
            Ask.tool("list_allowed_directories", "{}"),
            Ask.tool("list_directory", "{\"path\":\"$\"}"),
            Ask.tool("directory_tree", "{\"path\":\"$\"}"),
            Ask.tool("read_text_file", "{\"path\":\"$/story.txt\",\"head\":2}"),
            Ask.tool("read_multiple_files", "{\"paths\":[\"$/story.txt\",\"$/none.txt\"]}"),
            Ask.tool("read_text_file", "{\"path\":\"$/../../../etc/hostname\"}"),
            Ask.tool(
                "write_file", "{\"path\":\"$/sub/new.txt\",\"content\":\"first\\nsecond\\n\"}"),
            Ask.tool("search_files", "{\"path\":\"$\",\"pattern\":\"**/*.txt\"}"),
            Ask.tool(
                "edit_file",
                "{\"path\":\"$/story.txt\",\"edits\":[{\"oldText\":\"two\",\"newText\":\"2\"}],\"dryRun\":true}"),
            Ask.tool("get_file_info", "{\"path\":\"$/none.txt\"}"))
        .map(ask -> new Ask("filesystem", ask.method(), ask.params()));
  }

  private static Stream<Ask> memory() {
    return Stream.of(
            Ask.tool(
                "create_entities",
                "{\"entities\":[{\"name\":\"Ada\",\"entityType\":\"person\",\"observations\":[\"is"
                    + " made up\"]}]}"),
            Ask.tool(
                "create_relations",
                "{\"relations\":[{\"from\":\"Ada\",\"to\":\"Ada\",\"relationType\":\"is\"}]}"),
            Ask.tool(
                "add_observations",
                "{\"observations\":[{\"entityName\":\"Nobody\",\"contents\":[\"x\"]}]}"),
            Ask.tool("search_nodes", "{\"query\":\"ada\"}"),
            Ask.tool("open_nodes", "{\"names\":[\"Ada\"]}"),
            Ask.tool("read_graph", "{}"),
            Ask.tool("delete_entities", "{\"entityNames\":[\"Ada\"]}"))
        .map(ask -> new Ask("memory", ask.method(), ask.params()));
  }

  @ParameterizedTest
  @MethodSource("asks")
  void answersAreTheSameBytes(Ask ask) throws Exception {
    String id = String.valueOf(++lastId);
    byte[] straight = answer(straight(ask), ask, id, "");
    byte[] through = answer(proxied, ask, id, ask.server() + "__");

    assertSameBytes(through, straight);
  }

  private static byte[] answer(RawClient client, Ask ask, String id, String prefix)
      throws Exception {
    String params = ask.params().replace("@", prefix).replace("$", shared.toString());
    client.send(
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
            .formatted(id, ask.method(), params));
    return client.answer(id).bytes();
  }

  private static void assertSameBytes(byte[] through, byte[] straight) {
    if (straight.length < 10_000) {
      assertThat(new String(through, UTF_8)).isEqualTo(new String(straight, UTF_8));
    }
    assertThat(Arrays.mismatch(through, straight)).as("first difference").isEqualTo(-1);
  }

  static Stream<Ask> lists() {
    return Stream.of(
        new Ask("everything", "tools/list", "tools"),
        new Ask("everything", "prompts/list", "prompts"),
        new Ask("everything", "resources/list", "resources"),
        new Ask("everything", "resources/templates/list", "resourceTemplates"),
        new Ask("filesystem", "tools/list", "tools"),
        new Ask("memory", "tools/list", "tools"));
  }

  /** Definitions: the server's bytes, in the server's order, but for the name. */
  @ParameterizedTest
  @MethodSource("lists")
  void definitionsAreTheSameBytesButForTheName(Ask ask) throws Exception {
    String prefix = "\"name\":\"" + ask.server() + "__";
    boolean named = !ask.method().startsWith("resources");
    List<String> straight = definitions(straight(ask), ask);
    List<String> through =
        definitions(proxied, ask).stream()
            .filter(definition -> !named || definition.contains(prefix))
            .map(definition -> named ? definition.replace(prefix, "\"name\":\"") : definition)
            .toList();

    assertThat(through).isEqualTo(straight).isNotEmpty();
  }

  private static List<String> definitions(RawClient client, Ask ask) throws Exception {
    byte[] answer = client.call(ask.method(), "{}").bytes();
    Slice list =
        Slice.of(answer)
            .members()
            .get("result")
            .orElseThrow()
            .members()
            .get(ask.params())
            .orElseThrow();
    return list.elements().stream()
        .map(definition -> new String(definition.toBytes(), UTF_8))
        .toList();
  }

  static Stream<String> requests() {
    return Stream.of(
        "{\"jsonrpc\":\"2.0\",\"id\":#,\"method\":\"tools/call\",\"params\":{\"name\":\"@echo\",\"arguments\":{\"n\":123456789012345678901234567890,\"f\":1.10e+05,\"z\":-0,\"s\":\"\\u0061\\/\\ud800\",\"t\":\"ü\"}}}",
        "{ \"params\" : { \"arguments\" : { } , \"name\" : \"@echo\" } ,"
            + "\t\"method\":\"tools/call\", \"id\":#, \"jsonrpc\":\"2.0\" }",
        "{\"jsonrpc\":\"2.0\",\"id\":#,\"method\":\"tools/call\",\"params\":{\"name\":\"@echo\",\"unknown\":{\"a\":[[],{},null,true]},\"_meta\":{\"claudecode/toolUseId\":\"toolu_x\",\"z\":9007199254740993}},\"extra\":[1,2]}");
  }

  /** What the server reads is what the agent wrote, but for the id, the name and the token. */
  @ParameterizedTest
  @MethodSource("requests")
  void theServerReadsTheBytesThatTheAgentWrote(String template) throws Exception {
    String id = String.valueOf(++lastId);
    proxied.send(template.replace("#", id).replace("@", "mirror__"));
    Slice answer = Slice.of(proxied.answer(id).bytes());
    Slice read = answer.members().get("result").orElseThrow().members().get("read").orElseThrow();
    String itsId = new String(read.members().get("id").orElseThrow().toBytes(), UTF_8);

    assertThat(new String(read.toBytes(), UTF_8))
        .isEqualTo(template.replace("#", itsId).replace("@", ""));
  }

  static Stream<String> ids() {
    return Stream.of(
        "0",
        "-7",
        "9007199254740993",
        "123456789012345678901234567890",
        "\"\"",
        "\"a\\u0062c\"",
        "\"\\ud83d\\ude42 ü\"",
        "\"1000001\"");
  }

  @ParameterizedTest
  @MethodSource("ids")
  void theIdComesBackAsItWasWritten(String id) throws IOException, Exception {
    proxied.send(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + id
            + ",\"method\":\"tools/call\",\"params\":{\"name\":\"mirror__echo\"}}");
    proxied.await("the id as written", line -> line.text().contains("\"id\":" + id));
  }

  @Test
  void progressCarriesTheTokenOfTheAgent() throws Exception {
    // A server that starts at this call would have progress of its own.
    proxied.call(
        "tools/call", "{\"name\":\"everything__echo\",\"arguments\":{\"message\":\"up\"}}");
    proxied.send(
        "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"tools/call\",\"params\":{\"name\":"
            + "\"everything__trigger-long-running-operation\",\"arguments\":{\"duration\":0.1,"
            + "\"steps\":2},\"_meta\":{\"progressToken\":\"the \\u0061gent's\",\"other\":1}}}");
    proxied.answer("\"p\"");
    assertThat(
            proxied.lines().stream()
                .filter(line -> line.text().contains("notifications/progress"))
                .map(line -> line.json().path("params").path("progressToken").asString("")))
        .containsExactly("the agent's", "the agent's");
  }
}
