package dev.gatekeeper.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One level of an object, in the order in which it is written. Immutable.
 *
 * <p>No two names are equal, nor equal under case folding: parsers differ in whether the first or
 * the last of two equal keys counts, and some match names without regard to case, so that such an
 * object means one thing to the policy and another to the server.
 */
public final class Members {
  private final List<Member> all;

  private Members(List<Member> all) {
    this.all = List.copyOf(all);
  }

  /** The value of the member with exactly this name. */
  public Optional<Slice> get(String name) {
    for (Member member : all) {
      if (member.name().equals(name)) {
        return Optional.of(member.value());
      }
    }
    return Optional.empty();
  }

  /** Fails where a name is one of {@code names} but for case: to some parsers it is that name. */
  public void refuseLike(List<String> names) throws MalformedException {
    for (Member member : all) {
      for (String name : names) {
        if (name.equalsIgnoreCase(member.name()) && !name.equals(member.name())) {
          throw new MalformedException(
              "a name differs in case only from \"" + name + "\"", member.nameSlice().start());
        }
      }
    }
  }

  /** Every member, in the order in which they are written. */
  public List<Member> all() {
    return all;
  }

  /**
   * Passes the object at hand.
   *
   * @param level how many objects and arrays are open around it
   * @param guarded names of members, one below the other, whose objects are read in the same way
   */
  static Slice read(Scanner in, byte[] array, int level, List<String> guarded, int depthLimit)
      throws MalformedException {
    int start = in.at;
    if (level >= depthLimit) {
      throw in.bad("nested deeper than " + depthLimit + " levels");
    }
    in.expect('{', "no object");
    List<Member> all = new ArrayList<>();
    Set<String> many = Set.of();
    in.space();
    while (in.peek() != '}' || !all.isEmpty()) {
      int nameStart = in.at;
      if (in.peek() != '"') {
        throw in.bad("a name is missing");
      }
      in.string();
      Slice nameSlice = new Slice(array, nameStart, in.at);
      String name = nameSlice.string();
      many = unique(name, nameStart, all, many);
      in.space();
      in.expect(':', "a colon is missing");
      in.space();
      int valueStart = in.at;
      Slice value;
      if (!guarded.isEmpty() && in.peek() == '{' && name.equals(guarded.getFirst())) {
        value = read(in, array, level + 1, guarded.subList(1, guarded.size()), depthLimit);
      } else {
        in.value(level + 1);
        value = new Slice(array, valueStart, in.at);
      }
      all.add(new Member(name, nameSlice, value));
      in.space();
      if (in.peek() == '}') {
        break;
      }
      in.expect(',', "a comma or a closing bracket is missing");
      in.space();
    }
    in.at++;
    return new Slice(array, start, in.at, new Members(all));
  }

  /** Few names are compared one by one; from the ninth on, their folded forms are kept. */
  private static Set<String> unique(String name, int at, List<Member> all, Set<String> many)
      throws MalformedException {
    Set<String> folded = many;
    if (all.size() < 8) {
      for (Member member : all) {
        if (member.name().equalsIgnoreCase(name)) {
          throw new MalformedException("a name occurs twice", at);
        }
      }
    } else {
      if (folded.isEmpty()) {
        folded = new HashSet<>();
        for (Member member : all) {
          folded.add(fold(member.name()));
        }
      }
      if (!folded.add(fold(name))) {
        throw new MalformedException("a name occurs twice", at);
      }
    }
    return folded;
  }

  /**
   * Simple folding, character by character, as {@link String#equalsIgnoreCase} does it: the Kelvin
   * sign becomes k and the long s becomes s, as in Go's parser.
   */
  private static String fold(String name) {
    return name.codePoints()
        .map(point -> Character.toLowerCase(Character.toUpperCase(point)))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
