package dev.gatekeeper.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LockFileTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void threadsOfOneProcessExcludeEachOther() throws Exception {
    Path file = folder.resolve("lock");
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                for (int j = 0; j < 50; j++) {
                  try (LockFile _ = LockFile.acquire(file, LONG)) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                  } catch (IOException e) {
                    most.set(100);
                  }
                }
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most).hasValue(1);
  }

  @Test
  void aHolderInAnotherProcessIsWaitedForUntilTheDeadline() throws Exception {
    Path file = folder.resolve("lock");
    Process holder = hold(file);
    try {
      assertThatThrownBy(() -> LockFile.acquire(file, Duration.ofMillis(100)))
          .isInstanceOf(LockTimeout.class)
          .hasMessage(
              "%s has been held by %s for 100 ms",
              file,
              Files.exists(Path.of("/proc/locks")) ? "process " + holder.pid() : "another process");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    LockFile.acquire(file, LONG).close();
  }

  @Test
  void anInterruptedWaiterLeavesNoLockBehind() throws Exception {
    Path file = folder.resolve("lock");
    Thread waiter;
    try (LockFile _ = LockFile.acquire(file, LONG)) {
      waiter =
          new Thread(
              () -> {
                try (LockFile _ = LockFile.acquire(file, LONG)) {
                  throw new AssertionError("two holders");
                } catch (IOException expected) {
                  // interrupted
                }
              });
      waiter.start();
      waiter.interrupt();
      waiter.join();
    }
    LockFile.acquire(file, LONG).close();
  }

  /** Which the system takes for a deadlock: it knows of processes, and not of their threads. */
  @Test
  void threadsOfTwoProcessesMayWaitForOneAnothersLocks() throws Exception {
    Path ours = folder.resolve("ours");
    Path theirs = folder.resolve("theirs");
    Process other;
    try (LockFile _ = LockFile.acquire(ours, LONG)) {
      other = java(Crossed.class, theirs, ours);
      assertThat(other.inputReader().readLine()).isEqualTo("held");
      LockFile.acquire(theirs, LONG).close();
    }
    assertThat(other.inputReader().readLine()).isEqualTo("held");
    assertThat(other.waitFor()).isZero();
  }

  @Test
  void manyThatWaitAreServedByTheirDeadlinesOrNotAtAll() throws Exception {
    Path file = folder.resolve("lock");
    Process holder = hold(file);
    Process[] waiting = new Process[3];
    for (int i = 0; i < waiting.length; i++) {
      waiting[i] = start(file);
    }
    assertThatThrownBy(() -> LockFile.acquire(file, Duration.ofMillis(1_500)))
        .isInstanceOf(LockTimeout.class);
    long start = System.nanoTime();
    holder.destroyForcibly().waitFor();
    for (int i = 0; i < waiting.length; i++) { // in whichever order
      Process next = awaitHeld(waiting);
      next.destroyForcibly().waitFor();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    LockFile.acquire(file, LONG).close();
  }

  private static Process awaitHeld(Process... waiting) throws Exception {
    while (true) {
      for (Process one : waiting) {
        if (one.isAlive() && one.getInputStream().available() > 0) {
          assertThat(one.inputReader().readLine()).isEqualTo("held");
          return one;
        }
      }
      Thread.sleep(5);
    }
  }

  @Test
  void aLinkIsNotFollowed() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("l"), folder.resolve("elsewhere"));
    assertThatThrownBy(() -> LockFile.acquire(link, LONG)).isInstanceOf(IOException.class);
    assertThat(folder.resolve("elsewhere")).doesNotExist();
  }

  /** Else two processes could each hold a lock, on files of one name. */
  @Test
  void aFileThatIsKeptOpenIsLockedUnderItsNameAlone() throws Exception {
    Path file = folder.resolve("lock");
    try (AutoCloseable _ = LockFile.keepOpen(file)) {
      LockFile.acquire(file, LONG).close();
      Files.delete(file);
      Process holder = hold(file);
      try {
        assertThatThrownBy(() -> LockFile.acquire(file, Duration.ofMillis(100)))
            .isInstanceOf(LockTimeout.class);
      } finally {
        holder.destroyForcibly().waitFor();
      }
      LockFile.acquire(file, LONG).close();
    }
  }

  @Test
  void aFileThatIsKeptOpenIsUnlockedForOthersAndClosedWithItsLastKeeper() throws Exception {
    Path file = folder.resolve("lock");
    try (AutoCloseable _ = LockFile.keepOpen(file)) {
      AutoCloseable other = LockFile.keepOpen(file);
      LockFile.acquire(file, LONG).close();
      other.close();
      hold(file).destroyForcibly().waitFor();
      LockFile.acquire(file, LONG).close();
      assertThat(open(file)).isEqualTo(1);
    }
    assertThat(open(file)).isZero();
    LockFile.acquire(file, LONG).close();
    assertThat(open(file)).isZero();
  }

  /** How many descriptors this process has on it. */
  private static long open(Path file) throws IOException {
    assumeThat(Path.of("/proc/self/fd")).exists();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(one -> leadsTo(one, file)).count();
    }
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file.toRealPath());
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  /** The first byte is the lock. Whoever is next holds the second, so that nobody passes it. */
  @Test
  void oneWaiterIsNextUntilItHasTheLock() throws Exception {
    Path file = folder.resolve("lock");
    Process waiter;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock lock = channel.tryLock(0, 1, false);
      waiter = start(file);
      FileLock next = channel.tryLock(1, 1, false);
      while (next != null) {
        next.release();
        next = channel.tryLock(1, 1, false);
      }
      lock.release();
      assertThat(waiter.inputReader().readLine()).isEqualTo("held");
      assertThat(channel.tryLock(0, 1, false)).isNull();
      assertThat(channel.tryLock(1, 1, false)).isNotNull();
    }
    waiter.destroyForcibly().waitFor();
  }

  private static Process hold(Path file) throws IOException {
    Process process = start(file);
    assertThat(process.inputReader().readLine()).isEqualTo("held");
    return process;
  }

  private static Process start(Path file) throws IOException {
    return java(Holder.class, file);
  }

  private static Process java(Class<?> main, Path... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    Stream.of(arguments).map(Path::toString).forEach(command::add);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Gives back the first lock while another thread of its waits for the second. */
  static final class Crossed {
    private Crossed() {}

    public static void main(String[] args) throws Exception {
      Thread other =
          new Thread(
              () -> {
                try (LockFile _ = LockFile.acquire(Path.of(args[1]), LONG)) {
                  System.out.println("held");
                } catch (IOException e) {
                  System.out.println(e.getMessage());
                }
              });
      try (LockFile _ = LockFile.acquire(Path.of(args[0]), LONG)) {
        other.start();
        Thread.sleep(300);
        System.out.println("held");
        Thread.sleep(300);
      }
      other.join();
    }
  }

  /** Holds a lock until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (LockFile _ = LockFile.acquire(Path.of(args[0]), LONG)) {
        System.out.println("held");
        Thread.currentThread().join();
      }
    }
  }
}
