package dev.gatekeeper.wire;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;

/** Tells what the bytes of one frame are, wherever they came from. */
final class Frame {
  private Frame() {}

  /**
   * @param to behind the last byte; there is one that is not white space
   */
  static Incoming judge(byte[] array, int from, int to, WireLimits limits) {
    Heap.passed(to - from);
    int first = first(array, from, to);
    try {
      if (to - first >= 3
          && array[first] == (byte) 0xef
          && array[first + 1] == (byte) 0xbb
          && array[first + 2] == (byte) 0xbf) {
        throw new MalformedException("a byte order mark", first);
      }
      if (array[first] != '{' && !isArray(array, from, to, limits)) {
        return new Incoming.NotJson(to - from);
      }
      return new Incoming.Received(Envelope.read(array, from, to, limits));
    } catch (MalformedException e) {
      Skim skim = new Skim();
      skim.feed(array, from, to);
      return new Incoming.Malformed(e.why(), e.position() - from, skim.id(), skim.method());
    }
  }

  /** A batch, as opposed to a log line such as "[info] started". */
  private static boolean isArray(byte[] array, int from, int to, WireLimits limits) {
    try {
      return Slice.of(array, from, to, limits.depth()).isArray();
    } catch (MalformedException e) {
      return false;
    }
  }

  static boolean blank(byte[] array, int from, int to) {
    return first(array, from, to) == to;
  }

  /** The first byte that is not white space; {@code to} where there is none. */
  static int first(byte[] array, int from, int to) {
    int at = from;
    while (at < to && isSpace(array[at])) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
