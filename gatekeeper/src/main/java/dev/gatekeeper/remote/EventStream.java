package dev.gatekeeper.remote;

import dev.gatekeeper.wire.Gathering;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.WireLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Server-sent events (WHATWG HTML, 9.2), read as bytes. Lines end with LF, CR or CRLF; a byte order
 * mark at the start is passed; an event that the stream breaks off in is none. The data of an event
 * are bounded by the limit of a message, all other fields by {@link #MAX_FIELD}: longer ones are as
 * if they were not there.
 *
 * <p>After a read that timed out, {@link #next} goes on where it was. Not for several threads.
 */
final class EventStream {
  /** Bytes of an id, an event's type, a time, or the data of an event that is no message. */
  static final int MAX_FIELD = 4_096;

  private static final int CHUNK = 16 << 10;
  private static final int MARK = 0xfeff;
  private static final byte[] BOM = String.valueOf((char) MARK).getBytes(StandardCharsets.UTF_8);

  /**
   * One event.
   *
   * @param message what its data are, where it is of the type {@code message}
   * @param text the data of any other, within {@link #MAX_FIELD}
   */
  record Event(String type, Optional<Incoming> message, String text) {}

  private enum At {
    NAME,
    /** Behind the colon: one blank is passed. */
    COLON,
    VALUE
  }

  private final InputStream in;
  private final Cursor cursor;
  private final Gathering data;
  private final byte[] chunk = new byte[CHUNK];
  private int next;
  private int end;
  private int marks;
  private boolean afterReturn;
  private At at = At.NAME;
  private final ByteArrayOutputStream name = new ByteArrayOutputStream();
  private final ByteArrayOutputStream value = new ByteArrayOutputStream();
  private boolean isData;
  private boolean hasData;
  private boolean tooLong;
  private String type = "";
  private Optional<String> id = Optional.empty();

  /**
   * @param cursor learns ids and times as they come
   */
  EventStream(InputStream in, WireLimits limits, Cursor cursor) {
    this.in = in;
    this.cursor = cursor;
    this.data = new Gathering(limits);
  }

  /** Waits for the next event that has data; empty at the end of the stream. */
  Optional<Event> next() throws IOException {
    while (true) {
      while (next < end) {
        byte b = chunk[next];
        if (afterReturn) {
          afterReturn = false;
          if (b == '\n') {
            next++;
            continue;
          }
        }
        if (marks >= 0 && marks < BOM.length) {
          if (b == BOM[marks]) {
            marks++;
            next++;
            continue;
          }
          name.write(BOM, 0, marks); // a broken mark is the start of a name
          marks = -1;
        }
        if (b == '\n' || b == '\r') {
          afterReturn = b == '\r';
          next++;
          Optional<Event> event = lineEnded();
          if (event.isPresent()) {
            return event;
          }
        } else {
          inLine();
        }
      }
      int read = in.read(chunk, 0, chunk.length);
      if (read < 0) {
        return Optional.empty();
      }
      next = 0;
      end = read;
    }
  }

  /** Takes what is at hand of one line, at least one byte, no line end. */
  private void inLine() {
    switch (at) {
      case NAME -> {
        byte b = chunk[next++];
        if (b == ':') {
          at = At.COLON;
          beginValue();
        } else if (name.size() <= MAX_FIELD) {
          name.write(b);
        }
      }
      case COLON -> {
        at = At.VALUE;
        if (chunk[next] == ' ') {
          next++;
        }
      }
      case VALUE -> {
        int from = next;
        while (next < end && chunk[next] != '\n' && chunk[next] != '\r') {
          next++;
        }
        if (isData) {
          data.add(chunk, from, next);
        } else if (value.size() + (next - from) <= MAX_FIELD) {
          value.write(chunk, from, next - from);
        } else {
          tooLong = true;
        }
      }
    }
  }

  private void beginValue() {
    isData = name.size() == 4 && name.toString(StandardCharsets.UTF_8).equals("data");
    if (isData) {
      if (hasData) {
        data.add(new byte[] {'\n'}, 0, 1);
      }
      hasData = true;
    }
  }

  private Optional<Event> lineEnded() {
    boolean blank = at == At.NAME && name.size() == 0;
    if (at == At.NAME && !blank) {
      beginValue(); // a name alone has an empty value
    }
    at = At.NAME;
    if (blank) {
      return dispatch();
    }
    if (!isData && !tooLong) {
      field(name.toString(StandardCharsets.UTF_8), value.toString(StandardCharsets.UTF_8));
    }
    name.reset();
    value.reset();
    tooLong = false;
    isData = false;
    return Optional.empty();
  }

  private void field(String field, String text) {
    switch (field) {
      case "event" -> type = text;
      case "id" -> id = Optional.of(text);
      case "retry" -> cursor.retry(text);
      default -> {} // a comment, or a field that means nothing
    }
  }

  private Optional<Event> dispatch() {
    id.ifPresent(cursor::reached);
    id = Optional.empty();
    String of = type.isEmpty() ? "message" : type;
    type = "";
    if (data.bytes() == 0) {
      hasData = false;
      return Optional.empty();
    }
    hasData = false;
    if (of.equals("message")) {
      return Optional.of(new Event(of, Optional.of(data.take()), ""));
    }
    String text = new String(data.takeBytes(MAX_FIELD).orElse(new byte[0]), StandardCharsets.UTF_8);
    return Optional.of(new Event(of, Optional.empty(), text));
  }
}
