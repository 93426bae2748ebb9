package dev.gatekeeper.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.kernel.Child;
import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.kernel.ProcessLabel;
import dev.gatekeeper.kernel.Processes;
import dev.gatekeeper.kernel.Signal;
import dev.gatekeeper.kernel.SpawnRequest;
import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Sessions that end at any moment, in any way, also while they start, leave no process: not a
 * server, not a daemon, not a watchdog. Ten by default; more with {@code -Dtest=OrphanStressTest
 * -Dgatekeeper.stress.sessions=1000}, a second or two each.
 */
final class OrphanStressTest {
  private static final int SESSIONS = Integer.getInteger("gatekeeper.stress.sessions", 10);

  /** Made up once, so that a failure can be repeated. */
  private static final long SEED = 20261121;

  /** Longer than a session takes to start its server. */
  private static final int LATEST_MILLIS = 600;

  private static final String SERVER =
      "PATH=/usr/bin:/bin; trap '' HUP INT QUIT TERM; "
          + "(setsid sh -c 'sleep 1000 <&- >&- 2>&- & exit 0' &); "
          + "sleep 1000 & echo ready >&2; while :; do sleep 0.05; done";

  private final Random random = new Random(SEED);
  private final ProcessLabel label = ProcessLabel.ofNewSession();

  @Test
  void noSessionLeavesAProcess() throws Exception {
    Tools.require("setsid");
    for (int i = 0; i < SESSIONS; i++) {
      Child session = Kernel.spawn(session(label.launch(i)));
      if (random.nextBoolean()) {
        session.stdout().read();
      } else {
        Thread.sleep(random.nextInt(LATEST_MILLIS));
      }
      end(session);
      session.exit().get(Recording.PATIENCE_SECONDS, TimeUnit.SECONDS);
      session.stdin().close();
      session.stdout().close();
      session.release();
      awaitNobody(i);
    }
  }

  private void end(Child session) throws Exception {
    switch (random.nextInt(5)) {
      case 0 -> session.stdin().close();
      case 1 -> Signal.HUP.to(session.pid());
      case 2 -> Signal.INT.to(session.pid());
      case 3 -> Signal.TERM.to(session.pid());
      default -> Signal.KILL.to(session.pid());
    }
  }

  /** We are the subreaper of the sessions: what they leave becomes ours, and is seen here. */
  private static void awaitNobody(int session) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Recording.PATIENCE_SECONDS);
    List<Processes.Member> left = Processes.labelled(any -> true);
    while (!left.isEmpty()) {
      assertThat(System.nanoTime()).as("session %d left %s", session, left).isLessThan(deadline);
      Thread.sleep(10);
      left = Processes.labelled(any -> true);
    }
  }

  private static SpawnRequest session(ProcessLabel label) {
    return new SpawnRequest(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        List.of(
            "java",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SessionMain.class.getName(),
            SERVER),
        List.of("PATH=/usr/bin:/bin".getBytes(StandardCharsets.UTF_8)),
        Path.of("/"),
        true,
        Stdio.PIPE,
        Stdio.PIPE,
        Stdio.NULL,
        Optional.of(label));
  }
}
