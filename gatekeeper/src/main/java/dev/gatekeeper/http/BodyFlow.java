package dev.gatekeeper.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream that waits for a bounded time only. One reader; {@link #close}
 * from any thread ends its waiting and the connection. No more is fetched than the reader takes.
 */
final class BodyFlow extends InputStream implements BodySubscriber<BodyFlow> {
  private final long silenceNanos;
  private final ArrayDeque<ByteBuffer> pieces = new ArrayDeque<>();
  private Flow.@Nullable Subscription subscription;
  private boolean asked = true;
  private boolean complete;
  private boolean failed;
  private boolean closed;

  BodyFlow(Duration silence) {
    this.silenceNanos = silence.toNanos();
  }

  @Override
  public CompletionStage<BodyFlow> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    boolean cancel;
    synchronized (this) {
      subscription = given;
      cancel = closed;
    }
    if (cancel) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> item) {
    asked = false;
    if (!closed) {
      pieces.addAll(item);
      notifyAll();
    }
  }

  @Override
  public synchronized void onError(Throwable throwable) {
    failed = true;
    notifyAll();
  }

  @Override
  public synchronized void onComplete() {
    complete = true;
    notifyAll();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    long deadline = System.nanoTime() + silenceNanos;
    while (true) {
      Flow.Subscription more = null;
      synchronized (this) {
        while (!pieces.isEmpty() && !pieces.getFirst().hasRemaining()) {
          pieces.removeFirst();
        }
        if (closed) {
          throw new HttpFault(HttpFault.Reach.CALLED_OFF, "was called off");
        }
        ByteBuffer first = pieces.peekFirst();
        if (first != null) {
          int count = Math.min(length, first.remaining());
          first.get(into, offset, count);
          return count;
        }
        if (complete) {
          return -1;
        }
        if (failed) {
          throw new HttpFault(HttpFault.Reach.UNKNOWN, "broke off its answer");
        }
        if (!asked) {
          asked = true;
          more = subscription;
        }
      }
      if (more != null) {
        more.request(1);
      }
      await(deadline);
    }
  }

  private synchronized void await(long deadline) throws HttpFault {
    try {
      while (pieces.isEmpty() && !complete && !failed && !closed) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new HttpFault(
              HttpFault.Reach.SILENT,
              "sent nothing for " + TimeUnit.NANOSECONDS.toSeconds(silenceNanos) + " s");
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HttpFault(HttpFault.Reach.CALLED_OFF, "was called off");
    }
  }

  /**
   * Reads to the end, so that the connection can be used again; gives it up where that takes longer
   * or is more.
   */
  void finish(Duration atMost, int bytes) {
    long deadline = System.nanoTime() + atMost.toNanos();
    int left = bytes;
    try {
      while (left >= 0) {
        Flow.Subscription more = null;
        synchronized (this) {
          for (ByteBuffer piece : pieces) {
            left -= piece.remaining();
          }
          pieces.clear();
          if (complete || failed || closed) {
            break;
          }
          if (!asked) {
            asked = true;
            more = subscription;
          }
        }
        if (more != null) {
          more.request(1);
        }
        await(deadline);
      }
    } catch (HttpFault e) {
      left = -1;
    }
    close();
  }

  @Override
  public void close() {
    Flow.Subscription given;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      pieces.clear();
      given = subscription;
      notifyAll();
    }
    if (given != null) {
      given.cancel();
    }
  }
}
