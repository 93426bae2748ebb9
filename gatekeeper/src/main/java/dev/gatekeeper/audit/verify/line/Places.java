package dev.gatekeeper.audit.verify.line;

import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import java.util.Arrays;
import java.util.List;

/**
 * Where the values of a line stand, found in one pass. An object serves for one line after the
 * other.
 *
 * <p>There is one spelling of a record: fields in the order of {@link Field}, each at most once;
 * strings with the shortest escapes; UTF-8; base64url without padding and without stray bits.
 * Whatever else is refused, so that two readers of a line cannot understand it differently.
 */
final class Places {
  private static final Field[] FIELDS = Field.values();

  /** Bytes that a field of base64url or a time stands for or has; 0 where it may be any text. */
  private static final int[] FIXED = new int[FIELDS.length];

  static {
    FIXED[place(Field.LOG)] = Format.LOG_ID;
    for (Field field : List.of(Field.PREV, Field.MAC, Field.IDENTITY, Field.EPOCH_KEY)) {
      FIXED[place(field)] = Format.HASH;
    }
    FIXED[place(Field.TIME)] = EightBytes.TIME;
  }

  private final int[] starts;
  private final int[] ends;

  /** One bit a field: set where the line has it. */
  private long present;

  /** One bit a field: set where its value is as {@link #FIXED} says. */
  private long fixed;

  private byte[] bytes = new byte[0];
  private int from;

  /** Behind the closing brace. */
  private int to;

  Places() {
    this(new int[FIELDS.length], new int[FIELDS.length]);
  }

  private Places(int[] starts, int[] ends) {
    this.starts = starts;
    this.ends = ends;
  }

  /** The same places, in a copy of the line. */
  Places copy() {
    Places copy = new Places(starts.clone(), ends.clone());
    for (int i = 0; i < starts.length; i++) {
      copy.starts[i] -= from;
      copy.ends[i] -= from;
    }
    copy.present = present;
    copy.fixed = fixed;
    copy.bytes = Arrays.copyOfRange(bytes, from, to);
    copy.to = to - from;
    return copy;
  }

  /** Goes to other bytes, of which no line was read. The array is not copied. */
  void begin(byte[] bytes) {
    this.bytes = bytes;
    this.present = 0;
    this.to = 0;
  }

  /** Whether the line that starts at {@code at} is likely to tell of the same event as this one. */
  boolean resembles(int at, int limit) {
    int start = starts[place(Field.EVENT)];
    int end = ends[place(Field.EVENT)];
    int by = at - from;
    return has(Field.EVENT)
        && end + by < limit
        && Arrays.equals(bytes, start, end + 1, bytes, start + by, end + by + 1);
  }

  /**
   * Takes the record that starts at {@code from} and ends before {@code limit}. The line that was
   * taken before must still be there as it was: what stands in both is not read twice.
   *
   * @param link what {@code prev} is likely to be: the text of a hash
   * @return behind its closing brace
   */
  int next(int from, int limit, byte[] link) throws MalformedRecord {
    int before = to;
    long old = present;
    present = 0;
    this.from = from;
    int at = expect(from, limit, '{');
    int next = 0;
    boolean more = true;
    while (more) {
      int same = first(old, next);
      int field = FIELDS.length;
      if (same < FIELDS.length) {
        int start = starts[same] - FieldNames.length(same);
        int end = start + EightBytes.common(bytes, start, before - 1, at, limit);
        int by = at - start;
        // A field and its comma that are those of the line before are what they were there. The
        // brace at the end of that line is no comma.
        while (same < FIELDS.length && ends[same] + 1 < end) {
          starts[same] += by;
          ends[same] += by;
          at = ends[same] + 2;
          present |= bit(same);
          next = same + 1;
          same = first(old, next);
        }
        // Its name, too, is as it was there, where only its value differs.
        field = same < FIELDS.length && starts[same] <= end ? same : FIELDS.length;
      }
      if (field == FIELDS.length) {
        field = FieldNames.at(bytes, at, limit, next);
      }
      if (field == FIELDS.length) {
        throw fault(at, "a field that is unknown, repeated or out of order");
      }
      present |= bit(field);
      at += FieldNames.length(field);
      starts[field] = at;
      at = value(field, at, limit, link);
      ends[field] = at;
      at = expect(at, limit, '"');
      next = field + 1;
      more = at < limit && bytes[at] == ',';
      at += more ? 1 : 0;
    }
    to = expect(at, limit, '}');
    return to;
  }

  /** The first of some fields from {@code next} on; a number above all when there is none. */
  private static int first(long fields, int next) {
    return Long.numberOfTrailingZeros(fields & -1L << next);
  }

  private static long bit(int field) {
    return 1L << field;
  }

  /** One bit for each of {@code fields}. */
  static long bits(Field... fields) {
    long bits = 0;
    for (Field field : fields) {
      bits |= bit(place(field));
    }
    return bits;
  }

  /** The end of the value that starts at {@code start}. */
  private int value(int field, int start, int limit, byte[] link) throws MalformedRecord {
    int length = FIXED[field];
    if (length > 0) {
      boolean time = length == EightBytes.TIME;
      int end = start + (time ? length : Base64Url.characters(length));
      boolean holds =
          end < limit
              && bytes[end] == '"'
              && (time
                  ? EightBytes.isTime(bytes, start)
                  : Arrays.equals(bytes, start, end, link, 0, link.length)
                      || Base64Url.isCanonical(bytes, start, end, length));
      if (holds) {
        fixed |= bit(field);
        return end;
      }
      fixed &= ~bit(field);
    }
    return JsonString.end(bytes, start, limit, from);
  }

  private int expect(int at, int limit, char c) throws MalformedRecord {
    if (at >= limit || bytes[at] != c) {
      throw fault(at, "no '" + c + "'");
    }
    return at + 1;
  }

  /** Something is wrong at this place. */
  MalformedRecord fault(int at, String what) {
    return new MalformedRecord(at - from, what);
  }

  /** Whether a field of base64url or a time is one, in its one spelling. */
  boolean isFixed(Field field) {
    return (fixed & bit(place(field))) != 0;
  }

  boolean has(Field field) {
    return (present & bit(place(field))) != 0;
  }

  /** Those of {@code fields}, one bit each, that the line has. */
  long among(long fields) {
    return present & fields;
  }

  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /** Where a value starts; negative when the line does not have the field. */
  int start(Field field) {
    return has(field) ? starts[place(field)] : -1;
  }

  int end(Field field) {
    return ends[place(field)];
  }

  @SuppressWarnings("EnumOrdinal") // The order of the constants is the order in a line.
  private static int place(Field field) {
    return field.ordinal();
  }
}
