package dev.gatekeeper.audit.verify.line;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One line, taken apart. An object serves for one line after the other.
 *
 * <p>There is one spelling of a record: fields in the order of {@link Field}, each at most once;
 * strings with the shortest escapes; UTF-8; base64url without padding and without stray bits.
 * Whatever else is refused, so that two readers of a line cannot understand it differently.
 */
public final class RecordLine {
  private static final Field[] FIELDS = Field.values();
  private static final byte[][] KEYS = new byte[FIELDS.length][];
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

  static {
    for (Field field : FIELDS) {
      KEYS[place(field)] = ("\"" + field.key() + "\":\"").getBytes(StandardCharsets.US_ASCII);
    }
    for (int i = 0; i < EVENTS.length; i++) {
      NAMES[i] = EVENTS[i].text().getBytes(StandardCharsets.US_ASCII);
    }
  }

  private final int[] starts;
  private final int[] ends;
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
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    if (to - from > Format.MAX_LINE) {
      throw fault(from, "a line of more than " + Format.MAX_LINE + " bytes");
    }
    Arrays.fill(starts, -1);
    fields();
    for (Field field : ALWAYS) {
      if (starts[place(field)] < 0) {
        throw fault(from, "no field '" + field.key() + "'");
      }
    }
    check();
  }

  private void fields() throws MalformedRecord {
    int at = expect(from, '{');
    int next = 0;
    while (true) {
      int field = field(at, next);
      at += KEYS[field].length;
      starts[field] = at;
      at = string(at);
      ends[field] = at;
      at = expect(at, '"');
      next = field + 1;
      if (at < to && bytes[at] == ',') {
        at++;
      } else {
        break;
      }
    }
    at = expect(at, '}');
    if (at != to) {
      throw fault(at, "bytes after the record");
    }
  }

  private int field(int at, int next) throws MalformedRecord {
    for (int field = next; field < FIELDS.length; field++) {
      byte[] key = KEYS[field];
      if (at + key.length <= to
          && bytes[at + 1] == key[1]
          && Arrays.equals(key, 0, key.length, bytes, at, at + key.length)) {
        return field;
      }
    }
    throw fault(at, "a field that is unknown, repeated or out of order");
  }

  /** The end of the string that starts at {@code at}. */
  private int string(int start) throws MalformedRecord {
    int at = start;
    while (at < to) {
      at = EightBytes.plain(bytes, at, to);
      int b = bytes[at];
      if (b == '"') {
        return at;
      }
      if (b >= 0x20 && b != '\\') {
        at++;
      } else if (b == '\\') {
        at = escape(at);
      } else if (b < 0) {
        at = multibyte(at);
      } else {
        throw fault(at, "a control character");
      }
    }
    throw fault(at, "a string without an end");
  }

  private int escape(int at) throws MalformedRecord {
    int next = at + 1 < to ? bytes[at + 1] : 0;
    if (next == '"' || next == '\\') {
      return at + 2;
    }
    boolean shortest =
        at + 6 <= to
            && next == 'u'
            && bytes[at + 2] == '0'
            && bytes[at + 3] == '0'
            && (bytes[at + 4] == '0' || bytes[at + 4] == '1')
            && "0123456789abcdef".indexOf(bytes[at + 5]) >= 0;
    if (!shortest) {
      throw fault(at, "an escape that is not the shortest");
    }
    return at + 6;
  }

  /** RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF. */
  private int multibyte(int at) throws MalformedRecord {
    int lead = bytes[at] & 0xFF;
    int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    boolean valid = lead >= 0xC2 && lead <= 0xF4 && at + length <= to;
    for (int i = 1; valid && i < length; i++) {
      int low = i > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
      int high = i > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
      int b = bytes[at + i] & 0xFF;
      valid = b >= low && b <= high;
    }
    if (!valid) {
      throw fault(at, "bytes that are not UTF-8");
    }
    return at + length;
  }

  private void check() throws MalformedRecord {
    if (!is(Field.VERSION, Format.VERSION)) {
      throw fault(start(Field.VERSION), "a version that this program does not know");
    }
    require(
        Field.LOG, Base64Url.isCanonical(bytes, start(Field.LOG), end(Field.LOG), Format.LOG_ID));
    require(Field.PREV, isHash(Field.PREV));
    require(Field.MAC, isHash(Field.MAC));
    require(Field.N, isNumber(Field.N));
    require(Field.TIME, isTime());
    event = knownEvent();
    boolean opens = event == Event.LOG_OPEN;
    boolean introduces =
        opens || event == Event.KEY_EPOCH || (event == Event.RECOVER && has(Field.EPOCH));
    for (Field field : KEY_FIELDS) {
      require(field, introduces == has(field));
    }
    require(Field.IDENTITY, opens == has(Field.IDENTITY) && (!opens || isHash(Field.IDENTITY)));
    require(Field.EPOCH, !introduces || isNumber(Field.EPOCH));
    require(Field.EPOCH_KEY, !introduces || isHash(Field.EPOCH_KEY));
  }

  private Event knownEvent() throws MalformedRecord {
    for (int i = 0; i < NAMES.length; i++) {
      byte[] name = NAMES[i];
      if (Arrays.equals(name, 0, name.length, bytes, start(Field.EVENT), end(Field.EVENT))) {
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

  private boolean isHash(Field field) {
    return Base64Url.isCanonical(bytes, start(field), end(field), Format.HASH);
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

  private boolean isTime() {
    return end(Field.TIME) - start(Field.TIME) == EightBytes.TIME
        && EightBytes.isTime(bytes, start(Field.TIME));
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
    return Base64Url.matches(bytes, start(field), hash);
  }

  /**
   * Offset of the end of the body in the array: what the MAC covers goes from the start of the line
   * to here.
   */
  public int bodyEnd() {
    return to - Format.SUFFIX;
  }
}
