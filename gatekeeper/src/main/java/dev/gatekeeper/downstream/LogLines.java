package dev.gatekeeper.downstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Cuts a server's stderr into lines for our log. All of it is read, so that the server never waits
 * for us; what reaches the log is bounded in length and in rate, and what was left out is said.
 */
final class LogLines {
  /** A stack trace or two at once. */
  private static final int BURST = 1000;

  /** A chatty server in the long run; together with the length of a line, 800 KB a second. */
  private static final int PER_SECOND = 100;

  private static final double NANOS = 1e9;
  private static final byte[] CUT = " […]".getBytes(StandardCharsets.UTF_8);

  private final Consumer<byte[]> log;
  private final LongSupplier nanoTime;
  private final byte[] line = new byte[StdioProcess.LOG_LINE_BYTES];
  private int length;
  private boolean cut;
  private double allowance = BURST;
  private long then;
  private long leftOut;

  LogLines(Consumer<byte[]> log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.then = nanoTime.getAsLong();
  }

  /** Reads to the end of the stream. */
  void drain(InputStream in) throws IOException {
    byte[] chunk = new byte[StdioProcess.LOG_LINE_BYTES];
    try {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        accept(chunk, count);
      }
    } finally {
      if (length > 0) {
        lineEnded();
      }
      sayLeftOut();
    }
  }

  private void accept(byte[] chunk, int count) {
    for (int i = 0; i < count; i++) {
      if (chunk[i] == '\n') {
        lineEnded();
      } else if (length < line.length) {
        line[length++] = chunk[i];
      } else {
        cut = true;
      }
    }
  }

  private void lineEnded() {
    long now = nanoTime.getAsLong();
    allowance = Math.min(BURST, allowance + (now - then) / NANOS * PER_SECOND);
    then = now;
    if (allowance < 1) {
      leftOut++;
    } else {
      allowance--;
      sayLeftOut();
      log.accept(text());
    }
    length = 0;
    cut = false;
  }

  private byte[] text() {
    if (cut) {
      byte[] text = Arrays.copyOf(line, length);
      System.arraycopy(CUT, 0, text, length - CUT.length, CUT.length);
      return text;
    }
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    return Arrays.copyOf(line, end);
  }

  private void sayLeftOut() {
    if (leftOut > 0) {
      log.accept(
          ("(" + leftOut + " lines left out: too many at once)").getBytes(StandardCharsets.UTF_8));
      leftOut = 0;
    }
  }
}
