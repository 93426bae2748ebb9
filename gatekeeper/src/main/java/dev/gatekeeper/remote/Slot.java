package dev.gatekeeper.remote;

import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.http.Transfer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of a conversation waits for: a transfer, or a pause. {@link #close}, from any
 * thread, ends both, and all that would follow.
 */
final class Slot implements AutoCloseable {
  private @Nullable Transfer current;
  private boolean closed;

  /** From now on waits for this. */
  Transfer use(Transfer next) throws HttpFault {
    synchronized (this) {
      current = next;
      if (!closed) {
        return next;
      }
    }
    next.close();
    throw new HttpFault(HttpFault.Reach.CALLED_OFF, "was called off");
  }

  /** False where it was closed meanwhile. */
  synchronized boolean pause(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      for (long left = millis; left > 0 && !closed; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
    return !closed;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    Transfer ending;
    synchronized (this) {
      closed = true;
      ending = current;
      notifyAll();
    }
    if (ending != null) {
      ending.close();
    }
  }
}
