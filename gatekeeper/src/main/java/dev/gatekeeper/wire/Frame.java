package dev.gatekeeper.wire;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
      if (array[first] != '{') {
        Optional<Slice> json = json(array, from, to, limits);
        return json.filter(Slice::isArray).isPresent()
            ? new Incoming.Batch(json.get(), limits)
            : new Incoming.NotJson(to - from, json.isPresent());
      }
      return new Incoming.Received(Envelope.read(array, from, to, limits));
    } catch (MalformedException e) {
      return malformed(e, array, from, to, limits);
    }
  }

  private static Incoming malformed(
      MalformedException e, byte[] array, int from, int to, WireLimits limits) {
    Skim skim = new Skim();
    skim.feed(array, from, to);
    boolean json = json(array, from, to, limits).isPresent();
    return new Incoming.Malformed(e.why(), e.position() - from, skim.id(), skim.method(), json);
  }

  /** What is JSON, as opposed to a log line such as "[info] started". */
  private static Optional<Slice> json(byte[] array, int from, int to, WireLimits limits) {
    try {
      // One level more, so that a message in a batch may be as deep as one by itself.
      return Optional.of(Slice.of(array, from, to, Math.min(limits.depth() + 1, Slice.DEEPEST)));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  /** The messages of a batch. */
  static List<Incoming> apart(Slice batch, WireLimits limits) {
    List<Slice> elements;
    try {
      elements = batch.elements(Incoming.Batch.MOST);
    } catch (MalformedException e) {
      return List.of(Incoming.Batch.refused("a batch of " + e.why()));
    }
    if (elements.isEmpty()) {
      return List.of(Incoming.Batch.refused("an empty batch"));
    }
    List<Incoming> messages = new ArrayList<>();
    for (Slice element : elements) {
      messages.add(message(element, limits));
    }
    return messages;
  }

  private static Incoming message(Slice element, WireLimits limits) {
    byte[] array = element.array();
    try {
      return new Incoming.Received(Envelope.read(array, element.start(), element.end(), limits));
    } catch (MalformedException e) {
      return malformed(e, array, element.start(), element.end(), limits);
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
