package dev.gatekeeper.fingerprint.scan;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Counts, while a diff is read, what git has left out of it: a line says that two files differ, or
 * a patch follows which is compressed. In a diff such a line is none of a file, each of which has a
 * sign in front. A graph of commits stands before it all, and takes two columns at least.
 */
final class Omissions extends FilterInputStream {
  private static final byte[] FILES = "Binary files ".getBytes(US_ASCII);
  private static final byte[] PATCH = "GIT binary patch".getBytes(US_ASCII);

  /** {@code " differ"}, the first byte highest. */
  private static final long DIFFER = 0x20_64_69_66_66_65_72L;

  private static final long SEVEN = (1L << 56) - 1;

  /** Bytes of the line so far behind a graph; no more are counted than tell its kind. */
  private int column;

  /** Bytes of the graph: none, or two at least, the last a blank. */
  private int graph;

  private boolean blank;

  private boolean files = true;
  private boolean patch = true;
  private long tail;
  private int count;

  Omissions(InputStream in) {
    super(in);
  }

  /** How many there were so far; behind the end, in all. */
  int count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    if (one < 0) {
      line();
    } else {
      take((byte) one);
    }
    return one;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    int read = super.read(bytes, from, length);
    for (int i = from; i < from + read; i++) {
      take(bytes[i]);
    }
    if (read < 0) {
      line();
    }
    return read;
  }

  private void take(byte b) {
    if (b == '\n') {
      line();
    } else if (column == 0 && isGraph(b)) {
      graph++;
      blank = b == ' ';
    } else if (files || patch) {
      files &= column >= FILES.length || FILES[column] == b;
      patch &= column >= PATCH.length || PATCH[column] == b;
      column = Math.min(column + 1, FILES.length + PATCH.length);
      if (b != '\r') {
        tail = tail << 8 | (b & 0xff);
      }
    }
  }

  private static boolean isGraph(byte b) {
    return b == '|' || b == ' ' || b == '/' || b == '\\' || b == '_' || b == '*';
  }

  private void line() {
    boolean whole = files && column >= FILES.length && (tail & SEVEN) == DIFFER;
    if ((whole || (patch && column >= PATCH.length)) && (graph == 0 || (graph > 1 && blank))) {
      count++;
    }
    graph = 0;
    blank = false;
    column = 0;
    tail = 0;
    files = true;
    patch = true;
  }
}
