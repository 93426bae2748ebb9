package dev.gatekeeper.mcp;

import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Member;
import dev.gatekeeper.json.Members;
import dev.gatekeeper.json.Slice;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Both ends of {@code initialize}: what the agent and a server say of themselves. */
public final class Handshake {
  /** The legacy revisions, newest first; they share one handshake. */
  public static final List<String> VERSIONS =
      List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");

  private static final String VERSION = version();

  private Handshake() {}

  /**
   * What the agent said.
   *
   * @param protocolVersion the revision in force for the session
   * @param capabilities its capabilities by name, each value as it was written
   */
  public record ClientHello(
      String protocolVersion, String name, String version, Map<String, byte[]> capabilities) {
    public static final ClientHello NONE = new ClientHello(VERSIONS.getFirst(), "", "", Map.of());

    public static ClientHello parse(Slice params) throws MalformedException {
      Members members = params.members();
      String asked = stringOf(members, "protocolVersion").orElse("");
      Map<String, byte[]> capabilities = new LinkedHashMap<>();
      Optional<Slice> given = members.get("capabilities").filter(Slice::isObject);
      if (given.isPresent()) {
        for (Member member : given.get().members().all()) {
          capabilities.put(member.name(), member.value().toBytes());
        }
      }
      Optional<Slice> info = members.get("clientInfo").filter(Slice::isObject);
      String name = "";
      String version = "";
      if (info.isPresent()) {
        name = stringOf(info.get().members(), "name").orElse("");
        version = stringOf(info.get().members(), "version").orElse("");
      }
      return new ClientHello(
          VERSIONS.contains(asked) ? asked : VERSIONS.getFirst(), name, version, capabilities);
    }

    public boolean has(String capability) {
      return capabilities.containsKey(capability);
    }
  }

  /**
   * What a server said.
   *
   * @param info its {@code serverInfo} as it was written; an empty object where it gave none
   * @param capabilities the names of its capabilities
   */
  public record ServerHello(
      String protocolVersion, Slice info, Set<String> capabilities, String instructions) {
    public static final ServerHello NONE =
        new ServerHello("", Json.object().toSlice(), Set.of(), "");

    /**
     * Characters of a server's name and instructions that are kept: four times of what is shown, so
     * that no value is cut in two before it is masked.
     */
    private static final int MAX_TEXT = 16_384;

    public static ServerHello parse(Slice result) throws MalformedException {
      Members members = result.members();
      Optional<Slice> given = members.get("capabilities").filter(Slice::isObject);
      Set<String> capabilities =
          given.isEmpty()
              ? Set.of()
              : Set.copyOf(given.get().members().all().stream().map(Member::name).toList());
      Optional<Slice> info = members.get("serverInfo").filter(Slice::isObject);
      return new ServerHello(
          stringOf(members, "protocolVersion").orElse(""),
          info.orElse(NONE.info),
          capabilities,
          shortened(stringOf(members, "instructions").orElse("")));
    }

    public boolean offers(Kind kind) {
      return switch (kind) {
        case TOOL -> capabilities.contains("tools");
        case PROMPT -> capabilities.contains("prompts");
        case RESOURCE, TEMPLATE -> capabilities.contains("resources");
      };
    }

    public boolean hasLogging() {
      return capabilities.contains("logging");
    }

    public String describe() {
      return protocolVersion.isEmpty() ? "" : ", MCP " + protocolVersion;
    }

    private static String shortened(String text) {
      return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }
  }

  /**
   * The parameters of our own {@code initialize} to a server. It is told only the capabilities that
   * the agent has and the entry allows: a server acts on what it is offered.
   */
  public static byte[] initializeParams(ClientHello agent, Set<String> serverRequests) {
    StringBuilder capabilities = new StringBuilder();
    for (Map.Entry<String, byte[]> capability : agent.capabilities().entrySet()) {
      if (serverRequests.contains(capability.getKey())) {
        capabilities
            .append(capabilities.isEmpty() ? "" : ",")
            .append(new String(Json.quote(capability.getKey()), StandardCharsets.UTF_8))
            .append(':')
            .append(new String(capability.getValue(), StandardCharsets.UTF_8));
      }
    }
    return Answers.join(
        "{\"protocolVersion\":\"" + agent.protocolVersion() + "\",\"capabilities\":{",
        capabilities,
        "},\"clientInfo\":{\"name\":\"gatekeeper\",\"version\":\"" + VERSION + "\"}}");
  }

  /** Our answer to the agent's {@code initialize}: the same whatever the servers are doing. */
  public static byte[] initializeResult(ClientHello agent, String instructions) {
    return Answers.join(
        "{\"protocolVersion\":\"" + agent.protocolVersion() + "\",\"capabilities\":{",
        "\"completions\":{},\"logging\":{},\"prompts\":{\"listChanged\":true},",
        "\"resources\":{\"listChanged\":true,\"subscribe\":true},\"tools\":{\"listChanged\":true}},",
        "\"serverInfo\":{\"name\":\"gatekeeper\",\"version\":\"" + VERSION + "\"},",
        "\"instructions\":",
        Json.quote(instructions),
        "}");
  }

  private static Optional<String> stringOf(Members members, String name) {
    return members.get(name).filter(Slice::isString).map(Slice::string);
  }

  private static String version() {
    String version = Handshake.class.getPackage().getImplementationVersion();
    return version == null ? "0" : version;
  }
}
