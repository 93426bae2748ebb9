package dev.gatekeeper.json;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Edits to a message that leave every other byte as it is. The parts named must be slices of the
 * same message, and no two edits may overlap: that would be a bug, and throws. What is put in must
 * be JSON; the result then is JSON. Not for several threads.
 */
public final class Splice {
  private static final byte[] NOTHING = {};

  /** Bytes from and to, and what takes their place. */
  private static final class Edit {
    final int from;
    final int to;
    final byte[] with;

    Edit(int from, int to, byte[] with) {
      this.from = from;
      this.to = to;
      this.with = with;
    }
  }

  /** What becomes of the members of one object. */
  private static final class Change {
    final List<Member> members;
    final Map<String, byte[]> inserted = new LinkedHashMap<>();
    final Set<String> removed = new HashSet<>();

    Change(List<Member> members) {
      this.members = members;
    }
  }

  private final Slice whole;
  private final List<Edit> replaced = new ArrayList<>();

  /** By the place after the object's opening brace. */
  private final Map<Integer, Change> changes = new LinkedHashMap<>();

  private Splice(Slice whole) {
    this.whole = whole;
  }

  /** No edit yet: {@link #toBytes} gives the message as it is. */
  public static Splice of(Slice whole) {
    return new Splice(whole);
  }

  /** Puts a value, given as JSON, in the place of another. */
  public Splice replace(Slice part, byte[] with) {
    own(part);
    replaced.add(new Edit(part.start(), part.end(), with.clone()));
    return this;
  }

  /**
   * Adds a member in front of those of an object; where it has one of exactly this name, replaces
   * the value. Fails where it has one whose name differs in case only.
   */
  public Splice insertMember(Slice object, String name, byte[] value) throws MalformedException {
    Change change = change(object);
    for (Member member : change.members) {
      if (member.name().equals(name)) {
        return replace(member.value(), value);
      }
      if (member.name().equalsIgnoreCase(name)) {
        throw new MalformedException("a name differs in case only", member.nameSlice().start());
      }
    }
    change.inserted.put(name, value.clone());
    return this;
  }

  /** Adds an element behind those of an array. */
  public Splice append(Slice array, byte[] value) throws MalformedException {
    own(array);
    List<Slice> elements = array.elements();
    int at = elements.isEmpty() ? array.start() + 1 : elements.getLast().end();
    byte[] with = value.clone();
    if (!elements.isEmpty()) {
      with = new byte[value.length + 1];
      with[0] = ',';
      System.arraycopy(value, 0, with, 1, value.length);
    }
    replaced.add(new Edit(at, at, with));
    return this;
  }

  /** Takes a member out of an object, where it has one of exactly this name. */
  public Splice removeMember(Slice object, String name) throws MalformedException {
    change(object).removed.add(name);
    return this;
  }

  private Change change(Slice object) throws MalformedException {
    own(object);
    Change known = changes.get(object.start() + 1);
    if (known == null) {
      known = new Change(object.members().all());
      changes.put(object.start() + 1, known);
    }
    return known;
  }

  @SuppressWarnings("ReferenceEquality") // The same array, not one with the same content.
  private void own(Slice part) {
    if (part.array() != whole.array() || part.start() < whole.start() || part.end() > whole.end()) {
      throw new IllegalArgumentException("the part is not of this message");
    }
  }

  /** The edited message. */
  public byte[] toBytes() {
    List<Edit> edits = new ArrayList<>(replaced);
    changes.forEach((place, change) -> render(place, change, edits));
    edits.sort(
        (a, b) -> a.from == b.from ? Integer.compare(a.to, b.to) : Integer.compare(a.from, b.from));
    int length = whole.length();
    for (Edit edit : edits) {
      length += edit.with.length - (edit.to - edit.from);
    }
    byte[] out = new byte[length];
    int at = 0;
    int from = whole.start();
    for (Edit edit : edits) {
      if (edit.from < from) {
        throw new IllegalArgumentException("two edits overlap");
      }
      System.arraycopy(whole.array(), from, out, at, edit.from - from);
      at += edit.from - from;
      System.arraycopy(edit.with, 0, out, at, edit.with.length);
      at += edit.with.length;
      from = edit.to;
    }
    System.arraycopy(whole.array(), from, out, at, whole.end() - from);
    return out;
  }

  /** The edited message, as a value. */
  public Slice toSlice() {
    byte[] bytes = toBytes();
    return new Slice(bytes, 0, bytes.length);
  }

  /** Removed members take the comma behind them along, or, after one that stays, the one before. */
  private static void render(int place, Change change, List<Edit> edits) {
    int first = -1;
    for (int i = 0; i < change.members.size(); i++) {
      Member member = change.members.get(i);
      boolean last = i + 1 == change.members.size();
      if (!change.removed.contains(member.name())) {
        first = first < 0 ? i : first;
      } else if (first >= 0) {
        edits.add(new Edit(change.members.get(i - 1).value().end(), member.value().end(), NOTHING));
      } else {
        int to = last ? member.value().end() : change.members.get(i + 1).nameSlice().start();
        edits.add(new Edit(member.nameSlice().start(), to, NOTHING));
      }
    }
    if (!change.inserted.isEmpty()) {
      ByteArrayOutputStream with = new ByteArrayOutputStream();
      change.inserted.forEach(
          (name, value) -> {
            if (with.size() > 0) {
              with.write(',');
            }
            with.writeBytes(Json.quote(name));
            with.write(':');
            with.writeBytes(value);
          });
      if (first >= 0) {
        with.write(',');
      }
      edits.add(new Edit(place, place, with.toByteArray()));
    }
  }
}
