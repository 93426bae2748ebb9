package dev.gatekeeper.kernel;

import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that is asked one thing and ends: in a session of its own, without our environment,
 * bounded in time and in what it says. Input and output may be secrets: they travel over sockets,
 * which no other process of the user can open in {@code /proc}.
 */
public final class Inquiry {
  private static final int MAX_ERROR = 4 << 10; // a sentence or two
  private static final long DRAIN_MILLIS = 300; // what it left running may hold its output open

  /** What came of it. */
  public static final class Answer implements AutoCloseable {
    private final OptionalInt code;
    private final byte[] output;
    private final byte[] error;

    private Answer(OptionalInt code, byte[] output, byte[] error) {
      this.code = code;
      this.output = output;
      this.error = error;
    }

    /** Its exit code; empty where it took too long, said too much or a signal ended it. */
    public OptionalInt code() {
      return code;
    }

    /** What it printed, cut at the limit; the array itself, wiped by {@link #close}. */
    public byte[] output() {
      return output;
    }

    /** What it said on stderr, cut; not to be shown unread, it may say anything. */
    public String error() {
      return new String(error, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      Arrays.fill(output, (byte) 0);
      Arrays.fill(error, (byte) 0);
    }
  }

  private Inquiry() {}

  /**
   * Runs it to its end.
   *
   * @param input all of its stdin, a few KiB at most
   * @param maxOutput bytes; a program that prints more is ended
   * @param limit after which it is ended, with its process group
   * @throws KernelException where it cannot be started
   */
  public static Answer of(
      Path program,
      List<String> arguments,
      List<byte[]> environment,
      byte[] input,
      int maxOutput,
      Duration limit)
      throws KernelException {
    Child child =
        Kernel.spawn(
            new SpawnRequest(
                program,
                arguments,
                environment,
                Path.of("/"),
                true,
                Stdio.SOCKET,
                Stdio.SOCKET,
                Stdio.PIPE,
                Optional.empty()));
    CountDownLatch read = new CountDownLatch(2);
    Thread guard = apart("inquiry", () -> guard(child, limit, read));
    byte[] error = new byte[MAX_ERROR];
    int[] said = new int[1];
    Thread complaint =
        apart(
            "inquiry-stderr",
            () -> {
              said[0] = fill(child.stderr(), error);
              skip(child.stderr());
              read.countDown();
            });
    byte[] output = new byte[maxOutput + 1];
    try {
      give(child.stdin(), input);
      int length = fill(child.stdout(), output);
      read.countDown();
      if (length > maxOutput) {
        Signal.KILL.toGroup(child.pid());
      }
      guard.join();
      complaint.join();
      OptionalInt code = length > maxOutput ? OptionalInt.empty() : child.exit().join().code();
      return new Answer(
          code, Arrays.copyOf(output, Math.min(length, maxOutput)), Arrays.copyOf(error, said[0]));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Signal.KILL.toGroup(child.pid());
      throw new KernelException("inquiry", KernelException.EINTR);
    } finally {
      Arrays.fill(output, (byte) 0);
      Arrays.fill(error, (byte) 0);
    }
  }

  private static void guard(Child child, Duration limit, CountDownLatch read) {
    try {
      child.exit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      Signal.KILL.toGroup(child.pid());
      child.exit().join();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
    try {
      if (!read.await(DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        child.abandon();
        read.await();
      }
      child.stdin().close();
      child.stdout().close();
      child.stderr().close();
    } catch (InterruptedException | IOException e) {
      throw new AssertionError(e);
    }
    child.release();
  }

  private static void give(OutputStream stdin, byte[] input) {
    try (stdin) {
      stdin.write(input);
    } catch (IOException e) {
      return; // it did not want all of it; its exit code tells
    }
  }

  private static int fill(InputStream from, byte[] into) {
    int length = 0;
    try {
      while (length < into.length) {
        int count = from.read(into, length, into.length - length);
        if (count < 0) {
          break;
        }
        length += count;
      }
    } catch (IOException e) {
      return length;
    }
    return length;
  }

  private static void skip(InputStream from) {
    try {
      from.skip(Long.MAX_VALUE);
    } catch (IOException e) {
      return; // nobody says anything any more
    }
  }

  private static Thread apart(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(name).start(task);
  }
}
