package dev.gatekeeper.cli.vault.scan;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.fingerprint.Place;
import dev.gatekeeper.fingerprint.WeakValues;
import dev.gatekeeper.fingerprint.print.Print;
import dev.gatekeeper.fingerprint.print.PrintList;
import dev.gatekeeper.fingerprint.scan.Finding;
import dev.gatekeeper.fingerprint.scan.Walk;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a scan says: what was found, what was read, and what was not. */
final class ScanReport {
  private final PrintList list;
  private final Optional<WeakValues> open;
  private final Optional<Staged> staged;
  private final Walk walk;
  private final Optional<String> project;

  /**
   * @param open the weak values, where they were looked for
   * @param staged where git was asked what to read
   */
  ScanReport(
      Place place, PrintList list, Optional<WeakValues> open, Optional<Staged> staged, Walk walk) {
    this.list = list;
    this.open = open;
    this.staged = staged;
    this.walk = walk;
    this.project = place.project().map(at -> walk.name(at.toString()));
  }

  int exit() {
    return walk.findings().isEmpty()
        ? why().isPresent() || !walk.unread().isEmpty() ? CommandFailure.CANNOT_JUDGE : 0
        : CommandFailure.NO;
  }

  /** Why finding nothing says nothing. */
  private Optional<String> why() {
    if (staged.map(index -> !index.isAnswer()).orElse(walk.bytes() == 0)) {
      return Optional.of(
          staged.isPresent()
              ? "nothing is staged, so nothing can be said"
              : "nothing was read, so nothing can be said");
    }
    if (watched() == 0) {
      return Optional.of(
          left() > 0
              ? "nothing was looked for: no value has a fingerprint"
              : "nothing was looked for: there are no values");
    }
    return list.teams().closed()
        ? Optional.of("nothing was looked for of the team's vault, which you do not open")
        : Optional.empty();
  }

  private int watched() {
    return list.prints().size() + open.map(WeakValues::count).orElse(0);
  }

  private int left() {
    return open.map(WeakValues::left).orElse(list.weak().all());
  }

  void print(Console console) {
    PrintStream out = console.out();
    for (Finding one : walk.findings()) {
      out.println("FOUND " + one.reference() + kinds(one) + " in " + where(one));
    }
    out.println(
        "Read "
            + counted(walk.files(), staged.isPresent() ? "staged file" : "file")
            + ", "
            + counted(walk.bytes(), "byte")
            + staged.map(index -> "; " + index.deleted() + " deleted").orElse("")
            + ".");
    long former = list.prints().stream().filter(Print::isFormer).count();
    out.println(
        "Looked for "
            + counted(watched(), "value")
            + (former > 0 ? ", " + former + " of them replaced by now" : "")
            + "; fingerprints of "
            + Instant.ofEpochSecond(list.made())
            + ", generation "
            + list.vault().generation()
            + " of the vault "
            + list.vault().id()
            + ".");
    out.println("Project: " + project.map(ScanReport::shown).orElse("none") + ".");
    walk.skipped().forEach((kind, count) -> out.println("Skipped, " + kind + ": " + count + "."));
    notCovered().forEach(line -> out.println("Not covered: " + line + "."));
    PrintStream err = console.err();
    for (Walk.Unread one : walk.unread()) {
      err.println("gatekeeper: error: " + shown(one.path()) + " " + one.reason());
    }
    why().ifPresent(what -> err.println("gatekeeper: error: " + what));
    if (!walk.findings().isEmpty()) {
      err.println(
          "gatekeeper: hint: give it another value where it is valid, then gatekeeper vault put"
              + " NAME; taking it out of the file is not enough where others have seen it");
    }
  }

  private static String where(Finding one) {
    return switch (one.part()) {
      case TEXT -> shown(one.path()) + ", line " + one.line();
      case NAME -> "the name " + shown(one.path());
      case TARGET -> "the target of the link " + shown(one.path());
    };
  }

  private static String shown(String path) {
    return path.equals("-") ? "standard input" : Console.printable(path);
  }

  private static String kinds(Finding one) {
    String former = one.former() ? "a former value, " : "";
    return " (" + former + one.encoding() + ")";
  }

  private List<String> notCovered() {
    List<String> lines = new ArrayList<>();
    if (left() > 0) {
      lines.add(
          counted(left(), "value")
              + (open.isPresent()
                  ? ", under 8 bytes, without a line of 8, or with fewer than 4 different ones"
                  : " without a fingerprint (gatekeeper vault scan --open looks for them)"));
    }
    if (list.teams().closed()) {
      lines.add("the team's vault of this project, which you have not accepted or do not open");
    }
    return lines;
  }

  private static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  void printJson(Console console) {
    JsonWriter object = Json.object();
    object.array(
        "found", array -> walk.findings().forEach(one -> array.object(json -> write(json, one))));
    object.put("staged", staged.isPresent());
    object.put("files", walk.files()).put("bytes", walk.bytes());
    staged.ifPresent(index -> object.put("deleted", index.deleted()));
    object.put("values", watched());
    object.put("former", list.prints().stream().filter(Print::isFormer).count());
    object.put("notCovered", left());
    object.put("teamClosed", list.teams().closed());
    object.put("made", Instant.ofEpochSecond(list.made()).toString());
    object.put("generation", list.vault().generation()).put("vault", list.vault().id());
    project.ifPresent(at -> object.put("project", at));
    object.object("skipped", json -> walk.skipped().forEach(json::put));
    object.array(
        "unread",
        array ->
            walk.unread()
                .forEach(
                    one ->
                        array.object(
                            json -> json.put("path", one.path()).put("reason", one.reason()))));
    object.put("judged", exit() != CommandFailure.CANNOT_JUDGE);
    why().ifPresent(what -> object.put("why", what));
    console.print(object);
  }

  private static void write(JsonWriter json, Finding one) {
    json.put("reference", one.reference()).put("former", one.former());
    json.put("encoding", one.encoding()).put("part", one.part().name().toLowerCase(Locale.ROOT));
    json.put("path", one.path()).put("line", one.line());
  }
}
