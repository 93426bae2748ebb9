package dev.gatekeeper.audit.verify.line;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** One line, taken apart. An object serves for one line after the other. */
public final class RecordLine {
  /** Bytes from the start of the value of {@code mac} to the end of a line. */
  public static final int MAC_FROM_END = Base64Url.characters(Format.HASH) + "\"}".length();

  private static final Event[] EVENTS = Event.values();
  private static final byte[][] NAMES = new byte[EVENTS.length][];
  private static final String TOO_LONG = "a line of more than " + Format.MAX_LINE + " bytes";
  private static final byte[] VERSION = Format.VERSION.getBytes(StandardCharsets.US_ASCII);

  /** What {@code prev} is where nothing else is expected of it: the text of 32 zeros. */
  static final byte[] NO_LINK = new byte[Format.HASH_TEXT];

  private static final Field[] ALWAYS = {
    Field.VERSION,
    Field.N,
    Field.LOG,
    Field.TIME,
    Field.MONOTONIC,
    Field.EVENT,
    Field.PREV,
    Field.MAC
  };
  private static final Field[] KEY_FIELDS = {Field.EPOCH, Field.EPOCH_KEY, Field.MAC_SEAL};
  private static final long ALL_ALWAYS = Places.bits(ALWAYS);
  private static final long ALL_KEY_FIELDS = Places.bits(KEY_FIELDS);

  static {
    Base64Url.encode(new byte[Format.HASH], 0, Format.HASH, NO_LINK);
    for (int i = 0; i < EVENTS.length; i++) {
      NAMES[i] = EVENTS[i].text().getBytes(StandardCharsets.US_ASCII);
    }
  }

  private Places places;

  /**
   * Of the line before the last one. Intents and outcomes of calls take turns, and each is most
   * like the one before it of its kind.
   */
  private Places other;

  private byte[] bytes = new byte[0];
  private Event event = Event.FAULT;

  public RecordLine() {
    this(new Places());
  }

  private RecordLine(Places places) {
    this.places = places;
    this.other = new Places();
  }

  /** The same record, in bytes of its own. */
  public RecordLine copy() {
    RecordLine copy = new RecordLine(places.copy());
    copy.bytes = copy.places.bytes();
    copy.event = event;
    return copy;
  }

  /** Takes {@code bytes[from, to)} for a line without its line feed. The array is not copied. */
  public void parse(byte[] bytes, int from, int to) throws MalformedRecord {
    begin(bytes);
    if (to - from > Format.MAX_LINE) {
      throw new MalformedRecord(0, TOO_LONG);
    }
    int end = places.next(from, to, NO_LINK);
    if (end != to) {
      throw places.fault(end, "bytes after the record");
    }
    check();
  }

  /** Goes to an array of lines. It is not copied. */
  void begin(byte[] lines) {
    this.bytes = lines;
    places.begin(lines);
    other.begin(lines);
  }

  /**
   * Takes the line that starts at {@code from}. Lines that were taken since {@link #begin} must
   * still be there as they were: what stands in two is not read twice. Behind a fault the array
   * must be begun anew.
   *
   * @param limit behind the last line feed of all lines
   * @param link what {@code prev} is likely to be: the text of a hash
   * @return where its line feed stands
   */
  int next(int from, int limit, byte[] link) throws MalformedRecord {
    if (!places.resembles(from, limit)) {
      Places last = places;
      places = other;
      other = last;
    }
    int end = places.next(from, limit, link);
    if (end == limit || bytes[end] != '\n') {
      throw places.fault(end, "bytes after the record");
    }
    if (end - from > Format.MAX_LINE) {
      throw new MalformedRecord(0, TOO_LONG);
    }
    check();
    return end;
  }

  private void check() throws MalformedRecord {
    if (places.among(ALL_ALWAYS) != ALL_ALWAYS) {
      throw new MalformedRecord(0, "no field '" + missing().key() + "'");
    }
    if (!is(Field.VERSION, VERSION)) {
      throw places.fault(start(Field.VERSION), "a version that this program does not know");
    }
    require(Field.LOG, places.isFixed(Field.LOG));
    require(Field.PREV, places.isFixed(Field.PREV));
    require(Field.MAC, places.isFixed(Field.MAC));
    require(Field.N, isNumber(Field.N));
    require(Field.TIME, places.isFixed(Field.TIME));
    event = knownEvent();
    boolean opens = event == Event.LOG_OPEN;
    boolean introduces =
        opens || event == Event.KEY_EPOCH || (event == Event.RECOVER && has(Field.EPOCH));
    if (places.among(ALL_KEY_FIELDS) != (introduces ? ALL_KEY_FIELDS : 0)) {
      for (Field field : KEY_FIELDS) {
        require(field, introduces == has(field));
      }
    }
    require(
        Field.IDENTITY, opens == has(Field.IDENTITY) && (!opens || places.isFixed(Field.IDENTITY)));
    require(Field.EPOCH, !introduces || isNumber(Field.EPOCH));
    require(Field.EPOCH_KEY, !introduces || places.isFixed(Field.EPOCH_KEY));
  }

  private Field missing() {
    for (Field field : ALWAYS) {
      if (!has(field)) {
        return field;
      }
    }
    throw new AssertionError("none is missing");
  }

  private Event knownEvent() throws MalformedRecord {
    int start = start(Field.EVENT);
    int end = end(Field.EVENT);
    for (int i = 0; i < NAMES.length; i++) {
      byte[] name = NAMES[i];
      if (name.length == end - start
          && bytes[end - 1] == name[name.length - 1]
          && Arrays.equals(name, 0, name.length, bytes, start, end)) {
        return EVENTS[i];
      }
    }
    throw places.fault(start(Field.EVENT), "field 'event' is not as it must be");
  }

  private void require(Field field, boolean condition) throws MalformedRecord {
    if (!condition) {
      int start = start(field);
      throw places.fault(
          start < 0 ? places.from() : start, "field '" + field.key() + "' is not as it must be");
    }
  }

  /** Whether there is a number, in its one spelling. */
  public boolean isNumber(Field field) {
    int start = start(field);
    int length = end(field) - start;
    if (start < 0 || length < 1 || length > 18 || (length > 1 && bytes[start] == '0')) {
      return false;
    }
    return digits(start, length);
  }

  private boolean digits(int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    return true;
  }

  private int start(Field field) {
    return places.start(field);
  }

  private int end(Field field) {
    return places.end(field);
  }

  /** The whole line. */
  public String text() {
    return new String(bytes, places.from(), places.to() - places.from(), StandardCharsets.UTF_8);
  }

  public Event event() {
    return event;
  }

  public boolean has(Field field) {
    return places.has(field);
  }

  /** Whether the value stands in the line as {@code text}. */
  boolean is(Field field, byte[] text) {
    int start = start(field);
    return start >= 0 && Arrays.equals(bytes, start, end(field), text, 0, text.length);
  }

  /** The value as it stands in the line, which has it. */
  byte[] raw(Field field) {
    return Arrays.copyOfRange(bytes, start(field), end(field));
  }

  /** The decoded value. */
  public Optional<String> get(Field field) {
    if (!has(field)) {
      return Optional.empty();
    }
    String text =
        new String(bytes, start(field), end(field) - start(field), StandardCharsets.UTF_8);
    if (text.indexOf('\\') < 0) {
      return Optional.of(text);
    }
    StringBuilder decoded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        c = text.charAt(++i);
        if (c == 'u') {
          c = (char) Integer.parseInt(text, i + 1, i + 5, 16);
          i += 4;
        }
      }
      decoded.append(c);
    }
    return Optional.of(decoded.toString());
  }

  /** The value of a field that {@link #isNumber}. */
  public long number(Field field) {
    long number = 0;
    for (int i = start(field); i < end(field); i++) {
      number = 10 * number + bytes[i] - '0';
    }
    return number;
  }

  /** The 32 bytes that the value encodes. */
  public byte[] hash(Field field) {
    return Base64Url.decode(bytes, start(field), Format.HASH);
  }

  public byte[] logId() {
    return Base64Url.decode(bytes, start(Field.LOG), Format.LOG_ID);
  }

  public boolean logIs(byte[] logId) {
    return Base64Url.matches(bytes, start(Field.LOG), logId);
  }

  /** Whether the value stands for these 32 bytes. */
  public boolean hashIs(Field field, byte[] hash) {
    return Base64Url.matches(bytes, start(field), hash);
  }

  /** The first record that is made under the keys which this one introduces. */
  public long firstUnderItsKey() {
    return event == Event.KEY_EPOCH ? number(Field.N) + 1 : number(Field.N);
  }
}
