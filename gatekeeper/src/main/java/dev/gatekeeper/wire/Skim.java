package dev.gatekeeper.wire;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * Looks for the id of a line that cannot be read: too long to keep, or not valid. Takes the line in
 * pieces, in constant memory, since servers put the id after the result as often as before it.
 *
 * <p>Finds the top level's names, and only the id's value. An id counts where it stands alone: a
 * second one, a torn nesting or a value that is no string and no integer leaves the line without
 * id.
 */
final class Skim {
  /** Longer ids than this many bytes are not found: no client writes them. */
  private static final int LONGEST = 1024;

  /** Levels whose kind of bracket is remembered, to tell that the nesting is torn. */
  private static final int KINDS = 512;

  private final long[] objects = new long[KINDS / 64];
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(64);
  private long depth;
  private boolean inString;
  private boolean escaped;
  private boolean inName;
  private boolean expectName;
  private boolean inId;
  private boolean torn;
  private boolean closed;
  private boolean method;
  private int ids;
  private Optional<byte[]> id = Optional.empty();

  void feed(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      byte b = bytes[i];
      if (inString) {
        keep(b);
        if (escaped) {
          escaped = false;
        } else if (b == '\\') {
          escaped = true;
        } else if (b == '"') {
          inString = false;
          if (inName) {
            name();
          }
        }
      } else {
        token(b);
      }
    }
  }

  private void token(byte b) {
    switch (b) {
      case '"' -> {
        inString = true;
        inName = depth == 1 && expectName;
        if (inName) {
          kept.reset();
        }
        keep(b);
      }
      case '{', '[' -> {
        closed |= depth == 0 && torn;
        expectName = depth == 0 && b == '{' && !closed;
        keep(b);
        open(b == '{');
      }
      case '}', ']' -> {
        if (depth == 1) {
          value();
        }
        keep(b);
        close(b == '}');
      }
      case ',' -> {
        if (depth == 1) {
          value();
          expectName = true;
        }
        keep(b);
      }
      default -> keep(b);
    }
  }

  private void open(boolean object) {
    if (depth < KINDS) {
      int word = (int) depth >> 6;
      long bit = 1L << depth;
      objects[word] = object ? objects[word] | bit : objects[word] & ~bit;
    }
    depth++;
  }

  private void close(boolean object) {
    if (depth == 0) {
      torn = true;
      return;
    }
    depth--;
    if (depth < KINDS && ((objects[(int) depth >> 6] >>> depth & 1) != 0) != object) {
      torn = true;
    }
    if (depth == 0) {
      closed = true;
    }
  }

  private void keep(byte b) {
    if ((inName || inId) && kept.size() <= LONGEST) {
      kept.write(b);
    }
  }

  private void name() {
    inName = false;
    expectName = false;
    Optional<String> name = slice().filter(Slice::isString).map(Slice::string);
    if (name.isEmpty()) {
      return;
    }
    method |= name.get().equals("method");
    if (name.get().equalsIgnoreCase("id")) {
      ids++;
      inId = true;
      kept.reset();
    }
  }

  /** A value of the top level ended. What was kept starts with its colon. */
  private void value() {
    if (!inId) {
      return;
    }
    inId = false;
    byte[] raw = kept.toByteArray();
    int colon = 0;
    while (colon < raw.length && raw[colon] != ':') {
      colon++;
    }
    kept.reset();
    kept.write(raw, Math.min(colon + 1, raw.length), Math.max(0, raw.length - colon - 1));
    id = slice().filter(value -> value.isString() || value.isInteger()).map(Slice::toBytes);
  }

  private Optional<Slice> slice() {
    if (kept.size() > LONGEST) {
      return Optional.empty();
    }
    try {
      return Optional.of(Slice.of(kept.toByteArray()));
    } catch (MalformedException none) {
      return Optional.empty();
    }
  }

  /** The one id of the line, as written. */
  Optional<byte[]> id() {
    return ids == 1 && !torn ? id : Optional.empty();
  }

  /** Whether the top level has a method: a request or a notification. */
  boolean method() {
    return method;
  }
}
