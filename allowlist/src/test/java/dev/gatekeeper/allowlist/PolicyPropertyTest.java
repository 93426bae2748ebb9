package dev.gatekeeper.allowlist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.arguments.PathView;
import dev.gatekeeper.allowlist.read.ListReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What must hold for every list: taking something away, or denying more, never allows more. */
final class PolicyPropertyTest {
  private static final LocalDate TODAY = LocalDate.of(2027, 5, 1);
  private static final List<String> GLOBS =
      List.of("*", "a*", "*b", "ab", "a", "x:*", "x:/a/*", "x:/a/../b");
  private static final List<String> NAMES =
      List.of("a", "b", "ab", "aab", "", "x:/a/b", "x:/a/../b");
  private static final int ROUNDS = 400;

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

  private final Random random = new Random(7);

  @Test
  void moreDenyNeverAllowsMore() throws AllowListException {
    for (int i = 0; i < ROUNDS; i++) {
      Map<String, Object> servers = servers();
      Policy before = policy(servers);
      for (Object entry : servers.values()) {
        for (String kind : List.of("tools", "prompts", "resources")) {
          rules(entry, kind).computeIfAbsent("deny", key -> new ArrayList<String>());
          list(rules(entry, kind), "deny").clear();
          list(rules(entry, kind), "deny").add(pick(GLOBS));
        }
      }
      // Only where the entry denied nothing yet is the second list one with more denied.
      neverMore(before, policy(servers), servers);
    }
  }

  @Test
  void anEntryLessNeverAllowsMore() throws AllowListException {
    for (int i = 0; i < ROUNDS; i++) {
      Map<String, Object> servers = servers();
      Policy before = policy(servers);
      servers.remove(pick(List.of("a", "b")));
      neverMore(before, policy(servers), servers);
    }
  }

  @Test
  void lessAllowNeverAllowsMore() throws AllowListException {
    for (int i = 0; i < ROUNDS; i++) {
      Map<String, Object> servers = servers();
      Policy before = policy(servers);
      for (Object entry : servers.values()) {
        list(rules(entry, "tools"), "allow").remove(pick(GLOBS));
        list(rules(entry, "resources"), "allow").remove(pick(GLOBS));
      }
      neverMore(before, policy(servers), servers);
    }
  }

  @Test
  void anArgumentRuleNeverAllowsMore() throws AllowListException {
    for (int i = 0; i < ROUNDS / 10; i++) {
      Map<String, Object> servers = servers();
      Policy before = policy(servers);
      for (Object entry : servers.values()) {
        map(entry).put("arguments", Map.of("a", Map.of(), "ab", Map.of("maxProperties", 0)));
      }
      neverMore(before, policy(servers), servers);
    }
  }

  @Test
  void expiryNeverAllowsMore() throws AllowListException {
    for (int i = 0; i < ROUNDS; i++) {
      Map<String, Object> servers = servers();
      Policy before = policy(servers);
      servers
          .values()
          .forEach(entry -> map(entry).put("expires", pick(List.of("2027-04-30", "2028-01-01"))));
      neverMore(before, policy(servers), servers);
    }
  }

  private void neverMore(Policy before, Policy after, Map<String, Object> servers) {
    for (String server : List.of("a", "b", "c")) {
      for (String name : NAMES) {
        for (Subject subject : subjects(server, name)) {
          int then = power(before.decide(subject, TODAY, PATHS));
          int now = power(after.decide(subject, TODAY, PATHS));
          assertThat(now).as(subject + " with " + servers).isLessThanOrEqualTo(then);
        }
      }
    }
  }

  private static List<Subject> subjects(String server, String name) {
    return List.of(
        new Subject.ToolCall(server, name, Optional.empty()),
        new Subject.PromptGet(server, name),
        new Subject.PromptCompletion(server, name),
        new Subject.ResourceRead(server, name),
        new Subject.TemplateCompletion(server, name),
        new Subject.Listing(server, Subject.Kind.TOOL, name),
        new Subject.Listing(server, Subject.Kind.RESOURCE, name),
        new Subject.ServerRequest(server, name),
        new Subject.UnknownMethod(server, name));
  }

  private static int power(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> 2;
      case Decision.NeedsApproval needs -> 1;
      case Decision.Denied denied -> 0;
    };
  }

  private Map<String, Object> servers() {
    Map<String, Object> servers = new TreeMap<>();
    for (String name : List.of("a", "b")) {
      Map<String, Object> entry = new TreeMap<>();
      entry.put("command", "x");
      for (String kind : List.of("tools", "prompts", "resources")) {
        Map<String, Object> rules = new TreeMap<>();
        rules.put("allow", globs());
        rules.put("ask", globs());
        entry.put(kind, rules);
      }
      servers.put(name, entry);
    }
    return servers;
  }

  private List<String> globs() {
    return new ArrayList<>(GLOBS.stream().filter(glob -> random.nextInt(3) == 0).toList());
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static Policy policy(Map<String, Object> servers) throws AllowListException {
    String text =
        JsonMapper.shared().writeValueAsString(Map.of("version", 1, "mcpServers", servers));
    return Policy.withoutLock(ListReader.read(text.getBytes(StandardCharsets.UTF_8), "f"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  private static Map<String, Object> rules(Object entry, String kind) {
    return map(java.util.Objects.requireNonNull(map(entry).get(kind)));
  }

  @SuppressWarnings("unchecked")
  private static List<String> list(Map<String, Object> rules, String effect) {
    return (List<String>) java.util.Objects.requireNonNull(rules.get(effect));
  }
}
