package dev.gatekeeper.pin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.allowlist.pin.ProgramPin.Wheel;
import dev.gatekeeper.allowlist.pin.PythonNames;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.pin.cache.Cache;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.cache.Tree;
import dev.gatekeeper.pin.line.Start;
import dev.gatekeeper.pin.line.Unpinnable;
import dev.gatekeeper.wire.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Packages of Python: resolved and installed by pip, as wheels only, because a source distribution
 * runs its own code to be installed. What a wheel holds depends on the platform and on the version
 * of Python, and so does the pin.
 *
 * <p>The program runs without the interpreter's own site-packages, the user's, and the variables
 * that name others: it sees the standard library and the pinned tree.
 */
final class Pip {
  private static final String SITE = "site";
  private static final List<String> OPTIONS =
      List.of(
          "-m",
          "pip",
          "install",
          "--quiet",
          "--no-input",
          "--disable-pip-version-check",
          "--only-binary",
          ":all:");

  /** What a package needs, as its metadata has it: a name, and extras of it. */
  private static final Pattern NEEDS =
      Pattern.compile("Requires-Dist: ([A-Za-z0-9._-]+) ?((?:\\[[A-Za-z0-9._, -]*])?)");

  /** Files that pip writes about itself, and that differ from machine to machine. */
  private static final List<String> NOTES =
      List.of("RECORD", "INSTALLER", "REQUESTED", "direct_url.json");

  private final Cache cache;
  private final Interpreters interpreters;

  Pip(Cache cache, Interpreters interpreters) {
    this.cache = cache;
    this.interpreters = interpreters;
  }

  Pinned check(Pins.Line line, ProgramPin.Python pin) throws PinException, IOException {
    if (!(Start.of(line.command(), line.arguments()) instanceof Start.Python start)
        || !start.accepts(pin.name(), pin.version())) {
      throw Pins.otherLine();
    }
    new CodeFiles(line.directory()).compare(line.arguments(), pin);
    Path python = interpreters.use("python" + pin.python());
    Path site = cache.use(pin.installed()).resolve(SITE);
    List<String> arguments =
        new ArrayList<>(List.of("-I", "-S", "-B", "-c", code(pin.entry()), site.toString()));
    arguments.add(start.command().orElse(start.name()));
    arguments.addAll(line.arguments().subList(start.rest(), line.arguments().size()));
    return new Pinned.Matches(python, arguments);
  }

  /** What the script that pip makes of an entry point does; identifiers only, see the pin. */
  private static String code(String entry) {
    String[] halves = entry.split(":", -1);
    String object = halves[1];
    String name = object.split("\\.", -1)[0];
    return "import sys; sys.path.insert(0, sys.argv[1]); del sys.argv[:2]; "
        + ("from " + halves[0] + " import " + name + "; sys.exit(" + object + "())");
  }

  /** Resolves a package with all that it needs, unless the lock has it, and installs it. */
  ProgramPin.Python pin(
      Start.Python start, @Nullable ProgramPin locked, Map<String, String> environment)
      throws PinException, IOException {
    if (locked instanceof ProgramPin.Python before
        && start.accepts(before.name(), before.version())) {
      install(before, environment);
      return before;
    }
    Path found = interpreters.record("python3", environment);
    String version = version(found, environment);
    Path python = interpreter(version, environment);
    SortedMap<String, Wheel> wheels =
        cache.scratch(folder -> resolve(folder, python, start, environment));
    Wheel own = wheels.get(start.name());
    if (own == null) {
      throw new PinException("pip did not resolve " + start.name());
    }
    Digest files = fill(Optional.empty(), python, wheels, environment);
    String entry = entry(cache.folder(files).resolve(SITE), start);
    return new ProgramPin.Python(
        start.name(), own.version(), entry, version, files, wheels, new TreeMap<>());
  }

  /** Installs the wheels of a pin, and nothing that has another hash. */
  void install(ProgramPin.Python pin, Map<String, String> environment)
      throws PinException, IOException {
    Path python = interpreter(pin.python(), environment);
    Digest _ = fill(Optional.of(pin.installed()), python, pin.wheels(), environment);
  }

  /** Records the Python of that version: {@code python3.12}, or {@code python3} if it is that. */
  private Path interpreter(String version, Map<String, String> environment)
      throws PinException, IOException {
    for (String name : List.of("python" + version, "python3")) {
      Optional<Path> found = Tool.find(name, environment);
      if (found.isPresent() && isVersion(found.get(), version, environment)) {
        return interpreters.record("python" + version, found.get(), environment);
      }
    }
    throw new PinException("the lock asks for Python " + version, "install it, or lock anew");
  }

  private static boolean isVersion(Path python, String version, Map<String, String> environment)
      throws IOException {
    try {
      return version(python, environment).equals(version);
    } catch (PinException e) {
      return false; // a shim for a version that is not there
    }
  }

  private static String version(Path python, Map<String, String> environment)
      throws PinException, IOException {
    String question = "import sys; print('%d.%d' % sys.version_info[:2])";
    String version =
        Tool.at(python, environment).run(root(), List.of("-I", "-c", question)).strip();
    if (!PythonNames.isPython(version)) {
      throw new PinException(python + " is no Python 3");
    }
    return version;
  }

  /** The version that pip would install today. */
  static Wheel newest(Cache cache, Path python, Start.Python start, Map<String, String> environment)
      throws PinException, IOException {
    Wheel own =
        cache.scratch(folder -> resolve(folder, python, start, environment)).get(start.name());
    if (own == null) {
      throw new PinException("pip did not resolve " + start.name());
    }
    return own;
  }

  private static Path root() {
    return Path.of("/");
  }

  private static SortedMap<String, Wheel> resolve(
      Path folder, Path python, Start.Python start, Map<String, String> environment)
      throws PinException, IOException {
    String wanted =
        start.name() + start.extras() + start.version().map(version -> "==" + version).orElse("");
    List<String> arguments = new ArrayList<>(OPTIONS);
    arguments.addAll(List.of("--dry-run", "--ignore-installed", "--report", "report.json", wanted));
    try {
      String _ = Tool.at(python, environment).run(folder, arguments);
    } catch (PinException e) {
      throw new PinException(
          wanted + ": " + e.what(),
          "check the name, and what pip says of it: python3 -m pip index versions " + start.name());
    }
    byte[] report = DurableFile.readBounded(folder.resolve("report.json"), 32 << 20);
    SortedMap<String, Wheel> wheels = new TreeMap<>();
    try {
      Json root = JsonReader.read(new String(report, UTF_8), fault -> {});
      for (Json one : root.get("install").map(Json::elements).orElse(List.of())) {
        String name = PythonNames.normalised(text(one, "metadata", "name"));
        String hash = text(one, "download_info", "archive_info", "hashes", "sha256");
        String version = text(one, "metadata", "version");
        Optional<Digest> file = Digest.read("sha256:" + hash);
        if (file.isEmpty() || !PythonNames.isName(name) || !PythonNames.isVersion(version)) {
          throw new PinException(
              Printable.of(name) + " does not come from an index", Unpinnable.DECLARE);
        }
        wheels.put(name, new Wheel(version, file.get()));
      }
    } catch (JsonException e) {
      throw new PinException("what pip resolved cannot be read: " + e.why());
    }
    return wheels;
  }

  private static String text(Json object, String... path) {
    Optional<Json> at = Optional.of(object);
    for (String name : path) {
      at = at.flatMap(value -> value.get(name));
    }
    return at.flatMap(Json::string).orElse("");
  }

  private Digest fill(
      Optional<Digest> expected,
      Path python,
      SortedMap<String, Wheel> wheels,
      Map<String, String> environment)
      throws PinException, IOException {
    return cache.install(
        expected,
        folder -> {
          Path requirements = folder.resolve("requirements.txt");
          StringBuilder lines = new StringBuilder();
          wheels.forEach(
              (name, wheel) ->
                  lines.append(name + "==" + wheel.version() + " --hash=" + wheel.file() + "\n"));
          DurableFile.replace(requirements, lines.toString().getBytes(UTF_8));
          List<String> arguments = new ArrayList<>(OPTIONS);
          arguments.addAll(
              List.of("--no-deps", "--require-hashes", "--no-compile", "--no-user", "--target"));
          arguments.addAll(List.of(SITE, "-r", "requirements.txt"));
          String _ = Tool.at(python, environment).run(folder, arguments);
          Files.delete(requirements);
          strip(folder.resolve(SITE));
        });
  }

  /** Takes away what differs between machines that installed the same wheels. */
  private static void strip(Path site) throws IOException {
    Tree.delete(site.resolve("bin"));
    try (var folders = Files.newDirectoryStream(site, "*.dist-info")) {
      for (Path folder : folders) {
        for (String note : NOTES) {
          Files.deleteIfExists(folder.resolve(note));
        }
      }
    }
  }

  /** The entry point of that name in the package's {@code entry_points.txt}. */
  private static String entry(Path site, Start.Python start) throws PinException, IOException {
    SortedMap<String, String> scripts = new TreeMap<>();
    try (var folders = Files.newDirectoryStream(site, "*.dist-info")) {
      for (Path folder : folders) {
        String name = String.valueOf(folder.getFileName());
        Path file = folder.resolve("entry_points.txt");
        String distribution = name.substring(0, Math.max(0, name.indexOf('-')));
        if (PythonNames.normalised(distribution).equals(start.name()) && Files.exists(file)) {
          read(new String(DurableFile.readBounded(file, 1 << 20), UTF_8), scripts);
        }
      }
    }
    String entry =
        scripts.size() == 1 && start.command().isEmpty()
            ? scripts.values().iterator().next()
            : scripts.get(start.command().orElse(start.name()));
    if (entry == null || !PythonNames.isEntry(entry)) {
      throw lacks(site, start);
    }
    return entry;
  }

  /** The program may be one of a package that this one needs: uvx itself looks there, too. */
  private static PinException lacks(Path site, Start.Python start) throws IOException {
    String program = start.command().orElse(start.name());
    String what = start.name() + " has no program " + Printable.of(program);
    try (var folders = Files.newDirectoryStream(site, "*.dist-info")) {
      for (Path folder : folders) {
        SortedMap<String, String> scripts = new TreeMap<>();
        Path file = folder.resolve("entry_points.txt");
        if (Files.exists(file)) {
          read(new String(DurableFile.readBounded(file, 1 << 20), UTF_8), scripts);
        }
        if (scripts.containsKey(program)) {
          String name = String.valueOf(folder.getFileName()).split("-", 2)[0];
          String spec = needed(site, start, PythonNames.normalised(name));
          return new PinException(
              what + "; " + spec + ", which it needs, has it",
              "name that package: uvx --from '" + spec + "' " + program);
        }
      }
    }
    return new PinException(what, Unpinnable.DECLARE);
  }

  /** A package as the one that is started asks for it: with its extras. */
  private static String needed(Path site, Start.Python start, String name) throws IOException {
    try (var folders = Files.newDirectoryStream(site, "*.dist-info")) {
      for (Path folder : folders) {
        String own = String.valueOf(folder.getFileName()).split("-", 2)[0];
        Path file = folder.resolve("METADATA");
        if (!PythonNames.normalised(own).equals(start.name()) || !Files.exists(file)) {
          continue;
        }
        String text = new String(DurableFile.readBounded(file, 4 << 20), UTF_8);
        for (String line : text.lines().toList()) {
          Matcher needs = NEEDS.matcher(line);
          if (needs.lookingAt() && PythonNames.normalised(needs.group(1)).equals(name)) {
            return name + needs.group(2).replace(" ", "");
          }
        }
      }
    }
    return name;
  }

  private static void read(String text, SortedMap<String, String> scripts) {
    boolean within = false;
    for (String line : text.lines().map(String::strip).toList()) {
      int equals = line.indexOf('=');
      if (line.startsWith("[")) {
        within = line.equals("[console_scripts]");
      } else if (within && equals > 0) {
        String entry = line.substring(equals + 1).split("\\[", 2)[0].replace(" ", "");
        scripts.put(line.substring(0, equals).strip(), entry);
      }
    }
  }
}
