package dev.gatekeeper.audit.verify.line;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One line, taken apart. An object serves for one line after the other.
 *
 * <p>There is one spelling of a record: fields in the order of {@link Field}, each at most once;
 * strings with the shortest escapes; UTF-8; base64url without padding and without stray bits.
 * Whatever else is refused, so that two readers of a line cannot understand it differently.
 */
public final class RecordLine {
  /** Bytes from the start of the value of {@code mac} to the end of a line. */
  public static final int MAC_FROM_END = Base64Url.characters(Format.HASH) + "\"}".length();

  private static final Field[] FIELDS = Field.values();
  private static final Event[] EVENTS = Event.values();
  private static final byte[][] NAMES = new byte[EVENTS.length][];
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

  /** Bytes that a field of base64url or a time stands for or has; 0 where it may be any text. */
  private static final int[] FIXED = new int[FIELDS.length];

  static {
    for (int i = 0; i < EVENTS.length; i++) {
      NAMES[i] = EVENTS[i].text().getBytes(StandardCharsets.US_ASCII);
    }
    FIXED[place(Field.LOG)] = Format.LOG_ID;
    for (Field field : List.of(Field.PREV, Field.MAC, Field.IDENTITY, Field.EPOCH_KEY)) {
      FIXED[place(field)] = Format.HASH;
    }
    FIXED[place(Field.TIME)] = EightBytes.TIME;
  }

  private final int[] starts;
  private final int[] ends;

  /** One bit a field: set where its value is as {@link #FIXED} says. */
  private long fixed;

  private byte[] bytes = new byte[0];
  private int from;
  private int to;
  private Event event = Event.FAULT;

  public RecordLine() {
    this(new int[FIELDS.length], new int[FIELDS.length]);
  }

  private RecordLine(int[] starts, int[] ends) {
    this.starts = starts;
    this.ends = ends;
  }

  /** The same record, in bytes of its own. */
  public RecordLine copy() {
    RecordLine copy = new RecordLine(starts.clone(), ends.clone());
    copy.bytes = bytes;
    copy.from = from;
    copy.to = to;
    copy.event = event;
    copy.fixed = fixed;
    copy.unshare();
    return copy;
  }

  private void unshare() {
    for (int i = 0; i < starts.length; i++) {
      starts[i] -= starts[i] < 0 ? 0 : from;
      ends[i] -= from;
    }
    bytes = Arrays.copyOfRange(bytes, from, to);
    to -= from;
    from = 0;
  }

  /** Takes {@code bytes[from, to)} for a line without its line feed. The array is not copied. */
  public void parse(byte[] bytes, int from, int to) throws MalformedRecord {
    Arrays.fill(starts, -1);
    this.bytes = bytes;
    this.to = from;
    parseNext(from, to);
  }

  /**
   * Takes {@code [from, to)} of the array that holds the line before, which was a record and is
   * still there as it was: what stands in both is not read twice.
   */
  public void parseNext(int from, int to) throws MalformedRecord {
    int before = this.to;
    this.from = from;
    this.to = to;
    if (to - from > Format.MAX_LINE) {
      throw fault(from, "a line of more than " + Format.MAX_LINE + " bytes");
    }
    fields(before);
    for (Field field : ALWAYS) {
      if (starts[place(field)] < 0) {
        throw fault(from, "no field '" + field.key() + "'");
      }
    }
    check();
  }

  /**
   * @param before where the line before ends; its fields stand in {@link #starts} until those of
   *     this line take their places
   */
  private void fields(int before) throws MalformedRecord {
    int at = expect(from, '{');
    int next = 0;
    boolean more = true;
    while (more) {
      int same = present(next);
      if (same < FIELDS.length) {
        int start = starts[same] - FieldNames.length(same);
        int end = start + EightBytes.common(bytes, start, before - 1, at, to);
        // A field and its comma that are those of the line before are what they were there. The
        // brace at the end of that line is no comma.
        while (same < FIELDS.length && ends[same] + 1 < end) {
          starts[same] += at - start;
          ends[same] += at - start;
          next = same + 1;
          same = present(next);
        }
        if (next > 0 && starts[next - 1] > at) {
          at = ends[next - 1] + 2;
        }
      }
      int field = FieldNames.at(bytes, at, to, next);
      if (field == FIELDS.length) {
        throw fault(at, "a field that is unknown, repeated or out of order");
      }
      while (next < field) {
        starts[next++] = -1;
      }
      at += FieldNames.length(field);
      starts[field] = at;
      at = value(field, at);
      ends[field] = at;
      at = expect(at, '"');
      next = field + 1;
      more = at < to && bytes[at] == ',';
      at += more ? 1 : 0;
    }
    at = expect(at, '}');
    if (at != to) {
      throw fault(at, "bytes after the record");
    }
    while (next < FIELDS.length) {
      starts[next++] = -1;
    }
  }

  /**
   * The first field from {@code next} on that the line has; of the line before, if not yet read.
   */
  private int present(int next) {
    int field = next;
    while (field < FIELDS.length && starts[field] < 0) {
      field++;
    }
    return field;
  }

  /** The end of the value that starts at {@code start}. */
  private int value(int field, int start) throws MalformedRecord {
    int length = FIXED[field];
    if (length > 0) {
      boolean time = length == EightBytes.TIME;
      int end = start + (time ? length : Base64Url.characters(length));
      boolean holds =
          end < to
              && bytes[end] == '"'
              && (time
                  ? EightBytes.isTime(bytes, start)
                  : Base64Url.isCanonical(bytes, start, end, length));
      if (holds) {
        fixed |= 1L << field;
        return end;
      }
      fixed &= ~(1L << field);
    }
    return JsonString.end(bytes, start, to, from);
  }

  private void check() throws MalformedRecord {
    if (!is(Field.VERSION, Format.VERSION)) {
      throw fault(start(Field.VERSION), "a version that this program does not know");
    }
    require(Field.LOG, isFixed(Field.LOG));
    require(Field.PREV, isFixed(Field.PREV));
    require(Field.MAC, isFixed(Field.MAC));
    require(Field.N, isNumber(Field.N));
    require(Field.TIME, isFixed(Field.TIME));
    event = knownEvent();
    boolean opens = event == Event.LOG_OPEN;
    boolean introduces =
        opens || event == Event.KEY_EPOCH || (event == Event.RECOVER && has(Field.EPOCH));
    for (Field field : KEY_FIELDS) {
      require(field, introduces == has(field));
    }
    require(Field.IDENTITY, opens == has(Field.IDENTITY) && (!opens || isFixed(Field.IDENTITY)));
    require(Field.EPOCH, !introduces || isNumber(Field.EPOCH));
    require(Field.EPOCH_KEY, !introduces || isFixed(Field.EPOCH_KEY));
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
    throw fault(start(Field.EVENT), "field 'event' is not as it must be");
  }

  private void require(Field field, boolean condition) throws MalformedRecord {
    if (!condition) {
      int start = starts[place(field)];
      throw fault(start < 0 ? from : start, "field '" + field.key() + "' is not as it must be");
    }
  }

  private boolean isFixed(Field field) {
    return (fixed >>> place(field) & 1) == 1;
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

  private int expect(int at, char c) throws MalformedRecord {
    if (at >= to || bytes[at] != c) {
      throw fault(at, "no '" + c + "'");
    }
    return at + 1;
  }

  private MalformedRecord fault(int at, String what) {
    return new MalformedRecord(at - from, what);
  }

  @SuppressWarnings("EnumOrdinal") // The order of the constants is the order in a line.
  private static int place(Field field) {
    return field.ordinal();
  }

  private int start(Field field) {
    return starts[place(field)];
  }

  private int end(Field field) {
    return ends[place(field)];
  }

  /** The whole line. */
  public String text() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  public Event event() {
    return event;
  }

  public boolean has(Field field) {
    return start(field) >= 0;
  }

  /** Whether the value is exactly this text, which needs no escapes. */
  public boolean is(Field field, String ascii) {
    int start = start(field);
    if (start < 0 || end(field) - start != ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (bytes[start + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The value as it stands in the line. */
  private String text(Field field) {
    return new String(bytes, start(field), end(field) - start(field), StandardCharsets.UTF_8);
  }

  /** The decoded value. */
  public Optional<String> get(Field field) {
    if (!has(field)) {
      return Optional.empty();
    }
    String text = text(field);
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

  public boolean hashIs(Field field, byte[] hash) {
    return hashIs(field, hash, 0);
  }

  /** Whether the value stands for the 32 bytes in {@code hashes} from {@code at} on. */
  boolean hashIs(Field field, byte[] hashes, int at) {
    return Base64Url.matches(bytes, start(field), hashes, at, at + Format.HASH);
  }

  /** The first record that is made under the keys which this one introduces. */
  public long firstUnderItsKey() {
    return event == Event.KEY_EPOCH ? number(Field.N) + 1 : number(Field.N);
  }
}
