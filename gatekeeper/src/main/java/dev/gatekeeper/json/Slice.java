package dev.gatekeeper.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value where it stands, as it is written. The bytes are valid JSON in strict UTF-8, were
 * checked when the slice was made, and must not be changed by anybody who gets at {@link #array}.
 *
 * <p>Prints as a position and a length: the content may be a secret.
 */
public final class Slice {
  /** Levels of nesting: real schemas reach some 30; other parsers give up near 1,000. */
  public static final int DEPTH = 512;

  /** Upper bound of a depth limit. */
  public static final int DEEPEST = Scanner.DEEPEST;

  private final byte[] array;
  private final int start;
  private final int end;
  private @Nullable Members members;

  Slice(byte[] array, int start, int end) {
    this.array = array;
    this.start = start;
    this.end = end;
  }

  Slice(byte[] array, int start, int end, Members members) {
    this(array, start, end);
    this.members = members;
  }

  /** The one value that these bytes hold; white space around it is left out. Not copied. */
  public static Slice of(byte[] json) throws MalformedException {
    return of(json, 0, json.length, DEPTH);
  }

  /** The same of a part of an array, nested up to a depth. */
  public static Slice of(byte[] array, int from, int to, int depth) throws MalformedException {
    Scanner in = new Scanner(array, from, to, depth);
    in.space();
    int start = in.at;
    in.value(0);
    int end = in.at;
    in.end();
    return new Slice(array, start, end);
  }

  /**
   * The value that these bytes are, which this program wrote itself: nothing of them is checked.
   */
  public static Slice unchecked(byte[] json) {
    return new Slice(json, 0, json.length);
  }

  /**
   * The one object that these bytes hold, with its members read in the same pass: fails where
   * {@link #members} does.
   */
  public static Slice object(byte[] json) throws MalformedException {
    return object(json, 0, json.length, List.of(), DEPTH);
  }

  /**
   * The same of a part of an array, nested up to a depth.
   *
   * @param guarded names of members, one below the other, whose objects are read in the same way
   */
  public static Slice object(byte[] array, int from, int to, List<String> guarded, int depth)
      throws MalformedException {
    Scanner in = new Scanner(array, from, to, depth);
    in.space();
    Slice object = Members.read(in, array, 0, guarded, depth);
    in.end();
    return object;
  }

  /** The bytes around this value, too. Read only. */
  public byte[] array() {
    return array;
  }

  /** First byte of the value in {@link #array}. */
  public int start() {
    return start;
  }

  /** The byte after the last of the value in {@link #array}. */
  public int end() {
    return end;
  }

  /** In bytes. */
  public int length() {
    return end - start;
  }

  public boolean isObject() {
    return array[start] == '{';
  }

  public boolean isArray() {
    return array[start] == '[';
  }

  public boolean isString() {
    return array[start] == '"';
  }

  public boolean isNumber() {
    return array[start] == '-' || (array[start] >= '0' && array[start] <= '9');
  }

  public boolean isNull() {
    return array[start] == 'n';
  }

  public boolean isTrue() {
    return array[start] == 't';
  }

  /** The decoded text of a string. Lone surrogates in escapes become lone surrogates. */
  public String string() {
    if (!isString()) {
      throw new IllegalStateException("not a string");
    }
    for (int i = start + 1; i < end - 1; i++) {
      if (array[i] == '\\') {
        return unescape();
      }
    }
    return new String(array, start + 1, end - start - 2, StandardCharsets.UTF_8);
  }

  private String unescape() {
    StringBuilder text = new StringBuilder(length());
    int plain = start + 1;
    int i = plain;
    while (i < end - 1) {
      if (array[i] != '\\') {
        i++;
        continue;
      }
      text.append(new String(array, plain, i - plain, StandardCharsets.UTF_8));
      int b = array[i + 1];
      i += 2;
      switch (b) {
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          int unit = 0;
          for (int digit = 0; digit < 4; digit++) {
            unit = unit << 4 | Character.digit(array[i + digit], 16);
          }
          text.append((char) unit);
          i += 4;
        }
        default -> text.append((char) b);
      }
      plain = i;
    }
    return text.append(new String(array, plain, i - plain, StandardCharsets.UTF_8)).toString();
  }

  /** A number that is written as an integer and fits a long. */
  public OptionalLong integer() {
    if (!isInteger() || length() > 20) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          Long.parseLong(new String(array, start, length(), StandardCharsets.US_ASCII)));
    } catch (NumberFormatException tooBig) {
      return OptionalLong.empty();
    }
  }

  /** A number without point and exponent, of any size. */
  public boolean isInteger() {
    if (!isNumber()) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (array[i] == '.' || array[i] == 'e' || array[i] == 'E') {
        return false;
      }
    }
    return true;
  }

  /** The members of an object. Fails where two names are equal or differ in case only. */
  public Members members() throws MalformedException {
    Members known = members;
    if (known == null) {
      Scanner in = new Scanner(array, start, end, Scanner.DEEPEST);
      try {
        known = Members.read(in, array, 0, List.of(), Scanner.DEEPEST).members;
      } catch (MalformedException e) {
        throw e.from(start);
      }
      if (known == null) {
        throw new AssertionError("members are always set by Members.read");
      }
      members = known;
    }
    return known;
  }

  /** The elements of an array. */
  public List<Slice> elements() throws MalformedException {
    return elements(Integer.MAX_VALUE);
  }

  /** The elements of an array. Fails where there are more than {@code most}. */
  public List<Slice> elements(int most) throws MalformedException {
    Scanner in = new Scanner(array, start, end, Scanner.DEEPEST);
    try {
      in.expect('[', "no array");
      List<Slice> elements = new ArrayList<>();
      in.space();
      while (in.peek() != ']' || !elements.isEmpty()) {
        int from = in.at;
        if (elements.size() == most) {
          throw in.bad("more than " + most + " elements");
        }
        in.value(1);
        elements.add(new Slice(array, from, in.at));
        in.space();
        if (in.peek() == ']') {
          break;
        }
        in.expect(',', "a comma or a closing bracket is missing");
        in.space();
      }
      return List.copyOf(elements);
    } catch (MalformedException e) {
      throw e.from(start);
    }
  }

  /** A copy of the value's bytes. */
  public byte[] toBytes() {
    return Arrays.copyOfRange(array, start, end);
  }

  /** Whether both are written alike, byte for byte. */
  public boolean sameBytes(Slice other) {
    return Arrays.equals(array, start, end, other.array, other.start, other.end);
  }

  @Override
  public String toString() {
    return "Slice[at " + start + ", " + length() + " bytes]";
  }
}
