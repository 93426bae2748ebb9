package dev.gatekeeper.allowlist;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where an agent may write the name of a secret, for which the value is put in on the way to the
 * server: by tool, by JSON pointer into its arguments, the references that may stand there. What
 * stands nowhere here is filled in nowhere.
 *
 * @param byTool references by pointer by tool
 */
public record SecretArguments(SortedMap<String, SortedMap<String, SortedSet<Reference>>> byTool) {
  public SecretArguments {
    SortedMap<String, SortedMap<String, SortedSet<Reference>>> copy = new TreeMap<>();
    byTool.forEach(
        (tool, places) -> {
          SortedMap<String, SortedSet<Reference>> each = new TreeMap<>();
          places.forEach(
              (place, references) ->
                  each.put(place, Collections.unmodifiableSortedSet(new TreeSet<>(references))));
          copy.put(tool, Collections.unmodifiableSortedMap(each));
        });
    byTool = Collections.unmodifiableSortedMap(copy);
  }

  /** The references by pointer for a tool; empty where it takes none. */
  public Map<String, SortedSet<Reference>> of(String tool) {
    return byTool.getOrDefault(tool, Collections.emptySortedMap());
  }

  /** All references that may reach the server in arguments. */
  public SortedSet<Reference> references() {
    SortedSet<Reference> all = new TreeSet<>();
    for (Map<String, SortedSet<Reference>> places : byTool.values()) {
      for (Set<Reference> references : places.values()) {
        all.addAll(references);
      }
    }
    return all;
  }

  /** Each as words: reference, tool and pointer. */
  public Set<String> words() {
    Set<String> words = new TreeSet<>();
    byTool.forEach(
        (tool, places) ->
            places.forEach(
                (place, references) ->
                    references.forEach(one -> words.add(one + " in " + place + " of " + tool))));
    return words;
  }
}
