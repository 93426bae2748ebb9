package dev.gatekeeper.allowlist.arguments;

import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A checked rule for the arguments of one tool or command. Safe for use by several threads.
 *
 * <p>Arguments pass if and only if they are JSON that every reader reads alike (no duplicate names,
 * none that differ in letter case only), the rule names all that they hold, and they satisfy it.
 */
public final class Rule {
  /** What the arguments are: an object for a tool, an array of strings for a command. */
  public enum Root {
    OBJECT,
    ARRAY
  }

  /**
   * Bytes of arguments that are judged: files that a tool writes are smaller. Several times as much
   * memory is in use while they are.
   */
  static final int MAX_BYTES = 8 << 20;

  private final Json schema;
  private final Shape shape;
  private final Root root;

  /** Made when first needed; made twice by two threads, it is the same. */
  private volatile @Nullable Conformance conformance;

  private Rule(Json schema, Shape shape, Root root) {
    this.schema = schema;
    this.shape = shape;
    this.root = root;
  }

  /** Equal are rules of the same text. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Rule rule && root == rule.root && text().equals(rule.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  /** The rule that {@code schema} is; empty, and reported, where it is none. */
  public static Optional<Rule> check(Json schema, Root root, Consumer<Fault> faults) {
    if (!(schema instanceof Json.JsonObject object)) {
      faults.accept(
          Fault.of(
              schema.at(),
              "an argument rule is an object, not " + schema.type(),
              "leave it out to judge no arguments"));
      return Optional.empty();
    }
    List<Fault> found = new ArrayList<>();
    Optional<Json> written = References.writtenOut(object, found::add);
    Set<Type> known = EnumSet.of(root == Root.OBJECT ? Type.OBJECT : Type.ARRAY);
    Optional<Shape> shape = written.map(json -> new RuleCheck(found::add).place(json, known));
    found.stream().distinct().forEach(faults);
    return found.isEmpty()
        ? Optional.of(new Rule(written.orElseThrow(), shape.orElseThrow(), root))
        : Optional.empty();
  }

  /**
   * Judges arguments.
   *
   * @param json their JSON text
   * @return empty where they pass, else one sentence that holds no value of them
   */
  public Optional<String> violation(byte[] json, PathView paths) {
    List<Fault> duplicates = new ArrayList<>();
    Json value;
    try {
      value = JsonReader.read(json, MAX_BYTES, duplicates::add);
    } catch (JsonException e) {
      return Optional.of("The arguments cannot be judged: " + e.why() + ".");
    }
    if (!duplicates.isEmpty()) {
      return Optional.of("The arguments name a property twice.");
    }
    boolean expected =
        switch (root) {
          case OBJECT -> value instanceof Json.JsonObject;
          case ARRAY -> value instanceof Json.JsonArray;
        };
    if (!expected) {
      return Optional.of("The arguments are " + value.type() + ".");
    }
    Optional<String> unnamed = Naming.violation(value, shape, "");
    return unnamed.isPresent()
        ? unnamed
        : conformance().violation(value, paths).map(this::sentence);
  }

  /**
   * Whether every call that passes this rule provably passes {@code other}. False says nothing: few
   * cases are provable.
   */
  public boolean isWithin(Rule other) {
    return root == other.root && Narrowing.isWithin(schema, other.schema);
  }

  /** The rule as JSON on one line, with its {@code $ref} written out. */
  public String text() {
    return Nodes.of(schema).toString();
  }

  private Conformance conformance() {
    Conformance known = conformance;
    if (known == null) {
      known = new Conformance(schema);
      conformance = known;
    }
    return known;
  }

  private String sentence(Conformance.Violation violation) {
    StringBuilder path = new StringBuilder();
    Optional<Shape> place = Optional.of(shape);
    for (String step : violation.path()) {
      boolean index = !step.isEmpty() && step.chars().allMatch(c -> c >= '0' && c <= '9');
      boolean named = place.isPresent() && place.get().named().containsKey(step);
      if (named) {
        path.append(path.isEmpty() ? "" : ".").append(step);
        place = place.flatMap(shape -> shape.property(step));
      } else if (index) {
        path.append("[").append(step).append("]");
        place = place.flatMap(shape -> shape.rest());
      } else {
        path.append(path.isEmpty() ? "*" : ".*");
        place = Optional.empty();
      }
    }
    String subject = path.isEmpty() ? "The call" : "The argument \"" + path + "\"";
    return subject + " violates \"" + violation.keyword() + "\" of the allow-list's rule.";
  }
}
