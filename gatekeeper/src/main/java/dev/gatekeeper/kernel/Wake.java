package dev.gatekeeper.kernel;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends every wait on a set of pipes. A thread that waits in poll(2) on a pipe cannot be reached by
 * closing that pipe, and a process that inherited the other end can keep it waiting for ever. So
 * each wait is on two descriptors, and the second one becomes readable, for good, when its own
 * other end is closed here.
 */
final class Wake {
  private final Pipe pipe;
  private final AtomicBoolean called = new AtomicBoolean();

  Wake() throws KernelException {
    pipe = Pipe.open();
  }

  /** The descriptor that polls as hung up once this was called. */
  int descriptor() {
    return pipe.read();
  }

  /** Ends all waits, now and later. */
  void call() {
    if (called.compareAndSet(false, true)) {
      Pipe.close(pipe.write());
    }
  }

  /** Gives the last descriptor back; nobody may wait any more. */
  void close() {
    call();
    Pipe.close(pipe.read());
  }
}
