package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.follow.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ListWatchTest {
  @TempDir private Path folder;

  /** What a session does not hear of it goes on letting through. */
  @Test
  void anAnswerThatCouldNotBeTakenOverIsGivenAgain() throws Exception {
    Path project = Files.createDirectories(folder.toRealPath().resolve("project/.gatekeeper"));
    Map<String, String> environment =
        Map.of("GATEKEEPER_HOME", folder.toRealPath().resolve("home").toString());
    BlockingQueue<InForce> taken = new LinkedBlockingQueue<>();
    List<String> said = new CopyOnWriteArrayList<>();
    AtomicInteger given = new AtomicInteger();
    new ListWatch(Home.locate(environment), Project.find(project.resolve("..")), environment)
        .start(
            Tokens.NONE,
            now -> {
              if (given.incrementAndGet() <= 2) {
                throw new AssertionError("a fault of ours");
              }
              taken.add(now);
            },
            said::add);

    Files.writeString(project.resolve("allowlist.json"), "{\"version\": 1}");
    assertThat(taken.poll(30, TimeUnit.SECONDS)).isInstanceOf(InForce.NotTrusted.class);
    assertThat(said).containsOnly("taking another list over failed: AssertionError");
    Files.delete(project.resolve("allowlist.json"));
    assertThat(taken.poll(30, TimeUnit.SECONDS)).isInstanceOf(InForce.NoList.class);
  }
}
