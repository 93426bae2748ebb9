package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The MCP Java SDK's own client calls every method of its API through the program. */
@EndToEnd
final class JavaSdkClientTest {
  private static final BlockingQueue<String> LOGGED = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Double> PROGRESS = new LinkedBlockingQueue<>();
  private static final BlockingQueue<String> UPDATED = new LinkedBlockingQueue<>();

  private static McpSyncClient client;

  @BeforeAll
  static void connect(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    String all =
        """
        {"tools": {"allow": ["*"]}, "prompts": {"allow": ["*"]}, "resources": {"allow": ["*"]},
         "serverRequests": ["roots", "sampling", "elicitation"]}\
        """;
    Project project =
        new Project(folder)
            .server("everything", peers.server("everything"), all)
            .server("filesystem", peers.server("filesystem", folder.toString()), all)
            .server(
                "memory",
                peers.server("memory"),
                """
                {"env": {"MEMORY_FILE_PATH": "${project}/memory.jsonl"}, "tools": {"allow": ["*"]}}\
                """)
            .locked();
    List<String> command = project.command("serve");
    ServerParameters parameters =
        ServerParameters.builder("/usr/bin/env")
            .args(
                Stream.concat(Stream.of("-C", project.work().toString()), command.stream())
                    .toList())
            .env(project.person())
            .build();
    client =
        McpClient.sync(new StdioClientTransport(parameters, McpJsonDefaults.getMapper()))
            .requestTimeout(Duration.ofSeconds(30))
            .capabilities(
                McpSchema.ClientCapabilities.builder().roots(true).sampling().elicitation().build())
            .roots(new McpSchema.Root("file:///made/up/root", "made up"))
            .sampling(
                _ ->
                    McpSchema.CreateMessageResult.builder(
                            McpSchema.Role.ASSISTANT, "sampled by the Java client", "made-up-model")
                        .build())
            .elicitation(
                _ ->
                    McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.ACCEPT)
                        .content(Map.of("name", "Ada Made-Up"))
                        .build())
            .loggingConsumer(note -> LOGGED.add(String.valueOf(note.data())))
            .progressConsumer(note -> PROGRESS.add(note.progress()))
            .resourcesUpdateConsumer(contents -> contents.forEach(c -> UPDATED.add(c.uri())))
            .build();
    client.initialize();
  }

  @AfterAll
  static void close() {
    client.closeGracefully();
  }

  private static CallToolResult call(String tool, Map<String, Object> arguments) {
    return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
  }

  private static String text(CallToolResult result) {
    return result.content().stream()
        .map(block -> block instanceof TextContent text ? text.text() : "")
        .collect(Collectors.joining("\n"));
  }

  @Test
  void ping() {
    assertThat(client.ping()).isNotNull();
  }

  @Test
  void toolsOfAllServersAreListed() {
    assertThat(client.listTools().tools().stream().map(McpSchema.Tool::name))
        .contains("everything__echo", "filesystem__read_text_file", "memory__read_graph");
  }

  @Test
  void toolsAreCalled() {
    assertThat(text(call("everything__echo", Map.of("message", "grüße")))).isEqualTo("Echo: grüße");
    assertThat(call("everything__get-structured-content", Map.of("location", "Chicago")))
        .extracting(CallToolResult::structuredContent)
        .isNotNull();
    assertThat(text(call("memory__read_graph", Map.of()))).contains("entities");
    assertThat(call("filesystem__read_text_file", Map.of("path", "/etc/hostname")).isError())
        .isTrue();
  }

  @Test
  void progressComesUnderTheTokenOfTheCaller() throws Exception {
    client.callTool(
        CallToolRequest.builder("everything__trigger-long-running-operation")
            .arguments(Map.of("duration", 0.2, "steps", 2))
            .progressToken("a-token-of-the-client")
            .build());
    assertThat(PROGRESS.poll(10, TimeUnit.SECONDS)).isEqualTo(1.0);
    assertThat(PROGRESS.poll(10, TimeUnit.SECONDS)).isEqualTo(2.0);
  }

  @Test
  void promptsAreListedAndGot() {
    assertThat(client.listPrompts().prompts().stream().map(McpSchema.Prompt::name))
        .contains("everything__args-prompt");
    McpSchema.GetPromptResult prompt =
        client.getPrompt(
            McpSchema.GetPromptRequest.builder("everything__args-prompt")
                .arguments(Map.of("city", "Bergen"))
                .build());
    assertThat(prompt.messages().getFirst().content().toString()).contains("Bergen");
  }

  @Test
  void resourcesAreListedAndRead() {
    List<McpSchema.Resource> resources = client.listResources().resources();
    assertThat(resources).isNotEmpty();
    assertThat(client.readResource(resources.getFirst()).contents()).isNotEmpty();
    assertThat(client.listResourceTemplates().resourceTemplates()).isNotEmpty();
  }

  @Test
  void argumentsAreCompleted() {
    McpSchema.CompleteResult completed =
        client.completeCompletion(
            McpSchema.CompleteRequest.builder(
                    new McpSchema.PromptReference("everything__completable-prompt"),
                    new McpSchema.CompleteRequest.CompleteArgument("department", "S"))
                .build());
    assertThat(completed.completion().values()).containsExactly("Sales", "Support");
  }

  @Test
  void subscriptionsAndTheLogLevelAreKept() throws Exception {
    String uri = "demo://resource/dynamic/text/1";
    client.setLoggingLevel(McpSchema.LoggingLevel.DEBUG);
    client.subscribeResource(McpSchema.SubscribeRequest.builder(uri).build());
    call("everything__toggle-subscriber-updates", Map.of());
    assertThat(UPDATED.poll(10, TimeUnit.SECONDS)).isEqualTo(uri);
    call("everything__toggle-subscriber-updates", Map.of());
    client.unsubscribeResource(McpSchema.UnsubscribeRequest.builder(uri).build());
    assertThat(LOGGED.poll(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void serversAskTheClient() {
    assertThat(text(call("everything__get-roots-list", Map.of()))).contains("file:///made/up/root");
    assertThat(
            text(
                call(
                    "everything__trigger-sampling-request", Map.of("prompt", "x", "maxTokens", 1))))
        .contains("sampled by the Java client");
    assertThat(text(call("everything__trigger-elicitation-request", Map.of())))
        .contains("Ada Made-Up");
  }

  @Test
  void anUnknownToolIsAnError() {
    assertThatThrownBy(() -> call("everything__no-such-tool", Map.of()))
        .hasMessageContaining("no-such-tool");
  }
}
