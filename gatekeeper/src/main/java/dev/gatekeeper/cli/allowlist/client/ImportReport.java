package dev.gatekeeper.cli.allowlist.client;

import dev.gatekeeper.allowlist.edit.client.Difference;
import dev.gatekeeper.allowlist.edit.client.ImportedServer;
import dev.gatekeeper.allowlist.edit.client.NeededSecret;
import dev.gatekeeper.cli.allowlist.edit.EditedList;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an import says of what it found, did and did not do. Never a value. */
final class ImportReport {
  private record Found(ClientFile file, List<ImportedServer> servers) {
    Found {
      servers = List.copyOf(servers);
    }

    /** Whether a value of these secrets stands in it. */
    boolean holds(Set<String> names) {
      return servers.stream()
          .flatMap(server -> server.secrets().stream())
          .anyMatch(secret -> secret.isInline() && names.contains(secret.name()));
    }
  }

  private final Console console;
  private final boolean dry;
  private final boolean looking;
  private final boolean json;
  private final List<Found> found = new ArrayList<>();
  private final List<String> passedOver = new ArrayList<>();
  private final List<String> added = new ArrayList<>();
  private final List<Difference> differences = new ArrayList<>();
  private final List<NeededSecret> secrets = new ArrayList<>();

  /**
   * A report to be filled.
   *
   * @param dry nothing is written
   * @param looking nobody said yet what to import
   */
  ImportReport(Console console, boolean dry, boolean looking, boolean json) {
    this.console = console;
    this.dry = dry;
    this.looking = looking;
    this.json = json;
  }

  /** What stands in a file, whether it is taken or not. */
  void source(ClientFile file, List<ImportedServer> servers) {
    found.add(new Found(file, servers));
  }

  /** Whether nothing is to be written. */
  boolean isDry() {
    return dry;
  }

  void passedOver(String why) {
    passedOver.add(why);
    console.err().println("gatekeeper: warning: passed over " + why);
  }

  void added(ImportedServer server) {
    added.add(server.draft().orElseThrow().name());
    secrets.addAll(server.secrets());
  }

  int added() {
    return added.size();
  }

  List<NeededSecret> secrets() {
    return List.copyOf(secrets);
  }

  void differs(Difference difference) {
    differences.add(difference);
  }

  /** Prints it all. */
  void end(EditedList list, boolean vault) throws IOException, CommandFailure {
    if (json) {
      print(list, vault);
      return;
    }
    if (looking) {
      found.forEach(
          one ->
              console
                  .out()
                  .println(
                      "found "
                          + Console.printable(one.file.title())
                          + ": "
                          + count(one.servers.size())));
    }
    added.forEach(name -> console.out().println((dry ? "would add " : "added ") + name));
    for (Difference difference : differences) {
      console
          .out()
          .println(
              Console.printable(
                  difference.server()
                      + ": "
                      + difference.message()
                      + ": "
                      + (vault && !dry ? withoutStored(difference.fix()) : difference.fix())));
    }
    console.out().println(added.size() + (dry ? " to add to " : " added to ") + list.shown());
    if (looking) {
      next(list);
    } else if (!added.isEmpty() && !dry) {
      next(list, vault);
    }
  }

  /** What is in the vault now needs nobody to type it in. */
  private String withoutStored(String fix) {
    return secrets.stream()
            .filter(NeededSecret::isInline)
            .anyMatch(secret -> fix.endsWith("; type: gatekeeper vault put " + secret.name()))
        ? fix.substring(0, fix.indexOf("; type: "))
        : fix;
  }

  private static String count(int servers) {
    return servers == 1 ? "1 server" : servers + " servers";
  }

  /** Each place by the options that name it, and all of them together. */
  private void next(EditedList list) {
    Set<String> choices = new LinkedHashSet<>();
    for (Found one : found) {
      choices.add(
          "--from " + one.file.source().client().id() + " --scope " + one.file.scope().id());
    }
    choices.forEach(choice -> next(list, "import " + choice));
    if (choices.size() > 1) {
      next(list, "import --all");
    }
  }

  private void next(EditedList list, boolean vault) throws IOException, CommandFailure {
    Set<String> stored = new LinkedHashSet<>();
    for (NeededSecret secret : secrets) {
      if (vault && secret.isInline()) {
        stored.add(secret.name());
        console.out().println("in the vault: " + Console.printable(secret.name()));
      } else {
        console.out().println("next: gatekeeper vault put " + Console.printable(secret.name()));
      }
    }
    found.stream()
        .filter(one -> one.holds(stored))
        .map(one -> Console.printable(one.file.shown()))
        .distinct()
        .forEach(
            file ->
                console
                    .out()
                    .println(
                        "next: delete the values from "
                            + file
                            + ", and change those that were ever committed"));
    next(list, "check");
    List<String> unlocked = list.unlocked(added);
    if (!unlocked.isEmpty()) {
      next(list, "lock " + String.join(" ", unlocked));
    }
    next(list, "trust");
  }

  private void next(EditedList list, String command) {
    console.out().println("next: " + list.place().typed("gatekeeper allowlist " + command));
  }

  private void print(EditedList list, boolean vault) {
    console.print(
        Json.object()
            .put("list", list.shown())
            .put("written", !dry && !added.isEmpty())
            .array(
                "found",
                array ->
                    found.forEach(
                        one ->
                            array.object(
                                o ->
                                    o.put("client", one.file.source().client().id())
                                        .put("scope", one.file.scope().id())
                                        .put("file", one.file.path().toString())
                                        .put("servers", one.servers.size()))))
            .array("passedOver", array -> passedOver.forEach(array::add))
            .array("added", array -> added.forEach(array::add))
            .array(
                "differences",
                array ->
                    differences.forEach(
                        d ->
                            array.object(
                                o ->
                                    o.put("server", d.server())
                                        .put("message", d.message())
                                        .put("fix", d.fix()))))
            .array(
                "secrets",
                array ->
                    secrets.forEach(
                        secret ->
                            array.object(
                                o ->
                                    o.put("name", secret.name())
                                        .put("stored", vault && !dry && secret.isInline())))));
  }
}
