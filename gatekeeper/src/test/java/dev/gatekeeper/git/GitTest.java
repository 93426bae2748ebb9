package dev.gatekeeper.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 40, unit = TimeUnit.SECONDS)
final class GitTest {
  /** Whoever takes a connection and says nothing keeps nobody waiting, and leaves no process. */
  @Test
  void aRemoteThatHangsIsEndedAtTheDeadlineWithWhatItStarted() throws Exception {
    Tools.require("git");
    long before = ProcessHandle.current().descendants().filter(GitTest::isGit).count();
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Git git = Git.outside(Duration.ofSeconds(2), Map.of("HOME", "/nonexistent")).orElseThrow();
      String url = "https://127.0.0.1:" + silent.getLocalPort() + "/x.git";
      for (boolean told : new boolean[] {false, true}) {
        Git.Answer answer = git.run(new byte[0], told, "ls-remote", "--", url);
        assertThat(answer.done()).isFalse();
        assertThat(answer.said()).isEqualTo(Git.LATE);
      }
    }
    assertThat(ProcessHandle.current().descendants().filter(GitTest::isGit).count())
        .isLessThanOrEqualTo(before);
  }

  private static boolean isGit(ProcessHandle process) {
    return process.isAlive() && process.info().command().orElse("").contains("git");
  }
}
