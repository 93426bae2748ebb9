package dev.gatekeeper.audit.verify.line;

import dev.gatekeeper.audit.record.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names of fields as they stand in a line: {@code "name":"}. A field is its place in a line.
 */
final class FieldNames {
  private static final Field[] FIELDS = Field.values();
  private static final byte[][] NAMES = new byte[FIELDS.length][];

  /** By the beginning of a name: the first field that it may be. */
  private static final int[] MAY_BE = new int[256];

  static {
    Arrays.fill(MAY_BE, FIELDS.length);
    for (int i = 0; i < FIELDS.length; i++) {
      NAMES[i] = ("\"" + FIELDS[i].key() + "\":\"").getBytes(StandardCharsets.US_ASCII);
      int beginning = beginning(NAMES[i], 0);
      MAY_BE[beginning] = Math.min(MAY_BE[beginning], i);
    }
  }

  private FieldNames() {}

  /** Bytes of a name, quotes and colon included. */
  static int length(int field) {
    return NAMES[field].length;
  }

  /**
   * The field, from {@code next} on, whose name stands at {@code at}; the number of all fields when
   * there is none.
   */
  static int at(byte[] bytes, int at, int to, int next) {
    int field = at + 4 <= to ? Math.max(next, MAY_BE[beginning(bytes, at)]) : FIELDS.length;
    while (field < FIELDS.length && !is(field, bytes, at, to)) {
      field++;
    }
    return field;
  }

  private static boolean is(int field, byte[] bytes, int at, int to) {
    byte[] name = NAMES[field];
    return at + name.length <= to
        && bytes[at + 1] == name[1]
        && Arrays.equals(name, 0, name.length, bytes, at, at + name.length);
  }

  private static int beginning(byte[] name, int at) {
    return (name[at + 1] ^ name[at + 2] << 2 ^ name[at + 3] << 4) & 0xFF;
  }
}
