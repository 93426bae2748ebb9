package dev.gatekeeper.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.UserInteraction;
import dev.gatekeeper.trust.approval.ApprovalFolder;
import dev.gatekeeper.trust.approval.ApprovalRequest;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WaitingCallsTest {
  private static final String ASK = "\"tools\":{\"allow\":[\"*\"],\"ask\":[\"echo\"]}";
  private static final Duration LONG = Duration.ofMinutes(5);

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

  private TestAgent start(Duration patience) throws Exception {
    return start(patience, ASK);
  }

  private TestAgent start(Duration patience, String rules) throws Exception {
    TestAgent agent =
        new TestAgent(
            directory,
            TestAgent.fake(directory, "fake", rules),
            VaultFile.in(home).header()::verifiesTrust,
            patience);
    agent.initialize("{}");
    return agent;
  }

  private static void call(TestAgent agent, String id, String arguments) throws Exception {
    agent.request(id, "tools/call", "{\"name\":\"fake__echo\",\"arguments\":" + arguments + "}");
  }

  /** The requests that wait, once there are as many as are waited for. */
  private List<ApprovalRequest> waiting(int count) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end) {
      List<ApprovalRequest> now = folder.waiting(Instant.now()).requests();
      if (now.size() == count) {
        return now;
      }
      LockSupport.parkNanos(5_000_000);
    }
    throw new AssertionError("not " + count + " requests");
  }

  private void approve(ApprovalRequest request) throws Exception {
    try (OpenVault vault = VaultFixture.open(VaultFile.in(home).path())) {
      folder.approve(request, vault.presence(), Instant.now());
    }
  }

  private static int times(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  @Test
  void aCallPassesOnceAPersonApprovedIt() throws Exception {
    try (TestAgent agent = start(LONG)) {
      call(agent, "1", "{\"b\":1.0,\"a\":\"x\"}");
      ApprovalRequest request = waiting(1).getFirst();
      assertThat(agent.seenBy("fake")).isEmpty();
      assertThat(request.call().tool()).isEqualTo("echo");
      assertThat(request.shown()).isEqualTo("{\n  \"a\": \"x\",\n  \"b\": 1\n}");
      agent.list("2", "tools/list", "fake__echo"); // nobody is held up by it
      approve(request);
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      assertThat(times(agent.seenBy("fake"), "tools/call")).isEqualTo(1);
      assertThat(agent.seenBy("fake")).contains("{\"b\":1.0,\"a\":\"x\"}");

      call(agent, "3", "{\"b\":1.0,\"a\":\"x\"}");
      assertThat(waiting(1).getFirst().id()).isNotEqualTo(request.id());
      String audit = agent.audit();
      assertThat(audit)
          .contains(
              "\"event\":\"approval\"",
              "\"outcome\":\"asked\"",
              "request " + request.id(),
              "approved by request " + request.id());
      assertThat(times(audit, "\"event\":\"call.intent\"")).isEqualTo(1);
    }
    assertThat(home.resolve("approvals").toFile().list()).isEmpty();
  }

  @Test
  void whatStandsUnderAskAloneExistsAndWaits() throws Exception {
    try (TestAgent agent =
        start(LONG, "\"prompts\":{\"ask\":[\"p\"]},\"resources\":{\"ask\":[\"fake://*\"]}")) {
      assertThat(agent.list("1", "prompts/list", "fake__p")).contains("\"name\":\"fake__p\"");
      assertThat(agent.list("2", "resources/list", "fake://one")).contains("fake://one");
      assertThat(agent.list("3", "resources/templates/list", "fake://t")).contains("fake://t/{x}");
      passes(agent, "4", "prompts/get", "{\"name\":\"fake__p\"}");
      passes(agent, "5", "resources/read", "{\"uri\":\"fake://one\"}");
      passes(agent, "6", "resources/read", "{\"uri\":\"fake://not-listed\"}");
      passes(agent, "7", "resources/subscribe", "{\"uri\":\"fake://one\"}");
      assertThat(times(agent.audit(), "\"event\":\"call.intent\"")).isEqualTo(4);
    }
  }

  private void passes(TestAgent agent, String id, String method, String params) throws Exception {
    int before = times(agent.seenBy("fake"), method);
    agent.request(id, method, params);
    ApprovalRequest request = waiting(1).getFirst();
    assertThat(times(agent.seenBy("fake"), method)).isEqualTo(before);
    approve(request);
    assertThat(agent.answer(id)).contains("\"did\":\"" + method + "\"");
    waiting(0);
  }

  @Test
  void aSubscriptionThatAPersonApprovedIsToldOfChanges() throws Exception {
    String rules = "\"tools\":{\"allow\":[\"*\"]},\"resources\":{\"ask\":[\"fake://*\"]}";
    try (TestAgent agent = start(LONG, rules)) {
      passes(agent, "1", "resources/subscribe", "{\"uri\":\"fake://one\"}");
      String updated =
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"fake://one\"}}";
      String done = "{\"jsonrpc\":\"2.0\",\"id\":@ID,\"result\":{\"content\":[]}}";
      agent.say("2", "fake", updated, done);
      agent.await(updated::equals, "the news");
      agent.adopt(TestAgent.fake(directory, "fake", rules + ",\"timeout\":\"9s\""));
      agent.say("3", "fake", done);
      agent.answer("3");
      assertThat(times(agent.seenBy("fake"), "resources/subscribe")).isEqualTo(2);
    }
  }

  @Test
  void equalCallsAtOnceNeedAnApprovalEach() throws Exception {
    try (TestAgent agent = start(LONG)) {
      call(agent, "1", "{}");
      waiting(1);
      call(agent, "2", "{}");
      List<ApprovalRequest> both = waiting(2);
      approve(both.getFirst());
      assertThat(agent.answer("1")).contains("\"text\":\"echo\"");
      assertThat(waiting(1).getFirst().id()).isEqualTo(both.getLast().id());
      approve(both.getLast());
      assertThat(agent.answer("2")).contains("\"text\":\"echo\"");
      assertThat(times(agent.seenBy("fake"), "tools/call")).isEqualTo(2);
    }
  }

  @Test
  void theAgentHearsThatNobodyAnsweredAndAnEqualRetryUsesTheApproval() throws Exception {
    try (TestAgent agent = start(Duration.ofMillis(300))) {
      call(agent, "1", "{\"a\":1,\"b\":[]}");
      String answer = agent.answer("1");
      ApprovalRequest request = waiting(1).getFirst();
      assertThat(answer)
          .contains("\"isError\":true", "gatekeeper allowlist approve " + request.id());
      approve(request);
      call(agent, "2", "{\"a\":2,\"b\":[]}");
      assertThat(agent.answer("2")).contains("waits for a person's approval");
      call(agent, "3", "{\"b\":[ ],\"a\":1.0}");
      assertThat(agent.answer("3")).contains("\"text\":\"echo\"");
      call(agent, "4", "{\"a\":1,\"b\":[]}");
      assertThat(agent.answer("4")).contains("waits for a person's approval");
      assertThat(times(agent.seenBy("fake"), "tools/call")).isEqualTo(1);
      assertThat(times(agent.audit(), "\"event\":\"call.denied\"")).isEqualTo(3);
    }
  }

  @Test
  void whatAnAgentWritesIntoTheFolderApprovesNothing() throws Exception {
    try (TestAgent agent = start(Duration.ofSeconds(3))) {
      call(agent, "1", "{}");
      ApprovalRequest request = waiting(1).getFirst();
      Path yes = home.resolve("approvals/" + request.id() + ".yes");
      Files.createFile(
          yes, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(yes, "A".repeat(86).getBytes(UTF_8));

      assertThat(agent.answer("1")).contains("waits for a person's approval");
      assertThat(agent.seenBy("fake")).isEmpty();
      assertThat(agent.audit()).contains("\"outcome\":\"forged\"");
    }
  }

  @Test
  void whatWasApprovedUnderAnotherListDoesNotPass() throws Exception {
    try (TestAgent agent = start(LONG)) {
      call(agent, "1", "{}");
      ApprovalRequest request = waiting(1).getFirst();
      agent.listBecomes("sha256:other");
      approve(request);
      assertThat(agent.answer("1")).contains("the allow-list changed while the call waited");
      assertThat(agent.seenBy("fake")).isEmpty();
    }
  }

  @Test
  void aDeniedCallIsRefusedAtOnce() throws Exception {
    try (TestAgent agent = start(LONG)) {
      call(agent, "1", "{}");
      folder.deny(waiting(1).getFirst().id());
      assertThat(agent.answer("1")).contains("a person denied this call");
      assertThat(agent.seenBy("fake")).isEmpty();
    }
  }

  @Test
  void aCancelledCallTakesItsRequestBack() throws Exception {
    try (TestAgent agent = start(LONG)) {
      call(agent, "1", "{}");
      ApprovalRequest request = waiting(1).getFirst();
      agent.send(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
      assertThat(waiting(0)).isEmpty();
      assertThatThrownBy(() -> approve(request)).hasMessage("the call waits no longer");
      call(agent, "2", "{}");
      waiting(1);
      assertThat(agent.leftOver()).noneMatch(line -> line.contains("\"id\":1,"));
      assertThat(agent.seenBy("fake")).isEmpty();
      assertThat(agent.audit()).contains("\"outcome\":\"withdrawn\"");
    }
  }

  @Test
  void argumentsWithoutOneFormAreRefused() throws Exception {
    try (TestAgent agent = start(LONG)) {
      call(agent, "1", "{\"a\":1,\"a\":2}");
      assertThat(agent.answer("1")).contains("a name occurs twice");
      call(agent, "5", "{\"a\":{\"b\":1,\"b\":2}}");
      assertThat(agent.answer("5")).contains("no one form that could be approved");
      call(agent, "2", "{\"a\":9007199254740993}");
      assertThat(agent.answer("2")).contains("no one form that could be approved");
      call(agent, "3", "{\"a\":\"" + "x".repeat(ApprovalRequest.MAX_SHOWN) + "\"}");
      assertThat(agent.answer("3")).contains("longer than a person reads");
      call(agent, "4", "{\"a\":\"" + "x".repeat(8 * ApprovalRequest.MAX_SHOWN) + "\"}");
      assertThat(agent.answer("4")).contains("longer than a person reads");
      assertThat(agent.seenBy("fake")).isEmpty();
    }
  }

  @Test
  void aClientIsToldWhichToolsAPersonIsAskedFor() throws Exception {
    try (TestAgent agent = start(LONG)) {
      String list = agent.list("1", "tools/list", "fake__");
      String mark = "\"_meta\":{\"anthropic/requiresUserInteraction\":true}";
      assertThat(times(list, mark)).isEqualTo(1);
      assertThat(list).contains("{" + mark + ",\"name\":\"fake__echo\"");
    }
  }

  @Test
  void theMarkReplacesWhatAServerSaysOfIt() throws Exception {
    String mark = "\"anthropic/requiresUserInteraction\":true";
    assertThat(marked("{\"_meta\":{\"a\":1,\"anthropic/requiresUserInteraction\":false}}"))
        .isEqualTo("{\"_meta\":{\"a\":1," + mark + "}}");
    assertThat(marked("{\"_meta\":{\"a\":1}}")).contains("\"a\":1").contains(mark);
    assertThat(marked("{\"_meta\":null}")).isEqualTo("{\"_meta\":{" + mark + "}}");
    assertThat(marked("{}")).isEqualTo("{\"_meta\":{" + mark + "}}");
  }

  private static String marked(String definition) throws Exception {
    return new String(
        UserInteraction.marked(Slice.of(definition.getBytes(UTF_8))).toBytes(), UTF_8);
  }

  @Test
  void whoLooksAtTheAgentSeesWhatToType() throws Exception {
    try (TestAgent agent = start(LONG)) {
      agent.request(
          "1",
          "tools/call",
          "{\"name\":\"fake__echo\",\"arguments\":{},\"_meta\":{\"progressToken\":\"t\"}}");
      ApprovalRequest request = waiting(1).getFirst();
      assertThat(agent.await(line -> line.contains("notifications/progress"), "progress"))
          .contains(
              "\"progressToken\":\"t\",\"progress\":-1.0,",
              "\"message\":\"waits for a person: gatekeeper allowlist approve "
                  + request.id()
                  + "\"");
      approve(request);
      assertThat(agent.await(line -> line.contains("notifications/progress"), "progress"))
          .contains("\"progressToken\":\"t\",\"progress\":-0.5,", "starting server fake");
    }
  }

  @Test
  void aManagedValueIsNotShownToAnybody() throws Exception {
    try (TestAgent agent = start(LONG)) {
      agent.watch("secret:made/up", "made-up-value-of-a-secret");
      call(agent, "1", "{\"a\":\"made-up-value-of-a-secret\"}");
      assertThat(agent.answer("1"))
          .contains("refused: the request carries the value of secret:made/up")
          .doesNotContain("made-up-value");
      agent.request(
          "2",
          "tools/call",
          "{\"name\":\"gatekeeper_request\",\"arguments\":{\"kind\":\"secret\",\"name\":\"x\","
              + "\"reason\":\"is it made-up-value-of-a-secret?\"}}");
      assertThat(agent.answer("2")).contains("Nothing has been granted");
      assertThat(directory.resolve("requests.jsonl"))
          .content()
          .contains("secret:made/up")
          .doesNotContain("made-up-value");
    }
  }
}
