package dev.gatekeeper.redaction;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Masks a stream of bytes across the borders of writes.
 *
 * <p>Held back is only an end that may be the start of a watched form, at most the longest form
 * less one byte; for most writes that is nothing. It goes out with what follows it, when the stream
 * is closed, or after a short silence, since a prompt must be seen while the program waits for
 * input. Two things do not let it go: {@link #flush}, which says nothing about whether the writer
 * is done, and a silence when half of a form or more is there, which is no accident.
 */
final class MaskingStream extends OutputStream {
  /** Long against the gap between two writes of one line, short against a person's patience. */
  private static final Duration IDLE = Duration.ofMillis(50);

  private final Redactor redactor;
  private final OutputStream out;
  private byte[] held = new byte[256];
  private int length;

  /** So many of the held bytes are masked already, and are kept to find what overlaps them. */
  private int masked;

  private long writes;
  private boolean closed;
  private @Nullable Thread idle;
  private @Nullable Exception failure;

  MaskingStream(Redactor redactor, OutputStream out) {
    this.redactor = redactor;
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int count) throws IOException {
    check();
    if (held.length - length < count) {
      byte[] larger = Arrays.copyOf(held, Math.max(length + count, 2 * held.length));
      Arrays.fill(held, (byte) 0);
      held = larger;
    }
    System.arraycopy(bytes, from, held, length, count);
    length += count;
    writes++;
    release(End.MORE);
    if (length > 0) {
      watchSilence();
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    check();
    out.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    notifyAll();
    try (out) {
      release(End.CLOSED);
    } finally {
      Arrays.fill(held, (byte) 0);
    }
  }

  private enum End {
    MORE,
    SILENCE,
    CLOSED
  }

  private void check() throws IOException {
    if (failure != null) {
      throw new IOException("an earlier write failed", failure);
    }
    if (closed) {
      throw new IOException("the stream is closed");
    }
  }

  /** Writes all that cannot become part of a form any more. */
  private void release(End now) throws IOException {
    ByteArrayOutputStream ready = new ByteArrayOutputStream(length);
    Index index = redactor.enter();
    try {
      int cut =
          switch (now) {
            case MORE -> length - index.begun(held, length, false);
            case SILENCE -> length - index.begun(held, length, true);
            case CLOSED -> length;
          };
      int at = masked;
      for (Span span : Span.join(index.search(held, 0, length))) {
        if (span.start() >= cut || span.end() <= at) {
          continue;
        }
        if (span.start() > at) {
          ready.write(held, at, span.start() - at);
        }
        ready.writeBytes(span.label().getBytes(StandardCharsets.UTF_8));
        at = span.end();
      }
      if (at < cut) {
        ready.write(held, at, cut - at);
      }
      masked = Math.max(0, at - cut);
      System.arraycopy(held, cut, held, 0, length - cut);
      Arrays.fill(held, length - cut, length, (byte) 0);
      length -= cut;
    } finally {
      redactor.leave();
    }
    // Not under the redactor's lock: a reader that does not read must not stop every masking.
    if (ready.size() > 0) {
      ready.writeTo(out);
    }
  }

  private void watchSilence() {
    if (idle == null) {
      idle = Thread.ofPlatform().daemon().name("redaction-idle").start(this::silence);
    } else {
      notifyAll();
    }
  }

  private synchronized void silence() {
    try {
      while (!closed) {
        if (length == 0) {
          wait();
          continue;
        }
        long before = writes;
        wait(IDLE.toMillis());
        if (!closed && writes == before) {
          release(End.SILENCE);
          out.flush();
          // What is left is half a form: it stays until more comes.
          while (!closed && writes == before) {
            wait();
          }
        }
      }
    } catch (IOException | IllegalStateException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
