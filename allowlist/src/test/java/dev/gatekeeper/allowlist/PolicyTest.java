package dev.gatekeeper.allowlist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.arguments.PathView;
import dev.gatekeeper.allowlist.read.ListReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyTest {
  private static final LocalDate TODAY = LocalDate.of(2027, 5, 1);

  private static final String TOOLS = "mcpServers.github.tools";

  private static final String EVERYTHING =
      "\"tools\":{\"allow\":[\"*\"]},\"prompts\":{\"allow\":[\"*\"]},\"resources\":{\"allow\":[\"*\"]},"
          + "\"serverRequests\":[\"elicitation\"],\"methods\":[\"acme/notify\"]";

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

  static List<Subject> subjects() {
    return List.of(
        new Subject.ToolCall("github", "get_issue", Optional.empty()),
        new Subject.PromptGet("github", "get_issue"),
        new Subject.ResourceRead("github", "file:///a"),
        new Subject.PromptCompletion("github", "get_issue"),
        new Subject.TemplateCompletion("github", "file:///{a}"),
        new Subject.ServerRequest("github", "elicitation/create"),
        new Subject.Listing("github", Subject.Kind.TOOL, "get_issue"),
        new Subject.Listing("github", Subject.Kind.PROMPT, "get_issue"),
        new Subject.Listing("github", Subject.Kind.RESOURCE, "file:///a"),
        new Subject.Listing("github", Subject.Kind.TEMPLATE, "file:///{a}"),
        new Subject.UnknownMethod("github", "acme/notify"),
        new Subject.CommandRun("github", List.of()));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void emptyDenies(Subject subject) {
    Decision decision = Policy.withoutLock(AllowList.EMPTY).decide(subject, TODAY, PATHS);
    assertThat(decision).isInstanceOf(Decision.Denied.class);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void anEntryWithoutRulesDenies(Subject subject) throws AllowListException {
    Policy policy = policy("{\"version\":1,\"mcpServers\":{\"github\":{\"command\":\"x\"}}}");
    assertThat(policy.decide(subject, TODAY, PATHS)).isInstanceOf(Decision.Denied.class);
  }

  @Test
  void aToolThatIsNamedIsAllowed() throws AllowListException {
    Policy policy =
        policy(
            "{\"version\":1,\"mcpServers\":{\"github\":{\"command\":\"x\",\"tools\":{\"allow\":[\"get_*\"]}}}}");
    assertThat(policy.decide(subjects().getFirst(), TODAY, PATHS))
        .isEqualTo(new Decision.Allowed("mcpServers.github.tools.allow \"get_*\""));
  }

  @Test
  void denyBeatsAskBeatsAllow() throws AllowListException {
    Policy policy = entry("\"tools\":{\"allow\":[\"*\"],\"ask\":[\"a*\"],\"deny\":[\"ab\"]}");
    assertThat(tool(policy, "b")).isEqualTo(new Decision.Allowed(TOOLS + ".allow \"*\""));
    assertThat(tool(policy, "ac")).isEqualTo(new Decision.NeedsApproval(TOOLS + ".ask \"a*\""));
    assertThat(tool(policy, "ab"))
        .isEqualTo(
            new Decision.Denied(
                Decision.Reason.DENIED, TOOLS + ".deny \"ab\"", "The allow-list denies it."));
  }

  @Test
  void askAloneIsEnoughForApproval() throws AllowListException {
    assertThat(tool(entry("\"tools\":{\"ask\":[\"a\"]}"), "a"))
        .isInstanceOf(Decision.NeedsApproval.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Get_issue",
        "get_issue ",
        " get_issue",
        "get_issues",
        "get_issu",
        "",
        "get\u0000_issue"
      })
  void namesAreComparedExactly(String name) throws AllowListException {
    assertThat(tool(entry("\"tools\":{\"allow\":[\"get_issue\"]}"), name))
        .isInstanceOf(Decision.Denied.class);
  }

  @Test
  void anEntryCountsOnItsLastDayAndNotAfter() throws AllowListException {
    Policy policy = entry("\"expires\":\"2027-05-01\",\"tools\":{\"allow\":[\"*\"]}");
    Subject call = subjects().getFirst();
    assertThat(policy.decide(call, TODAY, PATHS)).isInstanceOf(Decision.Allowed.class);
    Decision after = policy.decide(call, TODAY.plusDays(1), PATHS);
    assertThat(after)
        .isEqualTo(
            new Decision.Denied(
                Decision.Reason.EXPIRED,
                "mcpServers.github.expires",
                "The allow-list entry has expired."));
    assertThat(((Decision.Denied) after).hidden()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void anExpiredEntryDeniesAll(Subject subject) throws AllowListException {
    Policy policy = entry("\"expires\":\"2027-04-30\"," + EVERYTHING);
    if (!(subject instanceof Subject.CommandRun)) {
      assertThat(policy.decide(subject, TODAY, PATHS)).isInstanceOf(Decision.Denied.class);
      assertThat(entry(EVERYTHING).decide(subject, TODAY, PATHS))
          .isInstanceOf(Decision.Allowed.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///docs/../etc/passwd",
        "file:///docs/%2e%2e/etc/passwd",
        "file:///docs/%2E./etc/passwd",
        "file:///docs/a%2f..%2f../etc",
        "file:///docs/./a",
        "file:///docs//a",
        "file:///docs\\..\\etc",
        "file:///docs/a b",
        "file:///docs/%61",
        "file:///docs/%zz",
        "file:///docs/a\u0000"
      })
  void aGlobDoesNotLetThroughAnotherSpelling(String uri) throws AllowListException {
    Policy policy = entry("\"resources\":{\"allow\":[\"file:///docs/*\"]}");
    Decision decision = policy.decide(new Subject.ResourceRead("github", uri), TODAY, PATHS);
    assertThat(decision).isInstanceOf(Decision.Denied.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "file:/etc/passwd",
        "file:////etc/passwd",
        "file://localhost/etc/passwd",
        "file:///x/../etc/passwd",
        "file:///%65tc/passwd"
      })
  void aDeniedUriCannotBeSpeltOtherwise(String uri) throws AllowListException {
    Policy policy = entry("\"resources\":{\"allow\":[\"*\"],\"deny\":[\"file:///etc/*\"]}");
    Decision decision = policy.decide(new Subject.ResourceRead("github", uri), TODAY, PATHS);
    assertThat(decision).isInstanceOf(Decision.Denied.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo://resource/static/a.md",
        "note:///My%20Notes",
        "postgres://user@host/db/table",
        "urn:isbn:1",
        "screenshot://",
        "https://a.example/x?y=..#/../",
        "file:///{path}",
        "memo://Notes/%C3%A9"
      })
  void aPlainUriIsLetThrough(String uri) throws AllowListException {
    Policy policy = entry("\"resources\":{\"allow\":[\"*\"]}");
    Decision decision = policy.decide(new Subject.ResourceRead("github", uri), TODAY, PATHS);
    assertThat(decision).isInstanceOf(Decision.Allowed.class);
  }

  @Test
  void anExactRuleLetsThroughWhatItSpells() throws AllowListException {
    Policy policy = entry("\"resources\":{\"allow\":[\"X://a//b/../c\"]}");
    Subject read = new Subject.ResourceRead("github", "X://a//b/../c");
    assertThat(policy.decide(read, TODAY, PATHS)).isInstanceOf(Decision.Allowed.class);
  }

  @ParameterizedTest
  @CsvSource({
    "elicitation, elicitation/create, true",
    "sampling, sampling/createMessage, true",
    "roots, roots/list, true",
    "roots, sampling/createMessage, false",
    "roots, roots, false",
    "roots, roots/other, false",
    "acme/ask, acme/ask, true",
    "acme/ask, acme/askmore, false"
  })
  void aServerMayAskForWhatItsEntryNames(String named, String method, boolean allowed)
      throws AllowListException {
    Policy policy = entry("\"serverRequests\":[\"" + named + "\"]");
    Decision decision = policy.decide(new Subject.ServerRequest("github", method), TODAY, PATHS);
    assertThat(decision instanceof Decision.Allowed).isEqualTo(allowed);
  }

  @Test
  void argumentsThatViolateARuleAreDeniedOpenly() throws AllowListException {
    Policy policy =
        entry(
            "\"tools\":{\"ask\":[\"a\"]},\"arguments\":{\"a\":{\"properties\":{\"n\":{\"const\":1}}}}");
    Decision denied = call(policy, "a", "{\"n\":2}");
    assertThat(denied)
        .isEqualTo(
            new Decision.Denied(
                Decision.Reason.ARGUMENTS,
                "mcpServers.github.arguments.a",
                "The argument \"n\" violates \"const\" of the allow-list's rule."));
    assertThat(((Decision.Denied) denied).hidden()).isFalse();
    assertThat(call(policy, "a", "{\"n\":1}")).isInstanceOf(Decision.NeedsApproval.class);
  }

  @Test
  void aRuleDoesNotMakeAToolExist() throws AllowListException {
    Policy policy = entry("\"arguments\":{\"a\":{}}");
    Decision denied = call(policy, "a", "{}");
    assertThat(((Decision.Denied) denied).hidden()).isTrue();
  }

  @Test
  void absentArgumentsAreJudgedAsNone() throws AllowListException {
    Policy policy =
        entry(
            "\"tools\":{\"allow\":[\"a\"]},\"arguments\":{\"a\":{\"properties\":{\"n\":true},\"required\":[\"n\"]}}");
    assertThat(tool(policy, "a")).isInstanceOf(Decision.Denied.class);
  }

  @Test
  void aCommandTakesNoFurtherArgumentsWithoutARule() throws AllowListException {
    Policy policy = policy("{\"version\":1,\"commands\":{\"m\":{\"command\":\"make\"}}}");
    assertThat(policy.decide(new Subject.CommandRun("m", List.of()), TODAY, PATHS))
        .isEqualTo(new Decision.Allowed("commands.m"));
    assertThat(policy.decide(new Subject.CommandRun("m", List.of("x")), TODAY, PATHS))
        .isInstanceOf(Decision.Denied.class);
  }

  @Test
  void aCommandTakesTheArgumentsOfItsRule() throws AllowListException {
    Policy policy =
        policy(
            "{\"version\":1,\"commands\":{\"m\":{\"command\":\"make\",\"arguments\":{\"items\":{\"enum\":[\"all\",\"\\u0001\\\"\"]}}}}}");
    assertThat(policy.decide(new Subject.CommandRun("m", List.of("all", "\u0001\"")), TODAY, PATHS))
        .isEqualTo(new Decision.Allowed("commands.m.arguments"));
    assertThat(policy.decide(new Subject.CommandRun("m", List.of("clean")), TODAY, PATHS))
        .isInstanceOf(Decision.Denied.class);
  }

  private static Decision tool(Policy policy, String name) {
    return policy.decide(new Subject.ToolCall("github", name, Optional.empty()), TODAY, PATHS);
  }

  private static Decision call(Policy policy, String name, String arguments) {
    byte[] json = arguments.getBytes(StandardCharsets.UTF_8);
    return policy.decide(new Subject.ToolCall("github", name, Optional.of(json)), TODAY, PATHS);
  }

  private static Policy entry(String keys) throws AllowListException {
    return policy("{\"version\":1,\"mcpServers\":{\"github\":{\"command\":\"x\"," + keys + "}}}");
  }

  private static Policy policy(String list) throws AllowListException {
    return Policy.withoutLock(
        ListReader.read(list.getBytes(StandardCharsets.UTF_8), "allowlist.json"));
  }
}
