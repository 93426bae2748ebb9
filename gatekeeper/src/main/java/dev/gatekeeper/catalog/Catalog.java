package dev.gatekeeper.catalog;

import dev.gatekeeper.wire.Slice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the agent sees of all servers together.
 *
 * <p>Guarantees: definitions stand in the order of the servers' names, then in each server's own
 * order, so the same offers make the same list. Of two equal public names (one server repeating a
 * name, or two servers with one URI) the first in that order is listed and called, the other does
 * not exist. Thread-safe.
 */
public final class Catalog {
  private final Map<Kind, SortedMap<String, List<Item>>> offers = new EnumMap<>(Kind.class);

  /** The merged view, by public name; made anew at each change, read without a lock. */
  private final Map<Kind, Map<String, Item>> merged = new EnumMap<>(Kind.class);

  public Catalog() {
    for (Kind kind : Kind.values()) {
      offers.put(kind, new TreeMap<>());
      merged.put(kind, Map.of());
    }
  }

  /**
   * Sets what {@code server} offers of a kind; an empty list takes its offer away.
   *
   * @return whether the merged list changed
   */
  public synchronized boolean offer(Kind kind, String server, List<Item> items) {
    if (items.isEmpty()) {
      if (get(offers, kind).remove(server) == null) {
        return false;
      }
    } else {
      get(offers, kind).put(server, List.copyOf(items));
    }
    Map<String, Item> before = get(merged, kind);
    Map<String, Item> after = new LinkedHashMap<>();
    for (List<Item> ofServer : get(offers, kind).values()) {
      ofServer.forEach(item -> after.putIfAbsent(item.publicName(), item));
    }
    merged.put(kind, after);
    return before.size() != after.size()
        || !same(List.copyOf(before.values()), List.copyOf(after.values()));
  }

  /** All definitions of a kind, in their order. */
  public synchronized List<Item> list(Kind kind) {
    return new ArrayList<>(get(merged, kind).values());
  }

  /** The definition that the agent calls {@code publicName}. */
  public synchronized Optional<Item> find(Kind kind, String publicName) {
    return Optional.ofNullable(get(merged, kind).get(publicName));
  }

  /** The first template, in their order, that {@code uri} fits. */
  public Optional<Item> templateFor(String uri) {
    return list(Kind.TEMPLATE).stream()
        .filter(item -> UriTemplate.matches(item.name(), uri))
        .findFirst();
  }

  private static boolean same(List<Item> left, List<Item> right) {
    for (int i = 0; i < left.size(); i++) {
      Slice l = left.get(i).definition();
      if (!left.get(i).server().equals(right.get(i).server())
          || !l.sameBytes(right.get(i).definition())) {
        return false;
      }
    }
    return true;
  }

  private static <V> V get(Map<Kind, V> map, Kind kind) {
    V value = map.get(kind);
    if (value == null) {
      throw new AssertionError(kind);
    }
    return value;
  }
}
