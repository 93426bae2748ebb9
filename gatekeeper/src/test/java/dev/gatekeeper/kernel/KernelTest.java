package dev.gatekeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class KernelTest {
  private static final int PATIENCE_SECONDS = 20;

  static SpawnRequest request(String script, Optional<ProcessLabel> label) {
    return new SpawnRequest(
        Path.of("/bin/sh"),
        List.of("sh", "-c", "PATH=/usr/bin:/bin; " + script),
        List.of(),
        Path.of("/"),
        true,
        Stdio.PIPE,
        Stdio.PIPE,
        Stdio.PIPE,
        label);
  }

  static Child spawn(String script) throws KernelException {
    return Kernel.spawn(request(script, Optional.empty()));
  }

  static Exit exit(Child child) throws Exception {
    return child.exit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  static String output(Child child) throws Exception {
    try (var stdout = child.stdout()) {
      return new String(stdout.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  @Test
  void givesExactlyThreeDescriptors() throws Exception {
    // Java opens files without the close-on-exec flag.
    try (FileInputStream open = new FileInputStream("/dev/null")) {
      assertThat(open.getFD().valid()).isTrue();
      Child child = waiting();
      child.stdin().write('x');
      child.stdin().flush();
      assertThat(child.stdout().read()).isEqualTo('x'); // it has opened and read its libraries
      try (var descriptors = Files.list(Path.of("/proc/" + child.pid() + "/fd"))) {
        assertThat(descriptors.map(one -> one.getFileName().toString()))
            .containsExactlyInAnyOrder("0", "1", "2");
      }
      end(child);
    }
  }

  @Test
  void startsALeaderOfASessionAndAGroup() throws Exception {
    Child child = spawn("cut -d' ' -f1,5,6 /proc/$$/stat");
    assertThat(output(child)).isEqualTo("%1$d %1$d %1$d".formatted(child.pid()));
  }

  @Test
  void staysInOurSessionWhereItIsToldTo() throws Exception {
    SpawnRequest own = request("cut -d' ' -f6 /proc/$$/stat", Optional.empty());
    Child child =
        Kernel.spawn(
            new SpawnRequest(
                own.program(),
                own.arguments(),
                own.environment(),
                own.directory(),
                false,
                Stdio.NULL,
                Stdio.PIPE,
                Stdio.INHERIT,
                Optional.empty()));
    String ours = Files.readString(Path.of("/proc/self/stat"));
    assertThat(output(child))
        .isEqualTo(ours.substring(ours.lastIndexOf(')') + 2).split(" ", -1)[3]);
  }

  @Test
  void resetsSignals() throws Exception {
    Child child = waiting();
    String status = Files.readString(Path.of("/proc/" + child.pid() + "/status"));
    end(child);
    assertThat(mask(status, "SigBlk")).isZero();
    assertThat(mask(status, "SigIgn") & ~GLIBC_INTERNAL).isZero();
  }

  /** Signals 32 and 33, which glibc keeps to itself. */
  private static final long GLIBC_INTERNAL = 0x1_8000_0000L;

  private static long mask(String status, String name) {
    String line = status.lines().filter(one -> one.startsWith(name)).findFirst().orElseThrow();
    return Long.parseUnsignedLong(line.substring(line.indexOf('\t') + 1), 16);
  }

  /** A new process is seen by us a moment before it knows its own command. */
  private static void awaitCommand(Child child, String command) throws Exception {
    while (!Files.readString(Path.of("/proc/" + child.pid() + "/cmdline")).startsWith(command)) {
      Thread.onSpinWait();
    }
  }

  /** A program that waits, and changes nothing of what it was born with. */
  private static Child waiting() throws Exception {
    SpawnRequest shell = request("", Optional.empty());
    Child child =
        Kernel.spawn(
            new SpawnRequest(
                Path.of("/bin/cat"),
                List.of("cat"),
                List.of(),
                shell.directory(),
                true,
                Stdio.PIPE,
                Stdio.PIPE,
                Stdio.PIPE,
                Optional.empty()));
    awaitCommand(child, "cat");
    return child;
  }

  private static void end(Child child) throws Exception {
    Signal.KILL.toGroup(child.pid());
    exit(child);
  }

  @Test
  void tellsExitCodesAndSignals() throws Exception {
    assertThat(exit(spawn("exit 255")).code()).hasValue(255);
    assertThat(exit(spawn("kill -TERM $$")).signal()).hasValue(15);
  }

  @Test
  void refusesWhatCannotBeExecutedAndLeaksNoDescriptor() throws Exception {
    SpawnRequest good = request("", Optional.empty());
    SpawnRequest bad =
        new SpawnRequest(
            Path.of("/nowhere"),
            good.arguments(),
            List.of(),
            good.directory(),
            true,
            Stdio.PIPE,
            Stdio.PIPE,
            Stdio.PIPE,
            Optional.empty());
    refused(bad);
    long before = descriptors();
    for (int i = 0; i < 100; i++) {
      refused(bad);
    }
    assertThat(descriptors()).isLessThan(before + 50);
  }

  private static void refused(SpawnRequest request) {
    assertThatThrownBy(() -> Kernel.spawn(request))
        .isInstanceOf(KernelException.class)
        .hasMessage("posix_spawn: no such file or directory");
  }

  @Test
  void givesDescriptorsBack() throws Exception {
    endedCompletely(spawn("exit 0"));
    long before = descriptors();
    for (int i = 0; i < 100; i++) {
      endedCompletely(spawn("exit 0"));
    }
    assertThat(descriptors()).isLessThan(before + 50);
  }

  private static void endedCompletely(Child child) throws Exception {
    child.stdin().close();
    child.stdout().close();
    child.stderr().close();
    exit(child);
    child.release();
  }

  private static long descriptors() throws Exception {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void abandoningEndsAReadThatWaits() throws Exception {
    Child child = spawn("exec sleep 1000");
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    assertThat(child.stdout().read()).isEqualTo(-1);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    child.abandon();
    reader.join();
    end(child);
  }

  @Test
  void abandoningEndsAWriteThatWaits() throws Exception {
    Child child = spawn("exec sleep 1000");
    Thread writer =
        Thread.ofPlatform()
            .start(
                () ->
                    assertThatThrownBy(() -> child.stdin().write(new byte[1 << 20]))
                        .isInstanceOf(KernelException.class)
                        .hasMessage("write: broken pipe"));
    child.abandon();
    writer.join();
    end(child);
  }

  @Test
  void abandoningLosesNothingThatWasSent() throws Exception {
    Child child = spawn("echo sent; exec sleep 1000 >/dev/null");
    awaitCommand(child, "sleep");
    child.abandon();
    assertThat(output(child)).isEqualTo("sent");
    end(child);
  }
}
