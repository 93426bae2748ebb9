package dev.gatekeeper.catalog;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Members;
import dev.gatekeeper.json.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One page of a server's list.
 *
 * @param definitions those that were allowed, in the server's order
 * @param nextCursor the server's cursor for the next page
 */
public record ListPage(List<Offered> definitions, Optional<Slice> nextCursor) {

  /**
   * Reads the result of a list request.
   *
   * @param allowed tells of a server's own name, URI or template whether the list allows it
   * @throws MalformedException where the result is not a list of this kind
   */
  public static ListPage parse(Kind kind, Slice result, Predicate<String> allowed)
      throws MalformedException {
    Members members = result.members();
    Optional<Slice> array = members.get(kind.member());
    if (array.isPresent() && !array.get().isArray()) {
      throw new MalformedException("no list", 0);
    }
    List<Offered> definitions = new ArrayList<>();
    if (array.isPresent()) {
      for (Slice definition : array.get().elements()) {
        Optional<Slice> key = keyOf(kind, definition);
        if (key.isEmpty()) {
          continue; // it has no usable name, or repeats a member
        }
        String name = key.get().string();
        if (allowed.test(name)) {
          definitions.add(new Offered(name, Slice.of(definition.toBytes())));
        }
      }
    }
    Optional<Slice> next = members.get("nextCursor").filter(Slice::isString);
    return new ListPage(List.copyOf(definitions), next);
  }

  /** A definition whose members repeat could be read in two ways: it has no usable name. */
  private static Optional<Slice> keyOf(Kind kind, Slice definition) {
    try {
      return definition.isObject()
          ? definition.members().get(kind.key()).filter(Slice::isString)
          : Optional.empty();
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }
}
