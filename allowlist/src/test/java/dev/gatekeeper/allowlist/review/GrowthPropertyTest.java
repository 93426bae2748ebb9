package dev.gatekeeper.allowlist.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.arguments.PathView;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.read.ListReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Whatever passes by one list and did not by another is named by the growth between them. */
final class GrowthPropertyTest {
  private static final List<LocalDate> DAYS =
      List.of(LocalDate.of(2027, 4, 30), LocalDate.of(2027, 5, 1), LocalDate.of(2028, 1, 1));
  private static final List<String> GLOBS =
      List.of("*", "a*", "*b", "a*b", "ab", "a", "**", "x:*", "x:/a/*", "x:/a/b", "x:/a/../b");
  private static final List<String> NAMES =
      List.of("a", "b", "ab", "aab", "a*", "", "x:/a/b", "x:/a/../b", "X:/a/b", "x:/c");
  private static final List<Object> RULES =
      List.of(
          Map.of(),
          Map.of("properties", Map.of("p", true)),
          Map.of("properties", Map.of("p", Map.of("const", 1))),
          Map.of("properties", Map.of("p", Map.of("enum", List.of(1, 2)))),
          Map.of("properties", Map.of("p", true), "required", List.of("p")),
          Map.of("properties", Map.of("p", true, "q", true), "maxProperties", 1),
          Map.of("additionalProperties", true, "properties", Map.of("p", Map.of("const", 2))),
          Map.of("additionalProperties", true));
  private static final List<String> ARGUMENTS =
      List.of("{}", "{\"p\":1}", "{\"p\":2}", "{\"q\":1}", "{\"p\":1,\"q\":2}", "[]");

  private static final PathView PATHS =
      new PathView() {
        @Override
        public Path project() {
          return Path.of("/project");
        }

        @Override
        public Path home() {
          return Path.of("/home/alice");
        }

        @Override
        public Path canonical(String absolute) throws IOException {
          return Path.of(absolute).normalize();
        }
      };

  private final Random random = new Random(23);

  @Test
  void whatPassesNewlyIsReportedForItsServer() throws AllowListException {
    int removals = 0;
    for (int i = 0; i < 1_500; i++) {
      Map<String, Object> text = list();
      AllowList before = read(text);
      for (int edits = random.nextInt(3); edits >= 0; edits--) {
        edit(text);
      }
      AllowList after = read(text);
      List<Change> growth = Growth.of(before, after);
      removals += growth.isEmpty() ? 1 : 0;
      hold(before, after, growth);
      hold(after, before, Growth.of(after, before));
    }
    assertThat(removals).isGreaterThan(100);
  }

  @Test
  void noListGrowsTowardsItselfOrNothing() throws AllowListException {
    for (int i = 0; i < 300; i++) {
      AllowList list = read(list());
      assertThat(Changes.between(locked(list), locked(list))).isEmpty();
      assertThat(Growth.of(list, AllowList.EMPTY)).isEmpty();
      assertThat(Growth.of(AllowList.EMPTY, list).isEmpty())
          .isEqualTo(list.servers().isEmpty() && list.commands().isEmpty());
    }
  }

  /**
   * Where a remote server is and what it is sent: judged anew from the texts. What differs and is
   * not in the list of removals is named.
   */
  @Test
  void whateverARemoteServerIsSentNewlyIsReported() throws AllowListException {
    int removals = 0;
    for (int i = 0; i < 3_000; i++) {
      Map<String, Object> before = remote();
      Map<String, Object> after = new TreeMap<>(before);
      for (int edits = random.nextInt(2); edits >= 0; edits--) {
        String key = String.valueOf(pick(List.copyOf(REMOTE.keySet())));
        Object value = pick(Objects.requireNonNull(REMOTE.get(key)));
        if (value.equals(NOTHING)) {
          after.remove(key);
        } else {
          after.put(key, value);
        }
      }
      boolean grows = !Growth.of(remote(before), remote(after)).isEmpty();
      assertThat(grows || isWithin(after, before)).as("%s to %s", before, after).isTrue();
      removals += grows || before.equals(after) ? 0 : 1;
    }
    assertThat(removals).isGreaterThan(100);
  }

  private static final String NOTHING = "";
  private static final Map<String, List<Object>> REMOTE =
      Map.of(
          "url",
          List.of("https://a.example/", "https://a.example/b", "https://b.example/"),
          "headers",
          List.of(NOTHING, Map.of("X", "secret:k"), Map.of("X", "1"), Map.of("X", "a ${secret:k}")),
          "oauth",
          List.of(
              NOTHING,
              Map.of(),
              Map.of("scopes", List.of("r")),
              Map.of("scopes", List.of("r", "w")),
              Map.of("login", "l"),
              Map.of("issuer", "https://i.example"),
              Map.of("clientId", "i"),
              Map.of("redirectPort", 1)),
          "ca",
          List.of(NOTHING, "/a.pem", "/b.pem"),
          "proxy",
          List.of(NOTHING, "http://p:1", "http://p:2"),
          "lifetime",
          List.of(NOTHING, "call", "session", "idle:5m"));

  private Map<String, Object> remote() {
    Map<String, Object> entry = new TreeMap<>(Map.of("type", "http"));
    REMOTE.forEach(
        (key, values) -> {
          Object value = pick(values);
          if (!value.equals(NOTHING)) {
            entry.put(key, value);
          }
        });
    return entry;
  }

  private static AllowList remote(Map<String, Object> entry) throws AllowListException {
    return read(Map.of("version", 1, "mcpServers", Map.of("s", entry)));
  }

  private static boolean isWithin(Map<String, Object> after, Map<String, Object> before) {
    List<String> lifetimes = List.of("call", "idle:5m", "idle:10m", "session");
    Object headers = before.get("headers");
    return Objects.equals(after.get("url"), before.get("url"))
        && Objects.equals(after.get("proxy"), before.get("proxy"))
        && (Objects.equals(after.get("headers"), headers)
            || (after.get("headers") == null && Map.of("X", "secret:k").equals(headers)))
        && (after.get("ca") == null || after.get("ca").equals(before.get("ca")))
        && (after.get("oauth") == null
            || after.get("oauth").equals(before.get("oauth"))
            || (Map.of("scopes", List.of("r")).equals(after.get("oauth"))
                && Map.of("scopes", List.of("r", "w")).equals(before.get("oauth"))))
        && lifetimes.indexOf(after.getOrDefault("lifetime", "idle:10m"))
            <= lifetimes.indexOf(before.getOrDefault("lifetime", "idle:10m"));
  }

  /** An allow-list with one glob less, or one deny more, only removes. */
  @Test
  void removalsAreRecognised() throws AllowListException {
    for (int i = 0; i < 300; i++) {
      Map<String, Object> text = list();
      AllowList before = read(text);
      for (Object entry : map(text, "mcpServers").values()) {
        Map<String, Object> tools = map(object(entry), "tools");
        Object glob = pick(GLOBS);
        array(tools, "allow").remove(glob);
        array(tools, "deny").add("z");
        object(entry).put("expires", "2026-01-01");
        object(entry).remove("serverRequests");
        object(entry).put("lifetime", "call");
      }
      assertThat(Growth.of(before, read(text))).isEmpty();
    }
  }

  private static void hold(AllowList before, AllowList after, List<Change> growth) {
    for (String server : List.of("s", "t", "c")) {
      boolean reported = growth.stream().anyMatch(change -> change.entry().endsWith(" " + server));
      if (reported) {
        continue;
      }
      for (LocalDate day : DAYS) {
        subjects(server)
            .forEach(
                subject -> {
                  int then = power(Policy.withoutLock(before).decide(subject, day, PATHS));
                  int now = power(Policy.withoutLock(after).decide(subject, day, PATHS));
                  assertThat(now).as("%s on %s", subject, day).isLessThanOrEqualTo(then);
                });
      }
    }
  }

  private static Stream<Subject> subjects(String server) {
    Stream<Subject> named =
        NAMES.stream()
            .flatMap(
                name ->
                    Stream.of(
                        new Subject.PromptGet(server, name),
                        new Subject.ResourceRead(server, name),
                        new Subject.Listing(server, Subject.Kind.TOOL, name),
                        new Subject.UnknownMethod(server, "acme/" + name)));
    Stream<Subject> calls =
        NAMES.stream()
            .flatMap(
                name ->
                    ARGUMENTS.stream()
                        .map(json -> Optional.of(json.getBytes(StandardCharsets.UTF_8)))
                        .map(json -> new Subject.ToolCall(server, name, json)));
    Stream<Subject> others =
        Stream.of(
            new Subject.ServerRequest(server, "sampling/createMessage"),
            new Subject.ServerRequest(server, "roots/list"),
            new Subject.CommandRun(server, List.of()),
            new Subject.CommandRun(server, List.of("x")),
            new Subject.CommandRun(server, List.of("x", "y")));
    return Stream.of(named, calls, others).flatMap(each -> each);
  }

  private static int power(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> 2;
      case Decision.NeedsApproval needs -> 1;
      case Decision.Denied denied -> 0;
    };
  }

  private Map<String, Object> list() {
    Map<String, Object> servers = new TreeMap<>();
    for (String name : List.of("s", "t")) {
      if (random.nextInt(4) > 0) {
        servers.put(name, entry());
      }
    }
    Map<String, Object> commands = new TreeMap<>();
    if (random.nextBoolean()) {
      commands.put("c", command());
    }
    return new TreeMap<>(Map.of("version", 1, "mcpServers", servers, "commands", commands));
  }

  private Map<String, Object> entry() {
    Map<String, Object> entry = new TreeMap<>(Map.of("command", "x"));
    for (String key :
        List.of(
            "tools", "prompts", "resources", "arguments", "serverRequests", "methods", "expires")) {
      if (random.nextInt(3) > 0 || key.equals("tools")) {
        entry.put(key, value(key));
      }
    }
    return entry;
  }

  private Map<String, Object> command() {
    Map<String, Object> command = new TreeMap<>(Map.of("command", "x"));
    if (random.nextBoolean()) {
      command.put(
          "arguments",
          pick(
              List.of(
                  Map.of("items", true),
                  Map.of("items", true, "maxItems", 1),
                  Map.of("items", Map.of("const", "x")))));
    }
    return command;
  }

  private Object value(String key) {
    return switch (key) {
      case "arguments" -> {
        Map<String, Object> rules = new TreeMap<>();
        List.of("a", "ab").forEach(tool -> rules.put(tool, pick(RULES)));
        yield rules;
      }
      case "serverRequests" -> pick(List.of(List.of(), List.of("sampling"), List.of("roots")));
      case "methods" -> pick(List.of(List.of(), List.of("acme/a"), List.of("acme/b")));
      case "expires" -> pick(List.of("2027-04-30", "2027-05-01", "2027-12-31"));
      default -> {
        Map<String, Object> rules = new TreeMap<>();
        List.of("allow", "ask", "deny").forEach(effect -> rules.put(effect, globs(effect)));
        yield rules;
      }
    };
  }

  private List<Object> globs(String effect) {
    int rarity = effect.equals("allow") ? 3 : 6;
    return new ArrayList<>(GLOBS.stream().filter(glob -> random.nextInt(rarity) == 0).toList());
  }

  private void edit(Map<String, Object> text) {
    Map<String, Object> servers = map(text, "mcpServers");
    String name = random.nextBoolean() ? "s" : "t";
    if (random.nextInt(8) == 0) {
      map(text, "commands").put("c", command());
    }
    if (!servers.containsKey(name) || random.nextInt(10) == 0) {
      servers.put(name, entry());
      return;
    }
    Map<String, Object> entry = map(servers, name);
    String key =
        String.valueOf(
            pick(
                List.of(
                    "tools",
                    "tools",
                    "tools",
                    "prompts",
                    "resources",
                    "arguments",
                    "serverRequests",
                    "methods",
                    "expires")));
    if (entry.get(key) instanceof Map<?, ?> && !key.equals("arguments") && random.nextInt(4) > 0) {
      List<Object> globs =
          array(map(entry, key), String.valueOf(pick(List.of("allow", "ask", "deny"))));
      Object glob = pick(GLOBS);
      if (!globs.remove(glob)) {
        globs.add(glob);
      }
    } else if (random.nextInt(3) == 0 && !key.equals("tools")) {
      entry.remove(key);
    } else {
      entry.put(key, value(key));
    }
  }

  private Object pick(List<?> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static AllowList read(Map<String, Object> text) throws AllowListException {
    return ListReader.read(JsonMapper.shared().writeValueAsBytes(text), "f");
  }

  private static Map<String, Object> map(Map<String, Object> of, String key) {
    return object(Objects.requireNonNull(of.get(key)));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> array(Map<String, Object> of, String key) {
    return (List<Object>) Objects.requireNonNull(of.get(key));
  }

  private static LockedList locked(AllowList list) {
    return new LockedList(list, Lock.EMPTY);
  }
}
