package dev.gatekeeper.pin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.pin.NpmNames;
import dev.gatekeeper.allowlist.pin.NpmPackage;
import dev.gatekeeper.allowlist.pin.Platform;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.pin.cache.Cache;
import dev.gatekeeper.pin.cache.PinException;
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

/**
 * Packages of npm: resolved once, in a folder of ours, so that a repository's {@code .npmrc} has no
 * say in it; installed from nothing but the tree of a pin. No script of a package runs.
 */
public final class Npm {
  /** What a person's or a machine's configuration must not change: it would change the files. */
  private static final List<String> OPTIONS =
      List.of(
          "--ignore-scripts",
          "--no-global",
          "--no-bin-links",
          "--no-audit",
          "--no-fund",
          "--no-progress",
          "--no-update-notifier",
          "--loglevel=error",
          "--omit=dev",
          "--include=optional",
          "--include=peer",
          "--install-strategy=hoisted",
          "--workspaces=false");

  private static final int MAX_BYTES = 32 << 20;

  private final Cache cache;
  private final Map<String, String> environment;
  private final Platform here;

  Npm(Cache cache, Map<String, String> environment, Platform here) {
    this.cache = cache;
    this.environment = Map.copyOf(environment);
    this.here = here;
  }

  /** Compares what a line starts with its pin; nothing but the tree can give it a module. */
  static Pinned check(
      Pins.Line line,
      ProgramPin.Npm pin,
      Platform here,
      Cache cache,
      Interpreters interpreters,
      Path home)
      throws PinException, IOException {
    if (!(Start.of(line.command(), line.arguments()) instanceof Start.Npm start)
        || !start.accepts(pin.name(), pin.version())) {
      throw Pins.otherLine();
    }
    new CodeFiles(line.directory()).compare(line.arguments(), pin);
    Digest files =
        pin.installedOn(here)
            .orElseThrow(
                () ->
                    new PinException(
                        "the lock does not know the files of " + pin.name() + " on " + here,
                        Pins.LOCK));
    Path node = interpreters.use("node");
    NodeModules.check(cache.folder(files), home, node);
    Path program = cache.use(files).resolve(pin.bin());
    List<String> arguments = new ArrayList<>(NodeLine.options(program));
    arguments.add(program.toString());
    arguments.addAll(line.arguments().subList(start.rest(), line.arguments().size()));
    return new Pinned.Matches(node, arguments);
  }

  /** What npm made of a name. */
  private record Resolved(String version, String bin, SortedMap<String, NpmPackage> tree) {}

  /**
   * Resolves a package and all that it needs, and installs it.
   *
   * @param range a version, a range or a tag
   * @param command the name under which the package offers its program; empty: its main one
   */
  ProgramPin.Npm pin(String name, String range, Optional<String> command)
      throws PinException, IOException {
    Resolved resolved = cache.scratch(folder -> resolve(folder, name, range, command));
    return recorded(
        new ProgramPin.Npm(
            name, resolved.version, resolved.bin, new TreeMap<>(), resolved.tree, new TreeMap<>()));
  }

  /** The same pin, and what its tree is here. */
  ProgramPin.Npm recorded(ProgramPin.Npm pin) throws PinException, IOException {
    Digest files = install(pin);
    boolean some = pin.tree().values().stream().anyMatch(NpmPackage::dependsOnPlatform);
    SortedMap<Platform, Digest> installed = new TreeMap<>();
    installed.put(some ? here : Platform.ANY, files);
    return new ProgramPin.Npm(
            pin.name(), pin.version(), pin.bin(), installed, pin.tree(), pin.files())
        .with(pin.installed());
  }

  /** Installs the tree of a pin as the lock has it; gives the digest of its files here. */
  Digest install(ProgramPin.Npm pin) throws PinException, IOException {
    Tool npm = Tool.of("npm", environment);
    return cache.install(
        pin.installedOn(here),
        folder -> {
          DurableFile.replace(folder.resolve("package.json"), NpmLock.projectOf(pin.tree()));
          DurableFile.replace(folder.resolve("package-lock.json"), NpmLock.write(pin.tree()));
          npm.run(folder, line("ci"));
          Files.delete(folder.resolve("package.json"));
          Files.delete(folder.resolve("package-lock.json"));
          // npm's own note of the tree: it names addresses, and nothing reads it.
          Files.deleteIfExists(folder.resolve("node_modules/.package-lock.json"));
          complete(folder, pin);
        });
  }

  /** npm leaves out what is optional; that nothing else is missing is for us to see. */
  private static void complete(Path folder, ProgramPin.Npm pin) throws PinException {
    for (Map.Entry<String, NpmPackage> one : pin.tree().entrySet()) {
      if (!one.getValue().optional() && !Files.isDirectory(folder.resolve(one.getKey()))) {
        throw new PinException("npm did not install " + one.getKey());
      }
    }
    if (!Files.isRegularFile(folder.resolve(pin.bin()))) {
      throw new PinException("the package has no file " + Printable.of(pin.bin()));
    }
  }

  private Resolved resolve(Path folder, String name, String range, Optional<String> command)
      throws PinException, IOException {
    SortedMap<String, String> wanted = new TreeMap<>(Map.of(name, range));
    DurableFile.replace(folder.resolve("package.json"), NpmLock.project(wanted, new TreeMap<>()));
    Tool npm = Tool.of("npm", environment);
    List<String> arguments =
        line(
            "install",
            "--package-lock-only",
            "--package-lock=true",
            "--lockfile-version=3",
            "--omit-lockfile-registry-resolved");
    String _ = npm.run(folder, arguments);
    byte[] lock = DurableFile.readBounded(folder.resolve("package-lock.json"), MAX_BYTES);
    SortedMap<String, NpmPackage> tree = NpmLock.read(lock);
    NpmPackage root = tree.get("node_modules/" + name);
    if (root == null) {
      throw new PinException("npm did not resolve " + name);
    }
    return new Resolved(root.version(), bin(lock, name, command), tree);
  }

  private static List<String> line(String command, String... further) {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of(further));
    line.addAll(OPTIONS);
    return line;
  }

  /** The file of a package's program, chosen as npx does (libnpmexec). */
  private static String bin(byte[] lock, String name, Optional<String> command)
      throws PinException {
    SortedMap<String, String> bins = new TreeMap<>();
    String folder = "node_modules/" + name;
    try {
      Optional<Json> bin =
          JsonReader.read(new String(lock, UTF_8), fault -> {})
              .get("packages")
              .flatMap(packages -> packages.get(folder))
              .flatMap(one -> one.get("bin"));
      for (Json.Member member : bin.map(Json::members).orElse(List.of())) {
        member.value().string().ifPresent(file -> bins.put(member.name(), file));
      }
    } catch (JsonException e) {
      throw new PinException("what npm resolved cannot be read: " + e.why());
    }
    String own = name.substring(name.indexOf('/') + 1);
    String chosen = command.orElse(own);
    String file =
        command.isEmpty() && bins.values().stream().distinct().count() == 1
            ? bins.values().iterator().next()
            : bins.get(chosen);
    if (file == null) {
      throw new PinException(
          name + " has no program " + Printable.of(chosen),
          bins.isEmpty()
              ? Unpinnable.DECLARE
              : "it has: " + Printable.of(String.join(", ", bins.keySet())));
    }
    String path = folder + "/" + Path.of(file).normalize();
    if (!NpmNames.isFile(path)) {
      throw new PinException("the program of " + name + " lies outside of it", Unpinnable.DECLARE);
    }
    return path;
  }
}
