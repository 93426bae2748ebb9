package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.approval.ApprovalFolder;
import dev.gatekeeper.trust.approval.ApprovalRequest;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls under ask where a person said that the client's own dialog counts. */
final class DialogApprovalTest {
  private static final String ASK = "\"tools\":{\"allow\":[\"*\"],\"ask\":[\"echo\"]}";
  private static final String FORMS = "{\"elicitation\":{\"form\":{},\"url\":{}}}";
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

  @TempDir Path directory;
  private Home home;
  private ApprovalFolder folder;

  @BeforeEach
  void layOut() throws Exception {
    directory = directory.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", directory.resolve("home").toString()));
    VaultFixture.create(VaultFile.in(home).path()).close();
    folder = new ApprovalFolder(home);
  }

  private TestAgent start(String capabilities, boolean counts) throws Exception {
    TestAgent agent =
        new TestAgent(
            directory,
            TestAgent.fake(directory, "fake", ASK),
            VaultFile.in(home).header()::verifiesTrust,
            Duration.ofMinutes(5));
    agent.dialogCounts(counts);
    agent.initialize(capabilities);
    return agent;
  }

  private static void call(TestAgent agent, String id, String arguments) throws Exception {
    agent.request(id, "tools/call", "{\"name\":\"fake__echo\",\"arguments\":" + arguments + "}");
  }

  private static String dialog(TestAgent agent) throws Exception {
    return agent.await(line -> line.contains("elicitation/create"), "a dialog");
  }

  private static void reply(TestAgent agent, String dialog, String what) throws Exception {
    Matcher id = ID.matcher(dialog);
    assertThat(id.find()).isTrue();
    agent.send("{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + "," + what + "}");
  }

  private ApprovalRequest waiting() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end) {
      List<ApprovalRequest> now = folder.waiting(Instant.now()).requests();
      if (now.size() == 1) {
        return now.getFirst();
      }
      LockSupport.parkNanos(5_000_000);
    }
    throw new AssertionError("no request");
  }

  private void approve(ApprovalRequest request) throws Exception {
    try (OpenVault vault = VaultFixture.open(VaultFile.in(home).path())) {
      folder.approve(request, vault.presence(), Instant.now());
    }
  }

  @Test
  void acceptedInTheDialogItPassesOnceAndIsRecordedAsThat() throws Exception {
    try (TestAgent agent = start(FORMS, true)) {
      call(agent, "1", "{\"a\":\"x\\u202e\"}");
      String dialog = dialog(agent);
      assertThat(dialog)
          .contains("let the agent call echo of server fake", "\\\\u202e", "\"properties\":{}");
      assertThat(agent.seenBy("fake")).doesNotContain("tools/call");
      reply(agent, dialog, "\"result\":{\"action\":\"accept\",\"content\":{}}");
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      reply(agent, dialog, "\"result\":{\"action\":\"accept\",\"content\":{}}");
      call(agent, "2", "{\"a\":\"x\\u202e\"}");
      dialog(agent);
      assertThat(agent.seenBy("fake").split("tools/call", -1)).hasSize(2);
      assertThat(agent.audit())
          .contains("\"approver\":\"client dialog\"", "\"outcome\":\"approved\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"decline", "cancel"})
  void refusedInTheDialogItIsDenied(String action) throws Exception {
    try (TestAgent agent = start(FORMS, true)) {
      call(agent, "1", "{}");
      reply(agent, dialog(agent), "\"result\":{\"action\":\"" + action + "\"}");
      assertThat(agent.answer("1")).contains("a person denied this call", "\"isError\":true");
      assertThat(folder.waiting(Instant.now()).requests()).isEmpty();
      assertThat(agent.seenBy("fake")).doesNotContain("tools/call");
      assertThat(agent.audit())
          .contains("\"approver\":\"client dialog\"", "\"outcome\":\"denied\"", "call.denied");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"result\":{\"action\":\"yes\"}",
        "\"result\":{\"action\":\"accept\",\"action\":\"accept\"}",
        "\"result\":{}",
        "\"error\":{\"code\":-32603,\"message\":\"accept\"}"
      })
  void anAnswerThatIsNoneLeavesItToATerminal(String answer) throws Exception {
    try (TestAgent agent = start(FORMS, true)) {
      call(agent, "1", "{}");
      reply(agent, dialog(agent), answer);
      assertThat(agent.leftOver()).noneMatch(line -> line.contains("\"id\":1,"));
      approve(waiting());
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
    }
  }

  @Test
  void withoutThePersonsWordNoDialogIsShownAndNoneCounts() throws Exception {
    try (TestAgent agent = start(FORMS, false)) {
      call(agent, "1", "{}");
      ApprovalRequest request = waiting();
      for (int id = 0; id < 8; id++) {
        reply(agent, "\"id\":" + id, "\"result\":{\"action\":\"accept\",\"content\":{}}");
      }
      assertThat(agent.leftOver()).noneMatch(line -> line.contains("elicitation"));
      assertThat(waiting()).isEqualTo(request);
      assertThat(agent.seenBy("fake")).doesNotContain("tools/call");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"elicitation\":{\"url\":{}}}", "{\"elicitation\":1}"})
  void aClientWithoutFormsIsNotAsked(String capabilities) throws Exception {
    try (TestAgent agent = start(capabilities, true)) {
      call(agent, "1", "{}");
      approve(waiting());
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      assertThat(agent.leftOver()).noneMatch(line -> line.contains("elicitation"));
    }
  }

  @Test
  void whatNoScreenShowsNeedsATerminal() throws Exception {
    try (TestAgent agent = start(FORMS, true)) {
      call(agent, "1", "{\"a\":\"" + "x".repeat(5_000) + "\"}");
      waiting();
      assertThat(agent.leftOver()).noneMatch(line -> line.contains("elicitation"));
    }
  }

  @Test
  void theSettingTakenBackAnOpenDialogCountsNoMore() throws Exception {
    try (TestAgent agent = start(FORMS, true)) {
      call(agent, "1", "{}");
      String dialog = dialog(agent);
      agent.dialogCounts(false);
      reply(agent, dialog, "\"result\":{\"action\":\"accept\",\"content\":{}}");
      assertThat(agent.leftOver()).noneMatch(line -> line.contains("\"id\":1,"));
      assertThat(agent.seenBy("fake")).doesNotContain("tools/call");
      approve(waiting());
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
    }
  }

  @Test
  void approvedAtATerminalTheDialogIsTakenBack() throws Exception {
    try (TestAgent agent = start(FORMS, true)) {
      call(agent, "1", "{}");
      String dialog = dialog(agent);
      approve(waiting());
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      agent.await(line -> line.contains("notifications/cancelled"), "the dialog's end");
      reply(agent, dialog, "\"result\":{\"action\":\"decline\"}");
      assertThat(agent.leftOver()).isEmpty();
      assertThat(agent.seenBy("fake").split("tools/call", -1)).hasSize(2);
    }
  }

  @Test
  void aManagedValueIsRefusedAndNobodyIsAsked() throws Exception {
    try (TestAgent agent = start(FORMS, true)) {
      agent.watch("secret:made/up", "made-up-value-of-a-secret");
      call(agent, "1", "{\"a\":\"made-up-value-of-a-secret\"}");
      assertThat(agent.answer("1"))
          .contains("refused: the request carries the value of secret:made/up")
          .doesNotContain("made-up-value");
    }
  }
}
