package dev.gatekeeper.catalog;

import dev.gatekeeper.allowlist.PublicName;
import dev.gatekeeper.wire.Json;
import dev.gatekeeper.wire.MalformedException;
import dev.gatekeeper.wire.Members;
import dev.gatekeeper.wire.Slice;
import dev.gatekeeper.wire.Splice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One page of a server's list.
 *
 * @param items the definitions that were allowed, renamed, in the server's order
 * @param refused how many definitions had no usable name or repeated a member
 * @param nextCursor the server's cursor for the next page
 */
public record ListPage(List<Item> items, int refused, Optional<Slice> nextCursor) {

  /**
   * Reads the result of a list request.
   *
   * @param allowed tells of a server's own name, URI or template whether the list allows it
   * @throws MalformedException where the result is not a list of this kind
   */
  public static ListPage parse(Kind kind, String server, Slice result, Predicate<String> allowed)
      throws MalformedException {
    Members members = result.members();
    Optional<Slice> array = members.get(kind.member()).filter(Slice::isArray);
    List<Item> items = new ArrayList<>();
    int refused = 0;
    if (array.isPresent()) {
      for (Slice definition : array.get().elements()) {
        Optional<Slice> key = keyOf(kind, definition);
        if (key.isEmpty()) {
          refused++;
          continue;
        }
        String name = key.get().string();
        if (allowed.test(name)) {
          items.add(item(kind, server, name, key.get(), definition));
        }
      }
    }
    Optional<Slice> next = members.get("nextCursor").filter(Slice::isString);
    return new ListPage(List.copyOf(items), refused, next);
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

  private static Item item(Kind kind, String server, String name, Slice key, Slice definition)
      throws MalformedException {
    if (!kind.isNamed()) {
      return new Item(server, name, name, Slice.of(definition.toBytes()));
    }
    String publicName = PublicName.of(server, name);
    byte[] renamed = Splice.of(definition).replace(key, Json.quote(publicName)).toBytes();
    return new Item(server, name, publicName, Slice.of(renamed));
  }
}
