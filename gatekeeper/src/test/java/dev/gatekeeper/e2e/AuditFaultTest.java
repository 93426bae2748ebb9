package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.SmallDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * No durable record, no call: each way in which the chain can be out of order refuses calls with
 * its cause, leaves lists and status alone, and where the cause goes away the calls come back.
 */
@EndToEnd
@EnabledOnOs(OS.LINUX)
final class AuditFaultTest {
  private static final String HONEST = "{\"tools\": {\"allow\": [\"echo\"]}}";

  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void adopt() throws Exception {
    project = new Project(folder).hostile(Peers.installed(), "honest", "honest", HONEST);
  }

  private RawClient connected() throws Exception {
    RawClient client = project.serve();
    client.initialize("{}");
    assertThat(client.listed("honest__echo")).isTrue();
    assertThat(echo(client).said()).isEqualTo("echo x");
    return client;
  }

  private static RawClient.Line echo(RawClient client) throws Exception {
    return client.tool("honest__echo", "{\"message\":\"x\"}");
  }

  private static void assertRefusedBut(RawClient client, String cause) throws Exception {
    RawClient.Line refused = echo(client);
    assertThat(refused.failed()).as("%s", refused.text()).isTrue();
    assertThat(refused.said()).containsIgnoringCase(cause);
    assertThat(client.call("tools/list", "{}").text()).contains("honest__echo");
    assertThat(client.tool("gatekeeper_status", "{}").failed()).isFalse();
    assertThat(client.call("ping", "{}").failed()).isFalse();
  }

  /** Healing is tried again at intervals of the program's own choice. */
  private static void assertHeals(RawClient client) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (echo(client).failed() && System.nanoTime() < end) {
      Thread.sleep(100);
    }
    assertThat(echo(client).said()).isEqualTo("echo x");
  }

  private long reached() throws IOException {
    return Files.readAllLines(project.trace("honest")).stream()
        .filter(line -> line.contains("tools/call"))
        .count();
  }

  @Test
  void aLockThatAnotherProcessKeeps() throws Exception {
    project.adopted();
    try (RawClient client = connected()) {
      long before = reached();
      try (FileChannel other =
              FileChannel.open(
                  project.home().resolve("audit/append.lock"), StandardOpenOption.WRITE);
          FileLock held = other.lock()) {
        assertThat(held.isValid()).isTrue();
        assertRefusedBut(client, "lock");
        assertThat(reached()).isEqualTo(before);
      }
      assertHeals(client);
      client.finish();
    }
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }

  @Test
  void aLogThatWasCutWhileWeRan() throws Exception {
    project.adopted();
    try (RawClient client = connected()) {
      long before = reached();
      Path segment;
      try (var segments = Files.list(project.home().resolve("audit/log"))) {
        segment = segments.sorted().toList().getLast();
      }
      try (FileChannel log = FileChannel.open(segment, StandardOpenOption.WRITE)) {
        // Half of it: the last lines may be outcomes that nobody was told are durable.
        log.truncate(log.size() / 2);
      }
      assertRefusedBut(client, "audit");
      assertRefusedBut(client, "audit");
      assertThat(reached()).isEqualTo(before);
    }
    assertThat(project.asAgent("audit", "verify").exit()).isEqualTo(1);
  }

  @Test
  void aDiskThatIsFullHealsByItself() throws Exception {
    try (SmallDisk disk = SmallDisk.mounted(project.home())) {
      project.adopted();
      try (RawClient client = connected()) {
        Path ballast = project.home().resolve("ballast");
        disk.fill(ballast);
        int calls = 0;
        while (!echo(client).failed()) { // the page that the log ends in has some room left
          assertThat(++calls).isLessThan(100);
        }
        long before = reached();
        assertRefusedBut(client, "no room");
        assertThat(reached()).isEqualTo(before);
        Files.delete(ballast);
        assertHeals(client);
        client.finish();
      }
      assertThat(project.asAgent("audit", "verify").exit()).isZero();
    }
  }

  @Test
  void aDiskThatTurnsReadOnly() throws Exception {
    try (SmallDisk disk = SmallDisk.mounted(project.home())) {
      project.adopted();
      disk.writable(false);
      try (RawClient client = project.serve()) {
        client.initialize("{}");
        assertThat(client.listed("honest__echo")).isTrue();
        assertRefusedBut(client, "audit");
        disk.writable(true);
        assertHeals(client);
        client.finish();
      }
      assertThat(project.asAgent("audit", "verify").exit()).isZero();
    }
  }
}
