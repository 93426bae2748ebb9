package dev.gatekeeper.kernel;

import java.lang.foreign.MemorySegment;

/** What we ask of the kernel about ourselves, and the start of processes. Thread-safe. */
public final class Kernel {
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int PT_DENY_ATTACH = 31;

  private Kernel() {}

  /**
   * Keeps our memory to ourselves: no core file of us or of a child, and no other process of the
   * same user may attach to us or read our memory and environment in {@code /proc} (root may, and
   * so may a debugger that was there before). Call it before the first secret is read; later calls
   * cost nothing.
   */
  public static void harden() {
    Hardened.once();
  }

  private static final class Hardened {
    static {
      ResourceLimits.forbidCore();
      switch (Platform.CURRENT) {
        case LINUX -> prctl(PR_SET_DUMPABLE, 0);
        case MACOS -> Libc.callInt(Libc.require("ptrace"), PT_DENY_ATTACH, 0, 0, 0);
      }
    }

    static void once() {}
  }

  /**
   * Starts a process; see {@link SpawnRequest} for what it gets. Returns when the program has
   * replaced us in the child, so that a program which cannot be executed is an exception here.
   *
   * <p>On Linux this makes us the parent of everything that a labelled process leaves behind, see
   * {@link Processes}; the dead among them are reaped.
   */
  public static Child spawn(SpawnRequest request) throws KernelException {
    if (request.label().isPresent() && Platform.CURRENT == Platform.LINUX) {
      Subreaper.once();
    }
    return Spawner.spawn(request);
  }

  private static final class Subreaper {
    static {
      prctl(PR_SET_CHILD_SUBREAPER, 1);
    }

    static void once() {}
  }

  private static void prctl(int option, int value) {
    MemorySegment prctl = Libc.require("prctl");
    if (Libc.callInt(prctl, option, value, 0, 0, 0) != 0) {
      throw new AssertionError("prctl " + option);
    }
  }
}
