package dev.gatekeeper.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.opening.Prints;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.redaction.ValueDigest;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an entry says of the arguments that are kept beside the log. */
@Timeout(120)
final class KeptArgumentsTest {
  private static final String VALUE = "made-up-other-value";

  @TempDir Path directory;

  private TestAgent start(String kept) throws Exception {
    Files.createDirectories(directory.resolve("home"));
    try (OpenVault vault = VaultFixture.create(directory.resolve("home/vault"))) {
      seen(vault, VaultFixture.put(vault, "other", VALUE));
    }
    String entry =
        "\"tools\":{\"allow\":[\"*\"]},\"prompts\":{\"allow\":[\"*\"]},"
            + "\"secretArguments\":{\"echo\":{\"/first\":[\"secret:other\"]}},"
            + "\"argumentsKept\":"
            + kept;
    TestAgent agent = new TestAgent(directory, TestAgent.fake(directory, "fake", entry));
    agent.initialize("{}");
    return agent;
  }

  private void seen(OpenVault vault, Change change) throws Exception {
    try (AuditLog log =
        AuditLog.open(directory.resolve("home/audit"), AuditOptions.of(new AuditContext()))) {
      log.append(
          Entry.of(Event.VAULT_CHANGE)
              .with(Field.SOURCE, SeenVaults.source(vault.header()))
              .with(Field.GENERATION, change.generation())
              .with(Field.DIGEST, "sha256:" + change.digest())
              .with(Field.OUTCOME, SeenVaults.WRITTEN));
    }
  }

  private static String call(String tool, String arguments) {
    return "{\"name\":\"fake__" + tool + "\",\"arguments\":" + arguments + "}";
  }

  private String kept() throws IOException {
    StringBuilder kept = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory.resolve("audit/openings"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        kept.append(Files.readString(file));
      }
    }
    return kept.toString();
  }

  @Test
  void fullKeepsAllOfATextButNoSecret() throws Exception {
    String end = "and the end of it";
    try (TestAgent agent = start("{\"echo\":\"full\"}")) {
      agent.request("1", "tools/call", call("echo", "{\"first\":\"secret:other\"}"));
      agent.answer("1");
      // Behind all that a short text is masked for, and masked all the same.
      String text = "x".repeat(400_000) + " " + VALUE + " " + end;
      agent.request("2", "tools/call", call("echo", "{\"text\":\"" + text + "\"}"));
      agent.answer("2");
      agent.request("3", "tools/call", call("long-name", "{\"text\":\"" + text + "\"}"));
      agent.answer("3");
    }
    assertThat(kept())
        .contains("x [secret:other] " + end)
        .containsOnlyOnce(end)
        .containsOnlyOnce("\"cut\":true")
        .doesNotContain(VALUE);
  }

  @Test
  void theVaultTellsWhichValueWasGrantedAndWhichStoodInAnArgument() throws Exception {
    String records;
    try (TestAgent agent = start("{\"*\":\"digest\"}")) {
      agent.request("1", "tools/call", call("echo", "{\"first\":\"secret:other\"}"));
      agent.answer("1");
      agent.request("2", "tools/call", call("echo", "{\"text\":\"a " + VALUE + "\"}"));
      agent.answer("2");
      records = agent.audit();
    }
    String granted = records.replaceAll("(?s).*\"digest\":\"print:([A-Za-z0-9_-]*)\".*", "$1");
    String opening = kept();
    String stood = opening.replaceAll("(?s).*\"prints\":\\[\"([A-Za-z0-9_-]*)\".*", "$1");
    assertThat(opening).containsOnlyOnce("\"secrets\":[{\"reference\":\"secret:other\",");
    assertThat(records).containsPattern("\"arguments\":\"[^}]*\"digest\":\"sha256:");
    try (OpenVault vault = VaultFixture.open(directory.resolve("home/vault"))) {
      byte[] digest = ValueDigest.of(VALUE.getBytes(UTF_8));
      for (String print : List.of(granted, stood)) {
        assertThat(Prints.open(vault.auditKeys(), "secret:other", print)).contains(digest);
      }
    }
  }

  @Test
  void whatIsSaidOfOthersHoldsForToolsThatAreNotNamedAndForPrompts() throws Exception {
    try (TestAgent agent = start("{\"*\":\"digest\",\"echo\":\"redacted\"}")) {
      agent.request("1", "tools/call", call("echo", "{\"text\":\"of echo\"}"));
      agent.answer("1");
      agent.request("2", "tools/call", call("long-name", "{\"text\":\"of another\"}"));
      agent.answer("2");
      agent.request("3", "prompts/get", call("p", "{\"text\":\"of a prompt\"}"));
      agent.answer("3");
    }
    assertThat(kept()).contains("of echo").doesNotContain("of another", "of a prompt");
    assertThat(kept().lines().filter(line -> line.contains("\"name\":\"text\""))).hasSize(3);
  }
}
