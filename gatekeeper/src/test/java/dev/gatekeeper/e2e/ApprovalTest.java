package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call under {@code ask} waits in one process until a person approves it in another. */
@EndToEnd
final class ApprovalTest {
  @Test
  void anotherProcessLetsTheWaitingCallThroughOnce(@TempDir Path folder) throws Exception {
    Project project =
        new Project(folder)
            .hostile(
                Peers.installed(),
                "honest",
                "honest",
                "{\"tools\": {\"allow\": [\"echo\", \"pid\"], \"ask\": [\"echo\"]}}")
            .adopted();

    try (RawClient client = project.serve(project.agent());
        RawClient other = project.serve(project.agent())) {
      client.initialize("{}");
      other.initialize("{}");
      assertThat(client.listed("honest__echo")).isTrue();
      assertThat(other.listed("honest__echo")).isTrue();
      String first = client.sendTool("honest__echo", "{\"message\":\"made up\"}");
      String id = waiting(project, 1).getFirst();
      String elsewhere = other.sendTool("honest__echo", "{\"message\":\"made up\"}");
      waiting(project, 2);

      assertThat(client.tool("honest__pid", "{}").failed()).isFalse(); // nobody is held up
      assertThat(project.asAgent("allowlist", "approve", id, "--yes").exit()).isNotZero();
      assertThat(calls(project)).isZero();
      Project.Result approved = project.gatekeeper("allowlist", "approve", id, "--yes");
      assertThat(approved.exit()).as("%s", approved).isZero();
      assertThat(approved.out())
          .contains("An agent wants to call echo of server honest", "made up");
      assertThat(client.answer(first).said()).isEqualTo("echo made up");
      assertThat(calls(project)).isEqualTo(1);

      assertThat(waiting(project, 1)).doesNotContain(id);
      Project.Result denied =
          project.asAgent("allowlist", "approve", waiting(project, 1).getFirst(), "--deny");
      assertThat(denied.exit()).as("%s", denied).isZero();
      assertThat(other.answer(elsewhere).said()).contains("a person denied this call");
      assertThat(calls(project)).isEqualTo(1);
      client.finish();
      other.finish();
    }

    assertThat(project.chain())
        .contains("approved by request ", "\"outcome\":\"approved\"", "\"outcome\":\"asked\"");
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }

  private static long calls(Project project) throws Exception {
    return Files.readAllLines(project.trace("honest")).stream()
        .filter(line -> line.contains("tools/call") && line.contains("\"echo\""))
        .count();
  }

  /** The ids of what waits, once there are as many. */
  private static List<String> waiting(Project project, int count) throws Exception {
    Path approvals = project.home().resolve("approvals");
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end) {
      String[] files = approvals.toFile().list((dir, name) -> name.matches("[a-z2-7]{8}\\.json"));
      if (files != null && files.length == count) {
        return List.of(files).stream().map(name -> name.substring(0, 8)).toList();
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError("not " + count + " requests");
  }
}
