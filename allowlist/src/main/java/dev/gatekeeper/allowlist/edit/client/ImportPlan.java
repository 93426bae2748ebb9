package dev.gatekeeper.allowlist.edit.client;

import dev.gatekeeper.allowlist.edit.Draft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the servers of several places come to together. Two entries of one name that say the same
 * are one; where they differ neither is taken, for whose it is is a person's to say.
 */
public final class ImportPlan {
  private record Candidate(String place, int position) {}

  private final List<String> places = new ArrayList<>();
  private final List<ImportedServer> servers = new ArrayList<>();

  /** Adds the servers of one place, which is called {@code place} where it is spoken of. */
  public void add(String place, List<ImportedServer> found) {
    for (ImportedServer server : found) {
      places.add(place);
      servers.add(server);
    }
  }

  /** The servers, in the order of the places, at most one draft of each name. */
  public List<ImportedServer> servers() {
    Map<String, List<Candidate>> byName = new LinkedHashMap<>();
    for (int i = 0; i < servers.size(); i++) {
      Candidate candidate = new Candidate(places.get(i), i);
      servers
          .get(i)
          .draft()
          .ifPresent(d -> byName.computeIfAbsent(d.name(), n -> new ArrayList<>()).add(candidate));
    }
    List<ImportedServer> result = new ArrayList<>(servers);
    byName.values().stream()
        .filter(candidates -> candidates.size() > 1)
        .forEach(candidates -> settle(candidates, result));
    return List.copyOf(result);
  }

  private void settle(List<Candidate> candidates, List<ImportedServer> result) {
    ImportedServer one = servers.get(candidates.getFirst().position());
    Draft first = one.draft().orElseThrow();
    boolean equal = candidates.stream().allMatch(c -> isSame(one, servers.get(c.position())));
    TreeSet<String> where = new TreeSet<>();
    candidates.forEach(candidate -> where.add(candidate.place()));
    for (int i = equal ? 1 : 0; i < candidates.size(); i++) {
      int position = candidates.get(i).position();
      ImportedServer server = servers.get(position);
      result.set(
          position,
          equal
              ? new ImportedServer(
                  server.foreignName(),
                  Optional.empty(),
                  List.of(
                      new Difference(
                          server.foreignName(),
                          "the same stands in " + candidates.getFirst().place(),
                          "taken once")),
                  List.of())
              : server.leftOut(
                  "another server is called \""
                      + first.name()
                      + "\", and it is not the same ("
                      + String.join(", ", where)
                      + ")",
                  where.size() > 1
                      ? "choose a place, with --from and --scope, or name the file"
                      : "rename one of them"));
    }
  }

  /** The same entry, and the same secrets in it. */
  private static boolean isSame(ImportedServer one, ImportedServer other) {
    List<NeededSecret> needed = one.secrets();
    if (!one.draft().orElseThrow().isEqualTo(other.draft().orElseThrow())
        || needed.size() != other.secrets().size()) {
      return false;
    }
    for (int i = 0; i < needed.size(); i++) {
      if (!needed.get(i).isEqualTo(other.secrets().get(i))) {
        return false;
      }
    }
    return true;
  }
}
