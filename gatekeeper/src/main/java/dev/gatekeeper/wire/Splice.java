package dev.gatekeeper.wire;

import java.util.Optional;
import java.util.TreeMap;

/**
 * Edits to a message that leave every other byte as it is. The parts named must be slices of the
 * same message, and no two edits may touch. What is put in must be JSON: the result is then JSON.
 */
public final class Splice {
  private static final class Edit {
    final int end;
    final byte[] with;

    Edit(int end, byte[] with) {
      this.end = end;
      this.with = with;
    }
  }

  private static final byte[] NOTHING = {};

  private final Slice whole;
  private final TreeMap<Integer, Edit> edits = new TreeMap<>();

  private Splice(Slice whole) {
    this.whole = whole;
  }

  /** No edit yet: {@link #toBytes} gives the message as it is. */
  public static Splice of(Slice whole) {
    return new Splice(whole);
  }

  /** Puts a value, given as JSON, in the place of another. */
  public Splice replace(Slice part, byte[] with) {
    return edit(part.start(), part.end(), with);
  }

  /** Adds a member as the first of an object; where it has one of this name, replaces its value. */
  public Splice insertMember(Slice object, String name, byte[] value) throws MalformedException {
    Members members = object.members();
    Optional<Slice> present = members.get(name);
    if (present.isPresent()) {
      return replace(present.get(), value);
    }
    byte[] quoted = Json.quote(name);
    boolean alone = members.all().isEmpty();
    byte[] with = new byte[quoted.length + 1 + value.length + (alone ? 0 : 1)];
    System.arraycopy(quoted, 0, with, 0, quoted.length);
    with[quoted.length] = ':';
    System.arraycopy(value, 0, with, quoted.length + 1, value.length);
    if (!alone) {
      with[with.length - 1] = ',';
    }
    return edit(object.start() + 1, object.start() + 1, with);
  }

  /** Takes a member out of an object, where it has one of this name. */
  public Splice removeMember(Slice object, String name) throws MalformedException {
    var all = object.members().all();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(name)) {
        // With the comma after it, or, for the last one, with the comma before it.
        int from = all.get(i).nameSlice().start();
        int to = all.get(i).value().end();
        if (i + 1 < all.size()) {
          to = all.get(i + 1).nameSlice().start();
        } else if (i > 0) {
          from = all.get(i - 1).value().end();
        }
        return edit(from, to, NOTHING);
      }
    }
    return this;
  }

  private Splice edit(int from, int to, byte[] with) {
    if (from < whole.start() || to > whole.end()) {
      throw new IllegalArgumentException("the part is not of this message");
    }
    var before = edits.floorEntry(from);
    var after = edits.higherEntry(from);
    if ((before != null && (before.getKey() == from || before.getValue().end > from))
        || (after != null && after.getKey() < to)) {
      throw new IllegalArgumentException("two edits touch");
    }
    edits.put(from, new Edit(to, with));
    return this;
  }

  /** The edited message. */
  public byte[] toBytes() {
    int length = whole.length();
    for (var edit : edits.entrySet()) {
      length += edit.getValue().with.length - (edit.getValue().end - edit.getKey());
    }
    byte[] out = new byte[length];
    int at = 0;
    int from = whole.start();
    for (var edit : edits.entrySet()) {
      int plain = edit.getKey() - from;
      System.arraycopy(whole.array(), from, out, at, plain);
      byte[] with = edit.getValue().with;
      System.arraycopy(with, 0, out, at + plain, with.length);
      at += plain + with.length;
      from = edit.getValue().end;
    }
    System.arraycopy(whole.array(), from, out, at, whole.end() - from);
    return out;
  }

  /** The edited message, as a value. */
  public Slice toSlice() {
    byte[] bytes = toBytes();
    return new Slice(bytes, 0, bytes.length);
  }
}
