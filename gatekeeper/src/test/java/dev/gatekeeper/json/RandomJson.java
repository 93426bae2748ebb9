package dev.gatekeeper.json;

import java.util.random.RandomGenerator;

/** JSON texts in all the ways in which one may write them, from a seed. */
public final class RandomJson {
  private static final String[] PIECES = {
    "a",
    "id",
    "Z",
    "é",
    "\u2028",
    "\ud83d\ude00",
    "\uffff",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\uDE00",
    "\\ud800",
    "\\udc00x",
    "plain text of some length",
    "0123456789",
  };
  private static final String[] NUMBERS = {
    "0", "-0", "7", "-12.5", "1e5", "1E-7", "123456789012345678901234567890", "0.1", "1.0E+2",
  };

  private final RandomGenerator random;

  public RandomJson(RandomGenerator random) {
    this.random = random;
  }

  public String value(int depth) {
    StringBuilder out = new StringBuilder();
    value(out, depth);
    return out.toString();
  }

  private void value(StringBuilder out, int depth) {
    switch (random.nextInt(depth > 0 ? 8 : 4)) {
      case 0 -> out.append(NUMBERS[random.nextInt(NUMBERS.length)]);
      case 1, 2 -> string(out);
      case 3 -> out.append(random.nextBoolean() ? "null" : random.nextBoolean() ? "true" : "false");
      case 4, 5 -> {
        out.append('[');
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
          space(out.append(i > 0 ? "," : ""));
          value(out, depth - 1);
        }
        space(out).append(']');
      }
      default -> object(out, depth);
    }
  }

  public String object(int depth) {
    StringBuilder out = new StringBuilder();
    object(out, depth);
    return out.toString();
  }

  private void object(StringBuilder out, int depth) {
    out.append('{');
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      space(out.append(i > 0 ? "," : "")).append('"').append((char) ('f' + i)).append(i);
      space(out.append(random.nextBoolean() ? "" : "\\u0041").append('"')).append(':');
      value(space(out), depth - 1);
    }
    space(out).append('}');
  }

  private StringBuilder space(StringBuilder out) {
    return out.append(random.nextInt(4) == 0 ? " \t\r ".substring(random.nextInt(4)) : "");
  }

  private void string(StringBuilder out) {
    out.append('"');
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      out.append(PIECES[random.nextInt(PIECES.length)]);
    }
    out.append('"');
  }
}
