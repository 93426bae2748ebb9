package dev.gatekeeper.cli.allowlist.trust;

import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockText;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.acceptance.Acceptance;
import dev.gatekeeper.trust.acceptance.Acceptances;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is accepted in a project, on this machine, and counts beside a lock; in words. */
public final class AcceptedHere {
  private final SortedMap<String, List<Acceptance>> servers = new TreeMap<>();

  private AcceptedHere(List<Acceptance> accepted) {
    accepted.forEach(
        each -> servers.computeIfAbsent(each.server(), _ -> new ArrayList<>()).add(each));
  }

  /** What counts in {@code project} beside {@code lock}. */
  public static AcceptedHere of(Console console, Home home, Project project, Lock lock) {
    return new AcceptedHere(
        new Acceptances(home).inForce(lock, project.directory().toString(), console.today()));
  }

  /** A sentence for each server of which something is accepted. */
  public SortedMap<String, String> sentences() {
    SortedMap<String, String> sentences = new TreeMap<>();
    servers.forEach((server, accepted) -> sentences.put(server, sentence(accepted)));
    return sentences;
  }

  private static String sentence(List<Acceptance> accepted) {
    List<String> parts = accepted.stream().map(it -> title(it) + " until " + it.until()).toList();
    return String.join(", ", parts);
  }

  /** What takes back what is accepted of {@code server}. */
  public static String withdrawal(String server) {
    return "gatekeeper allowlist accept " + server + " --withdraw";
  }

  static String title(Acceptance one) {
    return LockText.member(one.kind()) + " " + one.name();
  }

  /** One object for each definition. */
  public void write(JsonWriter.Elements array) {
    servers
        .values()
        .forEach(
            accepted ->
                accepted.forEach(
                    one ->
                        array.object(
                            it ->
                                it.put("server", one.server())
                                    .put("kind", LockText.member(one.kind()))
                                    .put("name", one.name())
                                    .put("until", one.until().toString())
                                    .put("locked", one.locked())
                                    .put("accepted", digest(one)))));
  }

  /** Of the definition that is accepted. */
  static String digest(Acceptance one) {
    return one.definition("").digest();
  }
}
