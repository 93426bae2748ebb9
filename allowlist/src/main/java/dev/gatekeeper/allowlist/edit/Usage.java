package dev.gatekeeper.allowlist.edit;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one server was used.
 *
 * @param calls of tools, by the server's own name
 * @param constants of tools that were always called with the same value of an argument: the value
 *     as JSON text, by argument, by tool
 */
public record Usage(
    SortedMap<String, Long> calls, SortedMap<String, SortedMap<String, String>> constants) {
  /** Never. */
  public static final Usage NONE = new Usage(new TreeMap<>(), new TreeMap<>());

  public Usage {
    calls = Collections.unmodifiableSortedMap(new TreeMap<>(calls));
    constants = Collections.unmodifiableSortedMap(new TreeMap<>(constants));
  }
}
