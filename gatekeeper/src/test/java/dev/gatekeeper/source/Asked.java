package dev.gatekeeper.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.reference.Scheme;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.key.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** References asked for in a home, a project and an environment of the test's own. */
final class Asked {
  final Path folder;
  final Path project;
  final Home home;
  final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> programs = new LinkedHashMap<>();
  private final Map<String, String> rows = new LinkedHashMap<>();

  Asked(Path folder) throws IOException {
    this.folder = folder.toRealPath();
    this.project = Files.createDirectory(this.folder.resolve("project"));
    this.home = Home.locate(Map.of("GATEKEEPER_HOME", this.folder.resolve("home").toString()));
    environment.put("HOME", this.folder.toString());
    environment.put("PATH", this.folder.resolve("bin").toString());
  }

  /** What it gives, or why it gives nothing and what to do about it: {@code why (hint)}. */
  String of(String reference) {
    int colon = reference.indexOf(':');
    Scheme scheme = Scheme.named(reference.substring(0, colon)).orElseThrow();
    Reference asked = new Reference(scheme.word(), reference.substring(colon + 1));
    if (!scheme.accepts(asked.name())) {
      throw new AssertionError("no list can say " + reference);
    }
    Setting setting = new Setting(home, project, folder.toString(), environment);
    Source source =
        scheme == Scheme.ENV ? new EnvironmentSource(setting) : new CommandSource(scheme, setting);
    try {
      source.require(asked);
      try (SecretValue value = source.reveal(asked)) {
        String[] text = new String[1];
        value.revealTo(bytes -> text[0] = new String(bytes, UTF_8));
        return text[0];
      }
    } catch (SourceException e) {
      return e.getMessage() + e.hint().map(hint -> " (" + hint + ")").orElse("");
    }
  }

  /** A program of the test's own in the place of a real one. */
  Asked fake(String program, String script) throws IOException {
    programs.put(program, script(program, script).toString());
    return write();
  }

  /** Where a real program lies that is in no place of the system. */
  Asked program(String name, Path path) throws IOException {
    programs.put(name, path.toString());
    return write();
  }

  /** A row as it stands in the file. */
  Asked row(String name, String json) throws IOException {
    rows.put(name, json.replace('\'', '"'));
    return write();
  }

  /** An executable file with a script of the shell. */
  Path script(String name, String script) throws IOException {
    Path file = Files.createDirectories(folder.resolve("scripts")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  /** A file that only its owner can read. */
  Path write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private Asked write() throws IOException {
    StringBuilder text = new StringBuilder("{\"version\": 1, \"programs\": {");
    String divider = "";
    for (Map.Entry<String, String> each : programs.entrySet()) {
      text.append(divider).append(quoted(each.getKey())).append(": ");
      text.append(quoted(each.getValue()));
      divider = ", ";
    }
    text.append("}, \"exec\": {");
    divider = "";
    for (Map.Entry<String, String> each : rows.entrySet()) {
      text.append(divider).append(quoted(each.getKey())).append(": ").append(each.getValue());
      divider = ", ";
    }
    write(home.resolve("sources.json"), text.append("}}").toString());
    return this;
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
