package dev.gatekeeper.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.lock.EntryDigest;
import dev.gatekeeper.allowlist.read.LockReader;
import dev.gatekeeper.proxy.approval.Asking;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the agent is shown of a lock in force, to the byte, whoever wrote that lock. */
@Timeout(120)
final class LockedListTest {
  @TempDir Path directory;

  /** The tools of a server that is never started, each given as its definition in the lock. */
  private String list(List<String> definitions) throws Exception {
    try (TestAgent agent =
        new TestAgent(
            directory,
            TestAgent.fake(directory, "s", "\"tools\":{\"allow\":[\"*\"]}"),
            (statement, signature) -> false,
            Asking.PATIENCE,
            list -> {
              String entry = EntryDigest.of(Objects.requireNonNull(list.servers().get("s")));
              List<String> tools = new ArrayList<>();
              for (int i = 0; i < definitions.size(); i++) {
                tools.add("\n\"t" + i + "\": {\"definition\": " + definitions.get(i) + "}");
              }
              String lock =
                  """
                  {"version": 1, "servers": {"s": {"entry": "%s", "protocolVersion": "2025-11-25",
                   "tools": {%s}}}}
                  """
                      .formatted(entry, named(String.join(",", tools)));
              try {
                return Policy.of(list, LockReader.readTrusted(lock, "lock"));
              } catch (AllowListException e) {
                throw new AssertionError(e.problems().toString());
              }
            })) {
      agent.initialize("{}");
      agent.request("1", "tools/list", "{}");
      String answer = agent.answer("1");
      assertThat(agent.seenBy("s")).isEmpty();
      return answer;
    }
  }

  /** With what a lock has beside each definition. */
  private static String named(String tools) {
    return tools.replace("{\"definition\"", "{\"name\": \"n\", \"sha256\": \"\", \"definition\"");
  }

  @Test
  void itIsTheCanonicalTextUnderThePublicName() throws Exception {
    List<String> definitions =
        List.of(
            "{ \"description\" : \"a\\u202eb\\n\\u00e9 \\/ \\\"\", \"name\" : \"t0\" }",
            "{\"name\":\"t1\",\"inputSchema\":{\"type\":\"object\",\"maximum\":1.50,\"minimum\":-2e1}}",
            "{\"inputSchema\":{\"a\":[1,{},[],null]},\"name\":\"t2\",\"title\":\"\\ud83d\\ude00\"}");
    String listed = list(definitions);
    for (int i = 0; i < definitions.size(); i++) {
      String canonical = CanonicalJson.of(definitions.get(i).getBytes(UTF_8), 1 << 20);
      assertThat(listed).contains("," + canonical.replace("\"t" + i + "\"", "\"s__t" + i + "\""));
    }
  }

  @Test
  void aDefinitionThatCanBeReadInTwoWaysIsLeftOut() throws Exception {
    assertThat(list(List.of("{\"Name\":\"x\",\"name\":\"t0\"}", "{\"name\":\"t1\"}")))
        .contains("{\"name\":\"s__t1\"}")
        .doesNotContain("t0");
  }
}
