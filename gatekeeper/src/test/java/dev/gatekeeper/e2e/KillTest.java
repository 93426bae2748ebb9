package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight sessions append at once, and each is killed at a moment of its own. No acknowledged record
 * is missing, verify accepts, and the next start works.
 */
@EndToEnd
final class KillTest {
  private static final int SESSIONS = 8;
  private static final int ROUNDS = 2;

  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  @Test
  void noAcknowledgedRecordIsMissing(@TempDir Path folder) throws Exception {
    Project project =
        new Project(folder)
            .secret("demo/token", "made-up-token-Kx83hQz71")
            .hostile(
                Peers.installed(),
                "honest",
                "honest",
                """
                {"env": {"DEMO_TOKEN": "secret:demo/token"}, "tools": {"allow": ["echo"]}}\
                """)
            .locked();
    Random random = new Random(4711);

    for (int round = 0; round < ROUNDS; round++) {
      int[] moments = random.ints(SESSIONS, 0, 600).toArray();
      CountDownLatch calling = new CountDownLatch(SESSIONS);
      try (ExecutorService sessions = Executors.newFixedThreadPool(SESSIONS)) {
        List<Future<?>> ended = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
          String session = round + "-" + i;
          int moment = moments[i];
          ended.add(sessions.submit(() -> session(project, session, moment, calling)));
        }
        for (Future<?> end : ended) {
          end.get();
        }
      }
      Project.Result verified = project.asAgent("audit", "verify");
      assertThat(verified.exit()).as("%s", verified).isZero();
    }

    String chain = project.chain();
    assertThat(acknowledged).hasSizeGreaterThan(SESSIONS * ROUNDS);
    assertThat(acknowledged).allMatch(id -> chain.contains("\"" + id + "\""));
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(client.listed("honest__echo")).isTrue();
      assertThat(client.tool("honest__echo", "{\"message\":\"x\"}").said()).isEqualTo("echo x");
      assertThat(client.finish()).isZero();
    }
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }

  /** Calls without a pause until the kill, some milliseconds after all sessions have called. */
  private @Nullable Void session(
      Project project, String session, int moment, CountDownLatch calling) throws Exception {
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      client.listed("honest__echo");
      Thread killer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      calling.await(60, TimeUnit.SECONDS);
                      Thread.sleep(moment);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    client.process().destroyForcibly();
                  });
      callUntilKilled(client, session, calling);
      killer.join();
    }
    return null;
  }

  private void callUntilKilled(RawClient client, String session, CountDownLatch calling) {
    for (int i = 0; ; i++) {
      String id = "toolu_" + session + "_" + i;
      try {
        RawClient.Line line =
            client.call(
                "tools/call",
                "{\"name\":\"honest__echo\",\"arguments\":{},\"_meta\":{\"claudecode/toolUseId\":\""
                    + id
                    + "\"}}");
        if (!line.failed()) {
          acknowledged.add(id);
        }
      } catch (IOException | TimeoutException e) {
        return;
      } finally {
        if (i == 0) {
          calling.countDown();
        }
      }
    }
  }
}
