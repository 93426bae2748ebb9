package dev.gatekeeper.allowlist.edit;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How one server was used.
 *
 * @param calls of tools, by the server's own name
 * @param constants of tools that were always called with the same value of an argument: the value
 *     as JSON text, by argument, by tool
 * @param prompts that were asked for
 * @param resources that were read or subscribed to, by their URIs
 */
public record Usage(
    SortedMap<String, Long> calls,
    SortedMap<String, SortedMap<String, String>> constants,
    SortedSet<String> prompts,
    SortedSet<String> resources) {
  /** Never. */
  public static final Usage NONE =
      new Usage(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeSet<>());

  public Usage {
    calls = Collections.unmodifiableSortedMap(new TreeMap<>(calls));
    constants = Collections.unmodifiableSortedMap(new TreeMap<>(constants));
    prompts = Collections.unmodifiableSortedSet(new TreeSet<>(prompts));
    resources = Collections.unmodifiableSortedSet(new TreeSet<>(resources));
  }
}
