package dev.gatekeeper.fingerprint.print;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Text that was encoded, in base64 or hexadecimal: it is as hard to guess as what it says. */
final class Encoded {
  /** Bytes of the least text: of fewer, what is drawn at random would often be one. */
  private static final int LEAST = 10;

  private static final byte[] NONE = {};

  /** Behind the last character that it needs. */
  final int end;

  /** What it says; of UTF-16 without its zero bytes. */
  final byte[] text;

  private Encoded(int end, byte[] text) {
    this.end = end;
    this.text = text;
  }

  /** Whether bytes are text, one after the other: ASCII, UTF-8, or UTF-16 of ASCII. */
  private static final class Text {
    private int more;
    private int before = 1;

    boolean takes(byte b) {
      int octet = b & 0xff;
      boolean zeros = octet == 0 && before == 0;
      before = octet;
      if (more > 0) {
        more--;
        return octet >> 6 == 2;
      }
      more = octet < 0xc2 || octet > 0xf4 ? 0 : octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
      boolean sign = octet >= ' ' && octet < 0x7f;
      boolean blank = octet == '\t' || octet == '\n' || octet == '\r' || octet == 0;
      return !zeros && (more > 0 || sign || blank);
    }
  }

  /** The longest that begins here; its first group may begin with other bytes. Null if none. */
  static @Nullable Encoded longest(byte[] word, int at) {
    Encoded base64 = longest(word, at, 4);
    Encoded hex = longest(word, at, 2);
    return hex != null && (base64 == null || hex.end > base64.end) ? hex : base64;
  }

  private static @Nullable Encoded longest(byte[] word, int at, int group) {
    byte[] text = new byte[word.length];
    int length = 0;
    int bytes = 0;
    Text reading = new Text();
    boolean whole = true;
    int to = at;
    while (to < word.length && whole) {
      byte[] some = group(word, to, group);
      whole = some.length > 0;
      for (int i = 0; i < some.length && whole; i++) {
        if (reading.takes(some[i])) {
          text[length] = some[i];
          length += some[i] == 0 ? 0 : 1;
          bytes++;
        } else if (to == at) {
          reading = new Text();
          length = 0;
          bytes = 0;
        } else {
          whole = false;
        }
      }
      to = whole ? Math.min(to + group, word.length) : to;
    }
    return bytes < LEAST ? null : new Encoded(to, Arrays.copyOf(text, length));
  }

  private static byte[] group(byte[] word, int at, int group) {
    return group == 2 ? hex(word, at) : base64(word, at);
  }

  /** What a group says, or what is left of one at the end; nothing where it is none. */
  private static byte[] base64(byte[] word, int at) {
    int bits = 0;
    int digits = 0;
    while (digits < 4 && at + digits < word.length) {
      int six = six(word[at + digits]);
      if (six < 0) {
        break;
      }
      bits = bits << 6 | six;
      digits++;
    }
    if (digits < 2 || (digits < 4 && at + digits < word.length)) {
      return NONE;
    }
    bits <<= 6 * (4 - digits);
    byte[] said = {(byte) (bits >> 16), (byte) (bits >> 8), (byte) bits};
    return Arrays.copyOf(said, digits - 1);
  }

  private static byte[] hex(byte[] word, int at) {
    if (at + 1 >= word.length || word[at] < 0 || word[at + 1] < 0) {
      return NONE;
    }
    int high = Character.digit(word[at], 16);
    int low = Character.digit(word[at + 1], 16);
    return high < 0 || low < 0 ? NONE : new byte[] {(byte) (high << 4 | low)};
  }

  private static int six(byte b) {
    if (b >= 'A' && b <= 'Z') {
      return b - 'A';
    } else if (b >= 'a' && b <= 'z') {
      return b - 'a' + 26;
    } else if (b >= '0' && b <= '9') {
      return b - '0' + 52;
    }
    return b == '+' || b == '-' ? 62 : b == '/' || b == '_' ? 63 : -1;
  }
}
