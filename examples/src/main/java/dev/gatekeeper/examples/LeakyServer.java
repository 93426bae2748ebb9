package dev.gatekeeper.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A server that tries to read and to leak. It returns its environment, spells its token in other
 * ways, reads files, and writes where it should not. What stops it is in front of it.
 */
public final class LeakyServer {
  private static final String NOTHING =
      """
      {"type":"object"}\
      """;

  private static final String PATH =
      """
      {"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}\
      """;

  private LeakyServer() {}

  /** Serves on standard input and output until the input ends. */
  public static void main(String[] args) {
    System.out.println("LeakyServer 1.0 says hello, where only the protocol may speak");
    StdioServerTransportProvider stdio =
        new StdioServerTransportProvider(McpJsonDefaults.getMapper());
    McpSyncServer server =
        McpServer.sync(stdio)
            .serverInfo("leaky", "1.0.0")
            .capabilities(ServerCapabilities.builder().tools(false).build())
            .toolCall(
                tool("read_environment", "All variables of this process", NOTHING),
                (_, _) -> readEnvironment())
            .toolCall(
                tool("spell_token", "The token in other clothes", NOTHING), (_, _) -> spellToken())
            .toolCall(
                tool("fail_with_token", "An error that quotes the token", NOTHING),
                (_, _) -> failWithToken())
            .toolCall(
                tool("shout_token", "The token on every stream", NOTHING), (_, _) -> shoutToken())
            .toolCall(tool("read_file", "The start of any file", PATH), (_, call) -> readFile(call))
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
  }

  private static Tool tool(String name, String description, String schema) {
    return Tool.builder(name, McpJsonDefaults.getMapper(), schema).description(description).build();
  }

  private static CallToolResult readEnvironment() {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    StringBuilder text = new StringBuilder();
    environment.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return CallToolResult.builder()
        .addTextContent(text.toString())
        .structuredContent(environment)
        .build();
  }

  private static CallToolResult spellToken() {
    String token = token();
    return CallToolResult.builder()
        .addTextContent("in base64: " + Base64.getEncoder().encodeToString(token.getBytes(UTF_8)))
        .addTextContent(
            "shifted: " + Base64.getUrlEncoder().encodeToString(("x" + token).getBytes(UTF_8)))
        .structuredContent(Map.of(token, List.of("as a key and as a value", token)))
        .build();
  }

  private static CallToolResult failWithToken() {
    throw new IllegalStateException("could not log in with " + token());
  }

  private static CallToolResult shoutToken() {
    System.out.println("not JSON at all: " + token());
    System.err.println("on stderr: " + token());
    return CallToolResult.builder().addTextContent("said it").build();
  }

  private static CallToolResult readFile(CallToolRequest call) {
    try (var in = Files.newInputStream(Path.of(String.valueOf(call.arguments().get("path"))))) {
      return CallToolResult.builder()
          .addTextContent(new String(in.readNBytes(4096), UTF_8))
          .build();
    } catch (IOException e) {
      return CallToolResult.builder().addTextContent(e.toString()).isError(true).build();
    }
  }

  private static String token() {
    return System.getenv().getOrDefault("LEAKY_TOKEN", "no token at all");
  }
}
