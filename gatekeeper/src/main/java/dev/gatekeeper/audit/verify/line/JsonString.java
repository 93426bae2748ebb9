package dev.gatekeeper.audit.verify.line;

/** Strings of JSON in UTF-8, with the shortest escapes and no other. */
final class JsonString {
  private JsonString() {}

  /**
   * The end of the string that starts at {@code start}.
   *
   * @param from where the line starts, for a fault
   */
  static int end(byte[] bytes, int start, int to, int from) throws MalformedRecord {
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
        at = escape(bytes, at, to, from);
      } else if (b < 0) {
        at = multibyte(bytes, at, to, from);
      } else {
        throw new MalformedRecord(at - from, "a control character");
      }
    }
    throw new MalformedRecord(at - from, "a string without an end");
  }

  private static int escape(byte[] bytes, int at, int to, int from) throws MalformedRecord {
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
      throw new MalformedRecord(at - from, "an escape that is not the shortest");
    }
    return at + 6;
  }

  /** RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF. */
  private static int multibyte(byte[] bytes, int at, int to, int from) throws MalformedRecord {
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
      throw new MalformedRecord(at - from, "bytes that are not UTF-8");
    }
    return at + length;
  }
}
