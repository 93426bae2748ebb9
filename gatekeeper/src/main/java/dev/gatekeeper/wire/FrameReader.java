package dev.gatekeeper.wire;

import dev.gatekeeper.json.Octets;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads one message a line. A bad line is told as what it is and the next one is read.
 *
 * <p>Lines end with LF or CRLF; a last line without either counts; empty lines are passed. Memory
 * is bounded by the limit of a message, once and a half while a line grows, and goes back to 64 KiB
 * after a long one. Not for several threads.
 */
public final class FrameReader {
  /** What a pipe holds: more at once is never there to be read. */
  private static final int CHUNK = 64 << 10;

  private final InputStream in;
  private final WireLimits limits;
  private byte[] buffer = new byte[CHUNK];
  private int start;
  private int end;
  private boolean ended;

  public FrameReader(InputStream in, WireLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  /** Whether a whole line is there already. */
  public boolean isReady() {
    return lineFeed(start) >= 0;
  }

  /** Waits for the next line that is not empty. */
  public Incoming next() throws IOException {
    while (true) {
      int searched = start;
      int feed = lineFeed(searched);
      while (feed < 0) {
        if (end - start > limits.messageBytes() + 1) {
          return oversize();
        }
        searched = end - start;
        if (!fill()) {
          if (start == end) {
            return new Incoming.End();
          }
          feed = end;
          break;
        }
        feed = lineFeed(start + searched);
      }
      int from = start;
      int to = feed > from && buffer[feed - 1] == '\r' ? feed - 1 : feed;
      if (to - from > limits.messageBytes()) {
        Skim skim = new Skim();
        skim.feed(buffer, from, to);
        start = Math.min(feed + 1, end);
        return new Incoming.Oversize(skim.id(), skim.method(), to - from);
      }
      if (!Frame.blank(buffer, from, to)) {
        return take(from, to, Math.min(feed + 1, end));
      }
      start = Math.min(feed + 1, end);
    }
  }

  /**
   * Short lines are copied; a long one keeps the buffer, and what follows it moves to a new one.
   */
  private Incoming take(int from, int to, int rest) {
    if (buffer.length == CHUNK) {
      start = rest;
      return judge(Arrays.copyOfRange(buffer, from, to), 0, to - from);
    }
    byte[] grown = buffer;
    buffer = new byte[CHUNK];
    start = 0;
    end -= rest;
    System.arraycopy(grown, rest, buffer, 0, end);
    return judge(grown, from, to);
  }

  private Incoming judge(byte[] array, int from, int to) {
    return Frame.judge(array, from, to, limits);
  }

  /** The line is over the limit: nothing of it is kept but what the skim needs. */
  private Incoming oversize() throws IOException {
    Skim skim = new Skim();
    long bytes = 0;
    byte last = 0;
    while (true) {
      int feed = lineFeed(start);
      int to = feed < 0 ? end : feed;
      skim.feed(buffer, start, to);
      bytes += to - start;
      last = to > start ? buffer[to - 1] : last;
      start = feed < 0 ? end : feed + 1;
      if (buffer.length > CHUNK) {
        byte[] rest = new byte[CHUNK];
        System.arraycopy(buffer, start, rest, 0, end - start);
        end -= start;
        start = 0;
        buffer = rest;
      }
      if (feed >= 0 || !fill()) {
        return new Incoming.Oversize(skim.id(), skim.method(), last == '\r' ? bytes - 1 : bytes);
      }
    }
  }

  private int lineFeed(int from) {
    int feed = Octets.either(buffer, from, end, '\n', '\n');
    return feed < end ? feed : -1;
  }

  /** Reads once, at most a chunk, so that what follows a line always fits a fresh buffer. */
  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    if (end == buffer.length) {
      // Room for the longest line, its CRLF, and one byte that tells that it is too long.
      long most = Math.max(limits.messageBytes() + 3L, end + 1L);
      long twice = 2L * buffer.length;
      buffer = Arrays.copyOf(buffer, (int) (twice + CHUNK < most ? twice : most));
    }
    int read = in.read(buffer, end, Math.min(CHUNK, buffer.length - end));
    if (read < 0) {
      ended = true;
      return false;
    }
    end += read;
    return true;
  }
}
