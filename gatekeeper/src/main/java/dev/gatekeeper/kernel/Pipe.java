package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;

/**
 * Two descriptors of a new pipe. Both are closed on exec, and neither is 0, 1 or 2, so that they
 * can be given to a child under those numbers.
 */
record Pipe(int read, int write) {
  private static final int F_DUPFD_CLOEXEC = Platform.CURRENT == Platform.LINUX ? 1030 : 67;
  private static final int F_SETFL = 4;
  private static final int O_WRONLY = 1;
  private static final int FIRST_FREE = 3;
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;

  private static final class Functions {
    static final MemorySegment PIPE = Libc.require("pipe");
    static final MemorySegment SOCKETS = Libc.require("socketpair");
    static final MemorySegment CLOSE = Libc.require("close");
  }

  /**
   * Opens a pipe. The descriptors are copied to ones with the close-on-exec flag, in place of
   * pipe2(2), which macOS lacks: between the two calls another thread could start a process, but
   * here only one thread does, and the JDK's own launches close what they inherit.
   */
  static Pipe open() throws KernelException {
    return open("pipe", both -> Libc.callInt(Functions.PIPE, both.address()));
  }

  /**
   * Two connected sockets in place of a pipe: {@code /proc/PID/fd/N} opens a pipe once more, for
   * every process of the user, but no socket.
   */
  static Pipe openSockets() throws KernelException {
    return open(
        "socketpair",
        both -> Libc.callInt(Functions.SOCKETS, AF_UNIX, SOCK_STREAM, 0, both.address()));
  }

  private static Pipe open(String call, ToIntFunction<MemorySegment> opening)
      throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(JAVA_INT, 2);
      int result = opening.applyAsInt(both);
      if (result < 0) {
        throw new KernelException(call, -result);
      }
      int read = closedOnExec(both.getAtIndex(JAVA_INT, 0));
      int write = closedOnExec(both.getAtIndex(JAVA_INT, 1));
      if (read < 0 || write < 0) {
        close(Math.max(read, write));
        throw new KernelException(call, KernelException.EMFILE);
      }
      return new Pipe(read, write);
    }
  }

  private static int closedOnExec(int descriptor) {
    int copy = Libc.fcntl(descriptor, F_DUPFD_CLOEXEC, FIRST_FREE);
    close(descriptor);
    return copy;
  }

  /** Makes writes to our end fail instead of wait, when the pipe is full. */
  void writeWithoutWaiting() throws KernelException {
    int result = Libc.fcntl(write, F_SETFL, O_WRONLY | Platform.CURRENT.nonBlocking);
    if (result < 0) {
      throw new KernelException("fcntl", -result);
    }
  }

  /** Closes one end; a negative descriptor is none. */
  static void close(int descriptor) {
    if (descriptor >= 0) {
      Libc.callInt(Functions.CLOSE, descriptor);
    }
  }
}
