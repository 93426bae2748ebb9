package dev.gatekeeper.catalog;

import dev.gatekeeper.json.Slice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the agent sees of all servers together.
 *
 * <p>Guarantees: definitions stand in the order of the servers' names, then in each server's own
 * order, so the same offers make the same list. Of two equal public names (one server repeating a
 * name, or two servers with one URI) the first in that order is listed and called, the other does
 * not exist; but what was reviewed goes before what a server says of itself. Thread-safe.
 */
public final class Catalog {
  private final Map<Kind, SortedMap<String, List<Item>>> offers = new EnumMap<>(Kind.class);

  /** The merged view, by public name. */
  private final Map<Kind, Map<String, Item>> merged = new EnumMap<>(Kind.class);

  public Catalog() {
    for (Kind kind : Kind.values()) {
      offers.put(kind, new TreeMap<>());
      merged.put(kind, new LinkedHashMap<>());
    }
  }

  /**
   * Sets what {@code server} offers of a kind; an empty list takes its offer away.
   *
   * @return whether the merged list changed
   */
  public synchronized boolean offer(Kind kind, String server, List<Item> items) {
    SortedMap<String, List<Item>> ofKind = get(offers, kind);
    if (items.isEmpty()) {
      if (ofKind.remove(server) == null) {
        return false;
      }
    } else {
      boolean last = ofKind.isEmpty() || server.compareTo(ofKind.lastKey()) > 0;
      ofKind.put(server, List.copyOf(items));
      if (last) {
        return add(get(merged, kind), items); // as all servers come at the start of a session
      }
    }
    Map<String, Item> before = get(merged, kind);
    Map<String, Item> after = new LinkedHashMap<>();
    ofKind.values().forEach(ofServer -> add(after, ofServer));
    merged.put(kind, after);
    return before.size() != after.size()
        || !same(List.copyOf(before.values()), List.copyOf(after.values()));
  }

  /** Behind what is there; whether that made a difference. */
  private static boolean add(Map<String, Item> all, List<Item> items) {
    boolean changed = false;
    for (Item item : items) {
      Item there = all.get(item.publicName());
      if (there == null || item.goesBefore(there)) {
        all.put(item.publicName(), item);
        changed = true;
      }
    }
    return changed;
  }

  /** All definitions of a kind, in their order. */
  public synchronized List<Item> list(Kind kind) {
    return new ArrayList<>(get(merged, kind).values());
  }

  /** The definition that the agent calls {@code publicName}. */
  public synchronized Optional<Item> find(Kind kind, String publicName) {
    return Optional.ofNullable(get(merged, kind).get(publicName));
  }

  /**
   * What a URI belongs to: the resource or the template that is written so, else the first template
   * that it fits; of these, what was reviewed goes first. No server takes a URI from a reviewed one
   * by listing it, or a template that fits everything.
   */
  public Optional<Item> ownerOf(String uri) {
    List<Item> owners =
        Stream.concat(
                Stream.of(Kind.RESOURCE, Kind.TEMPLATE).flatMap(kind -> find(kind, uri).stream()),
                list(Kind.TEMPLATE).stream().filter(one -> UriTemplate.matches(one.name(), uri)))
            .toList();
    return owners.stream().reduce(Catalog::preferred);
  }

  private static Item preferred(Item first, Item next) {
    return next.goesBefore(first) ? next : first;
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
