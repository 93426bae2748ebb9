package dev.gatekeeper.wire;

/** Tells what the bytes of one frame are, wherever they came from. */
final class Frame {
  private Frame() {}

  /**
   * @param to behind the last byte; there is one that is not white space
   */
  static Incoming judge(byte[] array, int from, int to, WireLimits limits) {
    Heap.passed(to - from);
    int first = from;
    while (isSpace(array[first])) {
      first++;
    }
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
      Scanner scanner = new Scanner(array, from, to, limits.depth());
      scanner.space();
      if (scanner.peek() != '[') {
        return false;
      }
      scanner.value(0);
      scanner.end();
      return true;
    } catch (MalformedException e) {
      return false;
    }
  }

  static boolean blank(byte[] array, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isSpace(array[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
