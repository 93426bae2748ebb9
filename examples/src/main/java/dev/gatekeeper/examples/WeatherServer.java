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
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An honest server: it signs each request to its (made-up) weather service with the key that it
 * finds in {@code WEATHER_API_KEY}, and tells the key to nobody.
 */
public final class WeatherServer {
  private static final Map<String, String> FORECASTS =
      Map.of("Bergen", "rain, 9 °C", "Lisbon", "sun, 19 °C", "Nuuk", "snow, -6 °C");

  private static final String CITY =
      """
      {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}\
      """;

  private static final String FORECAST =
      """
      {"type":"object","properties":{"forecast":{"type":"string"}},"required":["forecast"]}\
      """;

  private final String key;

  private WeatherServer(String key) {
    this.key = key;
  }

  /** Serves on standard input and output until the input ends. */
  public static void main(String[] args) {
    WeatherServer weather = new WeatherServer(System.getenv().getOrDefault("WEATHER_API_KEY", ""));
    StdioServerTransportProvider stdio =
        new StdioServerTransportProvider(McpJsonDefaults.getMapper());
    McpSyncServer server =
        McpServer.sync(stdio)
            .serverInfo("weather", "1.0.0")
            .instructions("Forecasts for Bergen, Lisbon and Nuuk.")
            .capabilities(ServerCapabilities.builder().tools(false).build())
            .toolCall(forecastTool(), (_, call) -> weather.forecast(call))
            .toolCall(closeStationTool(), (_, call) -> weather.closeStation(call))
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
  }

  private static Tool forecastTool() {
    return Tool.builder("get_forecast", McpJsonDefaults.getMapper(), CITY)
        .description("Tomorrow's weather in a city")
        .outputSchema(McpJsonDefaults.getMapper(), FORECAST)
        .annotations(ToolAnnotations.builder().readOnlyHint(true).build())
        .build();
  }

  private static Tool closeStationTool() {
    return Tool.builder("close_station", McpJsonDefaults.getMapper(), CITY)
        .description("Closes the weather station of a city, for good")
        .annotations(ToolAnnotations.builder().destructiveHint(true).build())
        .build();
  }

  private CallToolResult forecast(CallToolRequest call) {
    String city = String.valueOf(call.arguments().get("city"));
    String forecast = FORECASTS.get(city);
    if (key.isEmpty()) {
      return failure("WEATHER_API_KEY is not set");
    }
    if (forecast == null) {
      return failure("no station there");
    }
    return CallToolResult.builder()
        .addTextContent("%s: %s (request signed: %s…)".formatted(city, forecast, signature(city)))
        .structuredContent(Map.of("forecast", forecast))
        .build();
  }

  private CallToolResult closeStation(CallToolRequest call) {
    return CallToolResult.builder()
        .addTextContent("closed the station of " + call.arguments().get("city"))
        .build();
  }

  private static CallToolResult failure(String text) {
    return CallToolResult.builder().addTextContent(text).isError(true).build();
  }

  private String signature(String request) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(request.getBytes(UTF_8)), 0, 4);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }
}
