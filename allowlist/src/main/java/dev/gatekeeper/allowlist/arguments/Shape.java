package dev.gatekeeper.allowlist.arguments;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a rule names at one place of the arguments. Everything else there is denied.
 *
 * @param open whether anything may stand here, at any depth
 * @param named properties by name
 * @param patterned properties by pattern
 * @param additional the other properties; absent where there may be none
 * @param prefix the first elements of an array
 * @param rest its other elements
 */
record Shape(
    boolean open,
    Map<String, Shape> named,
    List<Patterned> patterned,
    Optional<Shape> additional,
    List<Shape> prefix,
    Optional<Shape> rest) {
  /** Properties whose names a pattern describes. */
  record Patterned(LinearPattern pattern, Shape shape) {}

  /** Names nothing. */
  static final Shape CLOSED =
      new Shape(false, Map.of(), List.of(), Optional.empty(), List.of(), Optional.empty());

  /** Names everything. */
  static final Shape OPEN =
      new Shape(true, Map.of(), List.of(), Optional.empty(), List.of(), Optional.empty());

  Shape {
    named = Collections.unmodifiableMap(new TreeMap<>(named));
    patterned = List.copyOf(patterned);
    prefix = List.copyOf(prefix);
  }

  /** What this or {@code other} names: both stand at the same place, and both are validated. */
  Shape with(Shape other) {
    Map<String, Shape> allNamed = new TreeMap<>(named);
    other.named.forEach((name, shape) -> allNamed.merge(name, shape, Shape::with));
    List<Patterned> allPatterned = new ArrayList<>(patterned);
    allPatterned.addAll(other.patterned);
    List<Shape> allPrefix = new ArrayList<>();
    for (int i = 0; i < Math.max(prefix.size(), other.prefix.size()); i++) {
      allPrefix.add(element(i).orElse(CLOSED).with(other.element(i).orElse(CLOSED)));
    }
    return new Shape(
        open || other.open,
        allNamed,
        allPatterned,
        either(additional, other.additional),
        allPrefix,
        either(rest, other.rest));
  }

  /** The shape of the property {@code name}; empty where it is not named. */
  Optional<Shape> property(String name) {
    Optional<Shape> shape = Optional.ofNullable(named.get(name));
    for (Patterned candidate : patterned) {
      if (candidate.pattern().matches(name)) {
        shape = either(shape, Optional.of(candidate.shape()));
      }
    }
    return shape.or(() -> open ? Optional.of(OPEN) : additional);
  }

  /** The shape of the element at {@code index}; empty where the rule says nothing of it. */
  Optional<Shape> element(int index) {
    if (index < prefix.size()) {
      return Optional.of(prefix.get(index));
    }
    return open ? Optional.of(OPEN) : rest;
  }

  private static Optional<Shape> either(Optional<Shape> one, Optional<Shape> other) {
    return one.isEmpty() || other.isEmpty()
        ? one.or(() -> other)
        : Optional.of(one.get().with(other.get()));
  }
}
