package dev.gatekeeper.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Looks at processes from outside, as {@code ps} would. */
final class Alive {
  private Alive() {}

  /** True for a process that is no zombie. */
  static boolean is(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  static void awaitGone(long pid) throws InterruptedException {
    await(pid, () -> !is(pid));
  }

  /** Waits until not even a zombie is left. */
  static void awaitReaped(long pid) throws InterruptedException {
    await(pid, () -> !Files.exists(Path.of("/proc/" + pid)));
  }

  /** Waits until a new process shows its command: its variables are there then, too. */
  static void awaitCommand(long pid) throws IOException {
    while (Files.readString(Path.of("/proc/" + pid + "/cmdline")).isEmpty()) {
      Thread.onSpinWait();
    }
  }

  private static void await(long pid, BooleanSupplier happened) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Recording.PATIENCE_SECONDS);
    while (!happened.getAsBoolean()) {
      assertThat(System.nanoTime()).as("process %d is still there", pid).isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
