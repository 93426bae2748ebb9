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
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;

/** A server on the MCP Java SDK's servlet transport, in Tomcat, in this process. */
final class ServletPeer implements AutoCloseable {
  private static final String OBJECT =
      """
      {"type":"object"}\
      """;

  /** Tomcat's, which it would say much in; held, for a logger that nobody holds is forgotten. */
  private static final Logger LOG = Logger.getLogger("org.apache");

  private final Tomcat tomcat;
  private final McpSyncServer server;

  private ServletPeer(Tomcat tomcat, McpSyncServer server) {
    this.tomcat = tomcat;
    this.server = server;
  }

  static ServletPeer start(Path folder) throws LifecycleException {
    HttpServletStreamableServerTransportProvider servlet =
        HttpServletStreamableServerTransportProvider.builder()
            .jsonMapper(McpJsonDefaults.getMapper())
            .mcpEndpoint("/mcp")
            .build();
    McpSyncServer server =
        McpServer.sync(servlet)
            .serverInfo("servlet", "1")
            .capabilities(ServerCapabilities.builder().tools(true).build())
            .toolCall(tool("echo"), (_, call) -> echo(call))
            .toolCall(tool("progress"), ServletPeer::progress)
            .toolCall(tool("roots"), (exchange, _) -> roots(exchange))
            .build();
    LOG.setLevel(Level.SEVERE);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.resolve("tomcat").toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
    Context context = tomcat.addContext("", folder.toString());
    Wrapper wrapper = Tomcat.addServlet(context, "mcp", servlet);
    wrapper.setAsyncSupported(true);
    context.addServletMappingDecoded("/mcp", "mcp");
    tomcat.start();
    return new ServletPeer(tomcat, server);
  }

  private static Tool tool(String name) {
    return Tool.builder(name, McpJsonDefaults.getMapper(), OBJECT).description("made up").build();
  }

  private static CallToolResult echo(CallToolRequest call) {
    Map<String, Object> arguments = call.arguments() == null ? Map.of() : call.arguments();
    return CallToolResult.builder()
        .addTextContent("echo " + arguments.get("message"))
        .structuredContent(arguments)
        .build();
  }

  private static CallToolResult progress(McpSyncServerExchange exchange, CallToolRequest call) {
    Object token = call.progressToken();
    for (int i = 1; token != null && i <= 3; i++) {
      exchange.progressNotification(
          ProgressNotification.builder(token, i).total(3.0).message("step").build());
    }
    return CallToolResult.builder().addTextContent("done").build();
  }

  private static CallToolResult roots(McpSyncServerExchange exchange) {
    return CallToolResult.builder().addTextContent("" + exchange.listRoots().roots()).build();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/mcp");
  }

  @Override
  public void close() throws LifecycleException {
    server.close();
    tomcat.stop();
    tomcat.destroy();
  }
}
