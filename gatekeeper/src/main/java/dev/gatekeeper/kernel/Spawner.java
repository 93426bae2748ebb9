package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes, all from one thread that never ends: a program that asks to die with its parent
 * (bubblewrap's {@code --die-with-parent}, PR_SET_PDEATHSIG) dies with the thread that started it.
 */
final class Spawner {
  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("spawner").unstarted(task));

  /** Larger than {@code posix_spawnattr_t}, file actions and {@code sigset_t} anywhere. */
  private static final int OPAQUE_BYTES = 1024;

  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = Platform.CURRENT == Platform.LINUX ? 19 : 17;
  private static final int O_RDWR = 2;

  private static final MemorySegment SPAWN = Libc.require("posix_spawn");
  private static final MemorySegment ATTR_INIT = Libc.require("posix_spawnattr_init");
  private static final MemorySegment ATTR_DESTROY = Libc.require("posix_spawnattr_destroy");
  private static final MemorySegment ATTR_FLAGS = Libc.require("posix_spawnattr_setflags");
  private static final MemorySegment ATTR_DEFAULT = Libc.require("posix_spawnattr_setsigdefault");
  private static final MemorySegment ATTR_MASK = Libc.require("posix_spawnattr_setsigmask");
  private static final MemorySegment SIG_FILL = Libc.require("sigfillset");
  private static final MemorySegment SIG_EMPTY = Libc.require("sigemptyset");
  private static final MemorySegment SIG_DELETE = Libc.require("sigdelset");
  private static final MemorySegment ACTIONS_INIT = Libc.require("posix_spawn_file_actions_init");
  private static final MemorySegment ACTIONS_DESTROY =
      Libc.require("posix_spawn_file_actions_destroy");
  private static final MemorySegment ADD_DUP2 = Libc.require("posix_spawn_file_actions_adddup2");
  private static final MemorySegment ADD_OPEN = Libc.require("posix_spawn_file_actions_addopen");

  /** glibc 2.29, musl 1.1.24, macOS 10.15. */
  private static final MemorySegment ADD_CHDIR =
      Libc.require("posix_spawn_file_actions_addchdir_np");

  /** macOS only: there {@link Platform#spawnCloseByDefault} closes what is not named. */
  private static final Optional<MemorySegment> ADD_INHERIT =
      Libc.find("posix_spawn_file_actions_addinherit_np");

  /** glibc 2.34. Elsewhere on Linux each descriptor gets the flag, see {@link #closeOnExec}. */
  private static final Optional<MemorySegment> ADD_CLOSE_FROM =
      Libc.find("posix_spawn_file_actions_addclosefrom_np");

  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;

  private Spawner() {}

  static Child spawn(SpawnRequest request) throws KernelException {
    try {
      return THREAD.submit(() -> onThread(request)).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KernelException refused) {
        throw refused;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KernelException("posix_spawn", KernelException.EINTR);
    }
  }

  private static Child onThread(SpawnRequest request) throws KernelException {
    Stdio[] streams = {request.stdin(), request.stdout(), request.stderr()};
    @Nullable Pipe[] pipes = new Pipe[streams.length];
    @Nullable Wake wake = null;
    boolean started = false;
    try {
      wake = new Wake();
      for (int i = 0; i < streams.length; i++) {
        pipes[i] =
            switch (streams[i]) {
              case PIPE -> Pipe.open();
              case SOCKET -> Pipe.openSockets();
              case INHERIT, NULL -> null;
            };
      }
      if (pipes[0] != null) {
        pipes[0].writeWithoutWaiting();
      }
      Child child = start(request, streams, pipes, wake);
      started = true;
      return child;
    } finally {
      for (int i = 0; i < pipes.length; i++) {
        Pipe pipe = pipes[i];
        if (pipe != null) {
          Pipe.close(childEnd(pipe, i));
          if (!started) {
            Pipe.close(i == 0 ? pipe.write() : pipe.read());
          }
        }
      }
      if (!started && wake != null) {
        wake.close();
      }
    }
  }

  private static int childEnd(Pipe pipe, int stream) {
    return stream == 0 ? pipe.read() : pipe.write();
  }

  private static Child start(
      SpawnRequest request, Stdio[] streams, @Nullable Pipe[] pipes, Wake wake)
      throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(OPAQUE_BYTES, Long.BYTES);
      MemorySegment actions = arena.allocate(OPAQUE_BYTES, Long.BYTES);
      check("posix_spawnattr_init", Libc.callInt(ATTR_INIT, attributes.address()));
      check("posix_spawn_file_actions_init", Libc.callInt(ACTIONS_INIT, actions.address()));
      StringVector arguments = StringVector.ofText(arena, request.arguments());
      StringVector environment = StringVector.of(arena, request.environment());
      try {
        describe(arena, attributes, request.ownSession());
        direct(arena, actions, request.directory(), streams, pipes);
        MemorySegment pid = arena.allocate(JAVA_INT);
        MemorySegment program = arena.allocateFrom(request.program().toString());
        return Reaper.adopt(
            () -> {
              ResourceLimits.label(request.label());
              try {
                int refused =
                    Libc.callInt(
                        SPAWN,
                        pid.address(),
                        program.address(),
                        actions.address(),
                        attributes.address(),
                        arguments.address(),
                        environment.address());
                check("posix_spawn", refused);
              } finally {
                ResourceLimits.label(Optional.empty()); // else the JDK's next child has it, too
              }
              return child(pid.get(JAVA_INT, 0), pipes, wake);
            });
      } finally {
        environment.wipe();
        arguments.wipe();
        Libc.callInt(ACTIONS_DESTROY, actions.address());
        Libc.callInt(ATTR_DESTROY, attributes.address());
      }
    }
  }

  private static Child child(long pid, @Nullable Pipe[] pipes, Wake wake) {
    Pipe in = pipes[0];
    Pipe out = pipes[1];
    Pipe err = pipes[2];
    return new Child(
        pid,
        in == null ? OutputStream.nullOutputStream() : new PipeOutput(in.write(), wake),
        out == null ? InputStream.nullInputStream() : new PipeInput(out.read(), wake),
        err == null ? InputStream.nullInputStream() : new PipeInput(err.read(), wake),
        wake);
  }

  /** All signals at their default and none blocked, whatever we or our parent did to ours. */
  private static void describe(Arena arena, MemorySegment attributes, boolean ownSession)
      throws KernelException {
    int flags = SETSIGDEF | SETSIGMASK | Platform.CURRENT.spawnCloseByDefault;
    if (ownSession) {
      flags |= Platform.CURRENT.spawnSetSid;
    }
    MemorySegment signals = arena.allocate(OPAQUE_BYTES, Long.BYTES);
    Libc.callInt(SIG_FILL, signals.address());
    Libc.callInt(SIG_DELETE, signals.address(), SIGKILL);
    Libc.callInt(SIG_DELETE, signals.address(), SIGSTOP);
    check("sigdefault", Libc.callInt(ATTR_DEFAULT, attributes.address(), signals.address()));
    Libc.callInt(SIG_EMPTY, signals.address());
    check("sigmask", Libc.callInt(ATTR_MASK, attributes.address(), signals.address()));
    check("setflags", Libc.callInt(ATTR_FLAGS, attributes.address(), flags));
  }

  private static void direct(
      Arena arena, MemorySegment actions, Path directory, Stdio[] streams, @Nullable Pipe[] pipes)
      throws KernelException {
    for (int i = 0; i < streams.length; i++) {
      Pipe pipe = pipes[i];
      switch (streams[i]) {
        case PIPE, SOCKET -> {
          int end = pipe == null ? -1 : childEnd(pipe, i);
          check("adddup2", Libc.callInt(ADD_DUP2, actions.address(), end, i));
        }
        case NULL -> {
          MemorySegment path = arena.allocateFrom("/dev/null");
          check("addopen", Libc.callInt(ADD_OPEN, actions.address(), i, path.address(), O_RDWR, 0));
        }
        case INHERIT -> {
          if (ADD_INHERIT.isPresent()) {
            check("addinherit", Libc.callInt(ADD_INHERIT.get(), actions.address(), i));
          }
        }
      }
    }
    MemorySegment path = arena.allocateFrom(directory.toString());
    check("addchdir", Libc.callInt(ADD_CHDIR, actions.address(), path.address()));
    if (ADD_CLOSE_FROM.isPresent()) {
      check("addclosefrom", Libc.callInt(ADD_CLOSE_FROM.get(), actions.address(), streams.length));
    } else if (Platform.CURRENT == Platform.LINUX) {
      closeOnExec(streams.length);
    }
  }

  /**
   * Marks every descriptor that is open now. One that another thread of the JDK opens between this
   * and the exec would pass; the C libraries that leave us no better way are glibc before 2.34 and
   * musl.
   */
  private static void closeOnExec(int first) throws KernelException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      open.map(entry -> Integer.parseInt(entry.getFileName().toString()))
          .filter(descriptor -> descriptor >= first)
          .forEach(descriptor -> Libc.fcntl(descriptor, F_SETFD, FD_CLOEXEC));
    } catch (IOException e) {
      throw new KernelException("/proc/self/fd", KernelException.EACCES);
    }
  }

  private static void check(String call, int error) throws KernelException {
    if (error != 0) {
      throw new KernelException(call, Math.abs(error));
    }
  }
}
