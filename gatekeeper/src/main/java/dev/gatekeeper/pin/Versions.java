package dev.gatekeeper.pin;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.pin.NpmNames;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.pin.cache.Cache;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.line.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Exact versions in the place of names, ranges and tags, so that a person types a name only. */
final class Versions {
  private final Cache cache;
  private final Map<String, String> environment;

  Versions(Cache cache, Map<String, String> environment) {
    this.cache = cache;
    this.environment = Map.copyOf(environment);
  }

  /** The same line with what it fetches in an exact version; nothing else changes. */
  List<String> exact(Pins.Line line) throws PinException, IOException {
    List<String> args = line.arguments();
    return switch (Start.of(line.command(), args)) {
      case Start.Npm start when !isExact(start) ->
          replaced(
              args,
              start.rest(),
              spec ->
                  Start.npm(spec, Optional.empty(), 0)
                      .filter(s -> s instanceof Start.Npm npm && npm.name().equals(start.name()))
                      .isPresent(),
              start.name() + "@" + npm(start));
      case Start.Python start when !isExact(start) ->
          replaced(
              args,
              start.rest(),
              spec ->
                  Start.python(spec, Optional.empty(), 0)
                      .filter(s -> s instanceof Start.Python p && p.name().equals(start.name()))
                      .isPresent(),
              start.name() + start.extras() + "==" + python(start));
      case Start.Image start when !isExact(start) -> {
        ProgramPin.Image image = Images.pin(line, start, environment);
        yield image.local()
            ? args
            : replaced(
                args,
                start.index() + 1,
                start.image()::equals,
                start.repository() + "@" + image.digest());
      }
      case Start.Npm _, Start.Python _, Start.Image _ -> args;
      case Start.Script _, Start.Binary _, Start.Unknown _ -> args;
    };
  }

  /** Whether a line names what it fetches exactly, or fetches nothing that can be told. */
  static boolean isExact(Start start) {
    return switch (start) {
      case Start.Npm npm -> npm.range().filter(NpmNames::isVersion).isPresent();
      case Start.Python python -> python.version().isPresent();
      case Start.Image image -> image.image().contains("@");
      case Start.Script _, Start.Binary _, Start.Unknown _ -> true;
    };
  }

  private static List<String> replaced(
      List<String> args, int rest, Predicate<String> is, String by) {
    List<String> changed = new ArrayList<>(args);
    for (int i = 0; i < rest; i++) {
      String arg = args.get(i);
      int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
      if (is.test(arg.substring(equals + 1))) {
        changed.set(i, arg.substring(0, equals + 1) + by);
        return changed;
      }
    }
    return changed;
  }

  /** What npm would install today; the highest version of a range. */
  private String npm(Start.Npm start) throws PinException, IOException {
    String spec = start.name() + "@" + start.range().orElse("latest");
    Tool npm = Tool.of("npm", environment);
    String answer =
        cache.scratch(
            folder ->
                npm.run(folder, List.of("view", "--json", "--loglevel=error", spec, "version")));
    try {
      Json said = JsonReader.read(answer, fault -> {});
      List<Json> all = said.elements();
      return (all.isEmpty() ? said : all.getLast())
          .string()
          .filter(NpmNames::isVersion)
          .orElseThrow(() -> new PinException("npm knows no version of " + spec));
    } catch (JsonException e) {
      throw new PinException("npm knows no version of " + spec);
    }
  }

  private String python(Start.Python start) throws PinException, IOException {
    Path found =
        Tool.find("python3", environment)
            .orElseThrow(() -> new PinException("'python3' was not found on PATH"));
    return Pip.newest(cache, found, start, environment).version();
  }
}
