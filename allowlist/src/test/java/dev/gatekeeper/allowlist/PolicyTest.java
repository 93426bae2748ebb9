package dev.gatekeeper.allowlist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PolicyTest {
  private static final LocalDate TODAY = LocalDate.of(2027, 5, 1);

  private static final PathResolver PATHS =
      new PathResolver() {
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
    Decision decision = new Policy(AllowList.EMPTY).decide(subject, TODAY, PATHS);
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

  private static Policy policy(String list) throws AllowListException {
    return new Policy(AllowList.parse(list.getBytes(StandardCharsets.UTF_8), "allowlist.json"));
  }
}
