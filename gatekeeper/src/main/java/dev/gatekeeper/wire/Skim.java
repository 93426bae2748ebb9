package dev.gatekeeper.wire;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Octets;
import dev.gatekeeper.json.Slice;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * Looks for the id of a frame that cannot be read: too long to keep, or not valid. Takes the line
 * in pieces, in constant memory, since servers put the id after the result as often as before it.
 *
 * <p>Reads the names of the top level, and of the values only the id's. An id counts where nobody
 * can read the line otherwise: a second id (in any case of letters), a torn nesting, or a value
 * that is neither string nor integer leave the line without id.
 */
final class Skim {
  /** Longer ids and names than this many bytes are not read: no client writes them. */
  private static final int LONGEST = 1024;

  /** Levels whose kind of bracket is remembered, to tell that the nesting is torn; no limit. */
  private static final int KINDS = 512;

  private enum At {
    /** Before the first brace. */
    START,
    NAME,
    VALUE,
    /** Behind the last brace, or in a line that is no object. */
    OUT
  }

  private final long[] objects = new long[KINDS / 64];
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(64);
  private At at = At.START;
  private boolean keeping;
  private long depth;
  private boolean inString;
  private boolean escaped;
  private boolean torn;
  private boolean method;
  private int ids;
  private Optional<byte[]> id = Optional.empty();

  void feed(byte[] bytes, int start, int end) {
    for (int i = start; i < end && at != At.OUT; i++) {
      if (inString && !keeping && !escaped) {
        i = Octets.either(bytes, i, end, '"', '\\');
        if (i == end) {
          return;
        }
      }
      if (inString) {
        inString(bytes[i]);
      } else {
        token(bytes[i]);
      }
    }
  }

  private void inString(byte b) {
    keep(b);
    if (escaped) {
      escaped = false;
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      inString = false;
      if (at == At.NAME && depth == 1) {
        name();
      }
    }
  }

  private void token(byte b) {
    if (at == At.START) {
      start(b);
      return;
    }
    switch (b) {
      case ' ', '\t', '\r', '\n' -> {}
      case '"' -> {
        inString = true;
        if (at == At.NAME && depth == 1) {
          kept.reset();
          keeping = true;
        }
        keep(b);
      }
      case '{', '[' -> {
        keep(b);
        open(b == '{');
      }
      case '}', ']' -> close(b == '}');
      case ',' -> {
        if (depth == 1) {
          value();
          at = At.NAME;
        }
        keep(b);
      }
      default -> keep(b);
    }
  }

  /** Passes a byte order mark, too: the line is malformed for it, but its id is plain. */
  private void start(byte b) {
    if (b == '{') {
      at = At.NAME;
      open(true);
    } else if (b >= 0 && b != ' ' && b != '\t' && b != '\r' && b != '\n') {
      at = At.OUT;
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
    if (depth == 1) {
      value();
    }
    keep((byte) ']');
    depth--;
    torn |= depth < KINDS && ((objects[(int) depth >> 6] >>> depth & 1) != 0) != object;
    if (depth == 0) {
      at = At.OUT;
    }
  }

  private void keep(byte b) {
    if (keeping && kept.size() <= LONGEST) {
      kept.write(b);
    }
  }

  /** A name of the top level ended. */
  private void name() {
    keeping = false;
    at = At.VALUE;
    String name = whole().filter(Slice::isString).map(Slice::string).orElse("");
    method |= name.equals("method");
    if (name.equalsIgnoreCase("id")) {
      ids++;
      keeping = name.equals("id");
      kept.reset();
    }
  }

  /** A value of the top level ended. What was kept starts with its colon. */
  private void value() {
    if (keeping) {
      keeping = false;
      byte[] raw = kept.toByteArray();
      kept.reset();
      if (raw.length > 0 && raw[0] == ':') {
        kept.write(raw, 1, raw.length - 1);
      }
      id = whole().filter(value -> value.isString() || value.isInteger()).map(Slice::toBytes);
    }
  }

  private Optional<Slice> whole() {
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
