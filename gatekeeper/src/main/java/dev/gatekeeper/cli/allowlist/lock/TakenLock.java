package dev.gatekeeper.cli.allowlist.lock;

import dev.gatekeeper.allowlist.PublicName;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.Drift;
import dev.gatekeeper.allowlist.lock.EntryDigest;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.catalog.Offered;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.fleet.Survey;
import dev.gatekeeper.fleet.terms.Terms;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a server said when it was started for that, in the form of the lock. */
final class TakenLock {
  private TakenLock() {}

  /**
   * Starts {@code server} and writes down what it offers.
   *
   * @param pins its program, which is what was started
   * @throws CommandFailure where it does not start, or defines what cannot be compared later
   */
  static LockedServer of(Server server, SortedMap<String, Json> pins, Survey survey)
      throws CommandFailure, InterruptedException {
    Survey.Finding.Found found =
        switch (survey.of(server)) {
          case Survey.Finding.Found answer -> answer;
          case Survey.Finding.Failed(String why) ->
              throw CommandFailure.cannotJudge(
                  Console.printable(why), "gatekeeper allowlist show, and what the server printed");
        };
    Map<Subject.Kind, SortedMap<String, Definition>> definitions =
        new EnumMap<>(Subject.Kind.class);
    for (Kind kind : Kind.values()) {
      Subject.Kind ours = Subject.Kind.valueOf(kind.name());
      List<Offered> offered = found.definitions().getOrDefault(kind, List.of());
      definitions.put(ours, definitions(server, ours, offered));
    }
    String instructions = found.hello().instructions();
    return new LockedServer(
        EntryDigest.of(server),
        pins,
        new TreeSet<>(new Terms(server).capabilities().keySet()),
        found.hello().protocolVersion(),
        canonical(server, "serverInfo", found.hello().info().toBytes()),
        instructions.isEmpty() ? Optional.empty() : Optional.of(instructions),
        definitions);
  }

  /** Of an entry that calls itself dynamic: how it is started, and nothing of what it says. */
  static LockedServer dynamic(Server server, SortedMap<String, Json> pins) {
    return new LockedServer(
        EntryDigest.of(server),
        pins,
        new TreeSet<>(new Terms(server).capabilities().keySet()),
        "",
        "{}",
        Optional.empty(),
        Map.of());
  }

  private static SortedMap<String, Definition> definitions(
      Server server, Subject.Kind kind, List<Offered> offered) throws CommandFailure {
    SortedMap<String, Definition> definitions = new TreeMap<>();
    for (Offered each : offered) {
      String canonical = canonical(server, each.name(), each.definition().toBytes());
      String publicName = PublicName.of(server.name(), kind, each.name());
      Definition definition = new Definition(kind, each.name(), publicName, canonical);
      if (definitions.put(each.name(), definition) != null) {
        throw CommandFailure.cannotJudge(
            "server " + server.name() + " lists " + Console.printable(each.name()) + " twice",
            "ask its vendor; or deny that name in the entry");
      }
    }
    return definitions;
  }

  private static String canonical(Server server, String name, byte[] json) throws CommandFailure {
    try {
      return CanonicalJson.of(json, Drift.MAX_BYTES);
    } catch (JsonException e) {
      throw CommandFailure.cannotJudge(
          "server "
              + server.name()
              + ": "
              + Console.printable(name)
              + " cannot be locked: "
              + e.why(),
          "ask its vendor; or deny that name in the entry");
    }
  }
}
