package dev.gatekeeper.source;

import dev.gatekeeper.allowlist.DangerousVariables;
import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code sources.json} in the home: where programs lie, and rows of a person's own ({@code exec:}).
 * Never of a repository, where a pull request would choose a program to run.
 */
final class OwnRows {
  private static final int MAX_BYTES = 64 << 10; // rows that a person writes by hand
  private static final int MAX_SECONDS = 120;

  /** In an argument: what follows the row in a reference. */
  private static final String NAME = "{name}";

  private static final String HINT = "a person runs the row's program in a terminal of their own";

  private final Path file;
  private final Map<String, String> programs = new HashMap<>();
  private final Map<String, Row> rows = new HashMap<>();

  private OwnRows(Path file) {
    this.file = file;
  }

  /** Reads the file anew; a home without one has none. */
  static OwnRows in(Home home) throws SourceException {
    OwnRows own = new OwnRows(home.resolve("sources.json"));
    if (Files.exists(own.file, LinkOption.NOFOLLOW_LINKS)) {
      own.read();
    }
    return own;
  }

  Path file() {
    return file;
  }

  /** Where a person says that a program lies. */
  Optional<String> program(String name) {
    return Optional.ofNullable(programs.get(name));
  }

  Row row(String name) throws SourceException {
    Row row = rows.get(name);
    if (row == null) {
      throw new SourceException(
          "has no row \"" + name + "\" in " + file, Optional.of("see docs/secrets.md"));
    }
    return row;
  }

  private void read() throws SourceException {
    try {
      OwnerOnly.check(file);
      List<Fault> faults = new ArrayList<>();
      Json root = JsonReader.read(DurableFile.readBounded(file, MAX_BYTES), MAX_BYTES, faults::add);
      if (!faults.isEmpty()) {
        throw fault(faults.getFirst().at().line(), faults.getFirst().message());
      }
      only(root, Set.of("version", "programs", "exec"));
      if (!(root.get("version").orElse(root) instanceof Json.JsonNumber version)
          || version.number().intValue() != 1) {
        throw fault(root, "\"version\" is not 1");
      }
      for (Json.Member each : root.get("programs").map(Json::members).orElse(List.of())) {
        programs.put(each.name(), absolute(each.value()));
      }
      for (Json.Member each : root.get("exec").map(Json::members).orElse(List.of())) {
        rows.put(each.name(), row(each.value()));
      }
    } catch (JsonException e) {
      throw fault(e.at().line(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new SourceException(
          "needs a file that cannot be used: " + e.getMessage(), Optional.empty());
    }
  }

  private Row row(Json json) throws SourceException {
    only(json, Set.of("command", "output", "timeout", "inherit", "set", "exits"));
    List<Json> command = json.get("command").map(Json::elements).orElse(List.of());
    if (command.isEmpty()) {
      throw fault(json, "a row has a \"command\": the program and its arguments");
    }
    List<String> arguments = new ArrayList<>();
    for (Json argument : command.subList(1, command.size())) {
      arguments.add(text(argument));
    }
    Set<String> inherited = new HashSet<>();
    for (Json name : json.get("inherit").map(Json::elements).orElse(List.of())) {
      inherited.add(inheritable(name));
    }
    Map<String, String> set = new HashMap<>();
    for (Json.Member each : json.get("set").map(Json::members).orElse(List.of())) {
      set.put(variable(each.name(), each.value()), text(each.value()));
    }
    List<Row.Meaning> meanings = new ArrayList<>();
    for (Json.Member each : json.get("exits").map(Json::members).orElse(List.of())) {
      if (!each.name().matches("[1-9][0-9]{0,2}")) {
        throw fault(each.value(), "\"exits\" has exit statuses as keys");
      }
      meanings.add(
          new Row.Meaning(
              Integer.parseInt(each.name()), "*", "was not given: " + text(each.value()), HINT));
    }
    return new Row(
        absolute(command.getFirst()),
        (name, setting) -> filled(arguments, name),
        Table.printed(reading(json.get("output"))),
        deadline(json.get("timeout")),
        inherited,
        set,
        meanings,
        HINT);
  }

  private static List<String> filled(List<String> arguments, String name) throws SourceException {
    boolean wanted = arguments.stream().anyMatch(argument -> argument.contains(NAME));
    if (wanted == name.isEmpty()) {
      throw new SourceException(
          wanted ? "lacks a name behind the row's" : "has a name that the row does not use",
          Optional.of(wanted ? "exec:ROW/NAME" : "exec:ROW"));
    }
    return arguments.stream().map(argument -> argument.replace(NAME, name)).toList();
  }

  private Reading reading(Optional<Json> output) throws SourceException {
    String word = output.isPresent() ? text(output.get()) : "line";
    return switch (word) {
      case "line" -> Reading.LINE;
      case "first-line" -> Reading.FIRST_LINE;
      case "whole" -> Reading.WHOLE;
      default -> throw fault(output.orElseThrow(), "\"output\" is line, first-line or whole");
    };
  }

  private Duration deadline(Optional<Json> timeout) throws SourceException {
    if (timeout.isEmpty()) {
      return Duration.ofSeconds(15);
    }
    String text = text(timeout.get());
    int seconds = text.matches("[1-9][0-9]{0,2}s") ? Integer.parseInt(text.replace("s", "")) : 0;
    if (seconds == 0 || seconds > MAX_SECONDS) {
      throw fault(timeout.get(), "\"timeout\" is from 1s to " + MAX_SECONDS + "s");
    }
    return Duration.ofSeconds(seconds);
  }

  /** Whoever starts the session sets them: none may make the program load other code. */
  private String inheritable(Json json) throws SourceException {
    String name = variable(text(json), json);
    if (DangerousVariables.contains(name) && !name.equals("XDG_CONFIG_HOME")) {
      throw fault(json, "\"" + name + "\" can make a program load other code; \"set\" it instead");
    }
    return name;
  }

  private String variable(String name, Json at) throws SourceException {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,127}")) {
      throw fault(at, "this is no name of a variable");
    }
    return name;
  }

  private String absolute(Json json) throws SourceException {
    String path = text(json);
    if (!path.startsWith("/")) {
      throw fault(json, "a program is named by its absolute path");
    }
    return path;
  }

  private String text(Json json) throws SourceException {
    if (json instanceof Json.JsonText text && text.text().indexOf('\0') < 0) {
      return text.text();
    }
    throw fault(json, "a text was expected here");
  }

  private void only(Json json, Set<String> known) throws SourceException {
    if (!(json instanceof Json.JsonObject)) {
      throw fault(json, "an object was expected here");
    }
    for (Json.Member member : json.members()) {
      if (!known.contains(member.name())) {
        throw fault(member.value(), "an unknown key");
      }
    }
  }

  private SourceException fault(Json at, String what) {
    return fault(at.at().line(), what);
  }

  private SourceException fault(int line, String what) {
    return new SourceException(
        "needs " + file + ", which is wrong at line " + line + ": " + what,
        Optional.of("see docs/secrets.md"));
  }
}
