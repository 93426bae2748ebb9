package dev.gatekeeper.e2e;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;

/**
 * A server on the MCP Java SDK's servlet transport, in Tomcat, on {@code 127.0.0.1:$PORT/mcp}, for
 * a process of its own. Its tools are those of {@code streamable.mjs}, as far as the transport can.
 * Arguments: a folder that is its own; as well, for requests with a token, what {@link ServletDoor}
 * takes.
 */
final class ServletPeer {
  private static final String OBJECT =
      """
      {"type":"object"}\
      """;

  /** Tomcat's, which it would say much in; held, for a logger that nobody holds is forgotten. */
  private static final Logger LOG = Logger.getLogger("org.apache");

  private final int port = Integer.parseInt(System.getenv("PORT"));
  private final ServletDoor door;
  private final HttpServletStreamableServerTransportProvider servlet;

  /** Sessions by the order in which they first called. */
  private final Map<String, Integer> sessions = new ConcurrentHashMap<>();

  private ServletPeer(ServletDoor door) {
    this.door = door;
    this.servlet =
        HttpServletStreamableServerTransportProvider.builder()
            .jsonMapper(McpJsonDefaults.getMapper())
            .mcpEndpoint("/mcp")
            .build();
  }

  public static void main(String[] args) throws LifecycleException {
    ServletDoor door =
        args.length > 1 ? new ServletDoor(Path.of(args[1]), args[2]) : new ServletDoor();
    new ServletPeer(door).start(Path.of(args[0]));
  }

  private void start(Path folder) throws LifecycleException {
    McpSyncServer _ =
        McpServer.sync(servlet)
            .serverInfo("servlet", "1")
            .capabilities(ServerCapabilities.builder().tools(true).resources(true, true).build())
            .toolCall(tool("echo"), (_, call) -> echo(call))
            .toolCall(tool("session"), (exchange, _) -> session(exchange))
            .toolCall(tool("slow"), (_, call) -> slow(call))
            .toolCall(tool("progress"), ServletPeer::progress)
            .toolCall(tool("roots"), (exchange, _) -> roots(exchange))
            .toolCall(tool("tell"), (_, _) -> tell())
            .toolCall(tool("hangup"), (_, _) -> text("ended " + door.hangUp()))
            .toolCall(tool("forget"), (exchange, _) -> forget(exchange))
            .build();
    LOG.setLevel(Level.SEVERE);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.resolve("tomcat").toString());
    tomcat.setPort(port);
    tomcat.getConnector().setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
    Context context = tomcat.addContext("", folder.toString());
    Wrapper wrapper = Tomcat.addServlet(context, "mcp", servlet);
    wrapper.setAsyncSupported(true);
    context.addServletMappingDecoded("/mcp", "mcp");
    door.before(context);
    tomcat.start();
    tomcat.getServer().await();
  }

  private static Tool tool(String name) {
    return Tool.builder(name, McpJsonDefaults.getMapper(), OBJECT).description("made up").build();
  }

  private static CallToolResult text(String said) {
    return CallToolResult.builder().addTextContent(said).build();
  }

  private static Map<String, Object> arguments(CallToolRequest call) {
    return call.arguments() == null ? Map.of() : call.arguments();
  }

  private static CallToolResult echo(CallToolRequest call) {
    return CallToolResult.builder()
        .addTextContent("echo " + arguments(call).get("message"))
        .structuredContent(arguments(call))
        .build();
  }

  private CallToolResult session(McpSyncServerExchange exchange) {
    synchronized (sessions) {
      int next = sessions.size() + 1;
      return text("session " + sessions.computeIfAbsent(exchange.sessionId(), _ -> next));
    }
  }

  private static CallToolResult slow(CallToolRequest call) {
    try {
      TimeUnit.MILLISECONDS.sleep(
          (long) (Integer) arguments(call).getOrDefault("pause", 50)
              * (Integer) arguments(call).getOrDefault("steps", 3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return text("slow");
  }

  private static CallToolResult progress(McpSyncServerExchange exchange, CallToolRequest call) {
    Object token = call.progressToken();
    for (int i = 1; token != null && i <= 3; i++) {
      exchange.progressNotification(
          ProgressNotification.builder(token, i).total(3.0).message("step").build());
    }
    return text("done");
  }

  private static CallToolResult roots(McpSyncServerExchange exchange) {
    return text("" + exchange.listRoots().roots());
  }

  /** On the stream that belongs to no request. */
  private CallToolResult tell() {
    servlet
        .notifyClients("notifications/resources/updated", Map.of("uri", "made-up://servlet"))
        .block();
    return text("told");
  }

  /** The session is gone at the next request. */
  private CallToolResult forget(McpSyncServerExchange exchange) {
    door.forget(exchange.sessionId());
    return text("forgotten");
  }
}
