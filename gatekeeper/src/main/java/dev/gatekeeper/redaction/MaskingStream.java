package dev.gatekeeper.redaction;

import dev.gatekeeper.redaction.reading.Escapes;
import dev.gatekeeper.redaction.reading.Span;
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
 * <p>Held back is only an end that may be the start of a watched form, or of an escape; for most
 * writes that is nothing. It goes out with what follows it, when the stream is closed, or after a
 * short silence, since a prompt must be seen while the program waits for input. Two things do not
 * let it go: {@link #flush}, which says nothing about whether the writer is done, and a silence
 * when half of a form or more is there, which is no accident.
 */
final class MaskingStream extends OutputStream {
  /** Long against the gap between two writes of one line, short against a person's patience. */
  static final Duration IDLE = Duration.ofMillis(50);

  /** What is kept of what went out: {@link Escapes#FOLDED} characters of up to six bytes. */
  private static final int CONTEXT = 6 * Escapes.FOLDED;

  private final Redactor redactor;
  private final OutputStream out;
  private final Findings findings;
  private final Duration patience;
  private byte[] held = new byte[256];
  private int length;

  /**
   * So many of the held bytes went out already, as they were or masked. They are kept to find what
   * overlaps them, and to read what follows: as an escape, or as the next line of something folded.
   */
  private int done;

  private long writes;
  private boolean closed;
  private @Nullable Thread idle;
  private @Nullable Exception failure;

  /**
   * @param patience after so much silence what may be the start of a form goes out
   */
  MaskingStream(Redactor redactor, OutputStream out, Findings findings, Duration patience) {
    this.redactor = redactor;
    this.findings = findings;
    this.patience = patience;
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
    if (length > done) {
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
    Layers layers = new Layers(redactor.enter());
    try {
      int cut =
          switch (now) {
            case MORE -> length - layers.begun(held, 0, length, false);
            case SILENCE -> length - layers.begun(held, 0, length, true);
            case CLOSED -> length;
          };
      int at = done;
      for (Span span : layers.text(held, 0, length)) {
        if (span.start() >= cut || span.end() <= at) {
          continue;
        }
        if (span.start() > at) {
          ready.write(held, at, span.start() - at);
        }
        findings.masked(1, span.references());
        ready.writeBytes(span.label().getBytes(StandardCharsets.UTF_8));
        at = span.end();
      }
      if (at < cut) {
        ready.write(held, at, cut - at);
      }
      forget(Math.max(at, cut), Layers.border(held, length, Math.max(0, cut - CONTEXT)));
    } finally {
      redactor.leave();
    }
    // Not under the redactor's lock: a reader that does not read must not stop every masking.
    if (ready.size() > 0) {
      ready.writeTo(out);
    }
  }

  private void forget(int out, int from) {
    System.arraycopy(held, from, held, 0, length - from);
    Arrays.fill(held, length - from, length, (byte) 0);
    length -= from;
    done = out - from;
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
        if (length == done) {
          wait();
          continue;
        }
        long before = writes;
        wait(patience.toMillis());
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
