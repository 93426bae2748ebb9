package dev.gatekeeper.kernel;

import java.lang.foreign.MemorySegment;

/** Signals that we send. The numbers are the same on Linux and macOS. */
public enum Signal {
  /** None: only asks whether there is somebody to send one to. */
  PROBE(0),
  /** The terminal is gone. */
  HUP(1),
  /** A person wants it to stop. */
  INT(2),
  /** Ends a process that cannot refuse. */
  KILL(9),
  /** Asks a process to end. */
  TERM(15);

  private static final class Functions {
    static final MemorySegment KILL = Libc.require("kill");
  }

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  /** The number that the kernel knows it by. */
  public int number() {
    return number;
  }

  /** Sends it to one process; false where there is no such process, or it is not ours. */
  public boolean to(long pid) {
    return send(pid, pid);
  }

  /** Sends it to a process group; false where the group has no member left. */
  public boolean toGroup(long group) {
    return send(group, -group);
  }

  private boolean send(long id, long target) {
    if (id <= 1) {
      throw new AssertionError("0, 1 and negative ids mean somebody else's processes");
    }
    return Libc.callInt(Functions.KILL, target, number) == 0;
  }
}
