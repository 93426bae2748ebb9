package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project that follows a branch: what a teammate merged reaches a session by itself. */
@EndToEnd
final class FollowedBranchTest {
  private static final String NARROW = "{\"tools\": {\"allow\": [\"echo\"]}}";
  private static final String WIDE = "{\"tools\": {\"allow\": [\"echo\", \"pid\"]}}";

  @SuppressWarnings("NullAway.Init") // by the test
  private Project project;

  @Test
  void aSessionTakesUpWhatTheBranchHas(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    project = new Project(folder).hostile(peers, "honest", "honest", NARROW);
    Path remote = project.folder().resolve("remote.git");
    project.withVault();
    project.writeList();
    git("init", "-q", "-b", "main");
    lockAndCommit();
    git("clone", "-q", "--bare", project.work().toString(), remote.toString());
    Project.Result bound =
        project.gatekeeper(
            "allowlist", "trust", "--yes", "--follow", "main", "--remote", "file://" + remote);
    assertThat(bound.exit()).as("%s", bound).isZero();

    // A teammate's change, which this work tree has: nobody typed trust for it.
    project.hostile(peers, "honest", "honest", WIDE).writeList();
    lockAndCommit();
    try (RawClient alone = project.serve()) {
      alone.initialize("{}");
      assertThat(alone.call("tools/list", "{}").text().contains("honest__pid"))
          .as("it is on no branch that counts")
          .isFalse();
      git("push", "-q", remote.toString(), "main");
      alone.finish();
    }
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(client.call("tools/list", "{}").text()).contains("honest__echo");
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (!client.call("tools/list", "{}").text().contains("honest__pid")
          && System.nanoTime() < end) {
        LockSupport.parkNanos(100_000_000); // a session asks two seconds after its start
      }
      assertThat(client.tool("honest__pid", "{}").failed()).isFalse();
      client.finish();
    }
    assertThat(project.chain())
        .contains(
            "\"rule\":\"list.last\"", "\"rule\":\"list.followed\"", "\"outcome\":\"adopted\"");
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }

  private void lockAndCommit() throws Exception {
    Project.Result locked = project.gatekeeper("allowlist", "lock", "--yes");
    assertThat(locked.exit()).as("%s", locked).isZero();
    git("add", "-A");
    git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "list");
  }

  private void git(String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("git"));
    line.addAll(List.of(arguments));
    Project.Result done = project.runProgram(line, project.agent(), "");
    assertThat(done.exit()).as("%s", done).isZero();
  }
}
