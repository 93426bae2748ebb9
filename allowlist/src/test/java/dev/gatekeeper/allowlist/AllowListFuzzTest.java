package dev.gatekeeper.allowlist;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatekeeper.allowlist.arguments.PathView;
import dev.gatekeeper.allowlist.check.Finding;
import dev.gatekeeper.allowlist.check.ListCheck;
import dev.gatekeeper.allowlist.read.ListReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;

/** Whatever the bytes: a list or problems, a decision, and nothing thrown. */
final class AllowListFuzzTest {
  private static final LocalDate TODAY = LocalDate.of(2027, 5, 1);

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
          try {
            return Path.of(absolute).normalize();
          } catch (InvalidPathException e) {
            throw new IOException(e);
          }
        }
      };

  @FuzzTest
  void aTextIsAListOrHasProblemsAtTheirPlaces(byte[] text) {
    try {
      AllowList list = ListReader.read(text, "f");
      for (Finding finding : ListCheck.check(text, "f", TODAY)) {
        assertThat(finding.problem().line()).isPositive();
      }
      for (Server server : list.servers().values()) {
        Subject call = new Subject.ToolCall(server.name(), "a", Optional.of(text));
        assertThat(Policy.withoutLock(list).decide(call, TODAY, PATHS).rule()).isNotEmpty();
      }
    } catch (AllowListException e) {
      assertThat(e.problems()).isNotEmpty();
      for (Problem problem : e.problems()) {
        assertThat(problem.line()).isPositive();
        assertThat(problem.column()).isPositive();
      }
    }
  }

  /** The rule, a line break, the arguments. */
  @FuzzTest
  void argumentsAreJudgedByWhateverRuleLoads(byte[] data) {
    int end = 0;
    while (end < data.length && data[end] != '\n') {
      end++;
    }
    String rule = new String(data, 0, end, StandardCharsets.UTF_8);
    byte[] arguments = Arrays.copyOfRange(data, Math.min(end + 1, data.length), data.length);
    String list =
        "{\"version\":1,\"mcpServers\":{\"a\":{\"command\":\"x\",\"tools\":{\"allow\":[\"t\"]},"
            + "\"arguments\":{\"t\":"
            + rule
            + "}}}}";
    Policy policy;
    try {
      policy = Policy.withoutLock(ListReader.read(list.getBytes(StandardCharsets.UTF_8), "f"));
    } catch (AllowListException e) {
      return;
    }
    Subject call = new Subject.ToolCall("a", "t", Optional.of(arguments));
    Decision decision = policy.decide(call, TODAY, PATHS);
    assertThat(policy.decide(call, TODAY, PATHS)).isEqualTo(decision);
    assertThat(decision).isNotInstanceOf(Decision.NeedsApproval.class);
  }
}
