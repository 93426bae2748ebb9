package dev.gatekeeper.pin;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.pin.Platform;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.pin.cache.Cache;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.line.Start;
import dev.gatekeeper.wire.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Pinned programs on this machine.
 *
 * <p>{@link #resolve} and {@link #install} are acts of a person: they ask package managers, with
 * the person's own configuration. {@link #check} asks nobody and fetches nothing: every byte that
 * it vouches for was compared with the pin when it returns.
 *
 * <p>What it cannot promise: a process of the same user can alter a file after it was compared and
 * before it is loaded.
 */
public final class Pins {
  static final String LOCK = "gatekeeper allowlist lock";

  private final Cache cache;
  private final Interpreters interpreters;
  private final LocalCode local;
  private final Platform here = Machine.platform();

  /** Pins below {@code home}; {@code witness} vouches for interpreters that the user can change. */
  public Pins(Home home, Witness witness) {
    this.cache = new Cache(home);
    this.interpreters = new Interpreters(cache.folder(), witness);
    this.local = new LocalCode(interpreters);
  }

  /** Below which all installed programs lie. */
  public static Path folder(Home home) {
    return new Cache(home).folder();
  }

  /**
   * A line that is to be started.
   *
   * @param command as the entry has it, places filled in
   * @param arguments the same
   * @param directory absolute working directory of the server
   */
  public record Line(String command, List<String> arguments, Path directory) {
    public Line {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * Whether what a line would run is what its pin names, and how it is to be run. Milliseconds:
   * some 50 for each thousand files of a package; never the network.
   *
   * @param pin of this platform; empty: the lock has none
   * @param path the PATH of the server to be
   * @param home the HOME of the server to be
   */
  public Pinned check(Line line, Optional<ProgramPin> pin, String path, Path home) {
    if (pin.isEmpty()) {
      return new Pinned.Refused("the lock pins no program for " + here, LOCK);
    }
    try {
      return switch (pin.get()) {
        case ProgramPin.Npm npm -> Npm.check(line, npm, here, cache, interpreters, home);
        case ProgramPin.Python python -> new Pip(cache, interpreters).check(line, python);
        case ProgramPin.Image image -> Images.check(line, image, interpreters);
        case ProgramPin.Script script -> local.check(line, script);
        case ProgramPin.Binary binary -> local.check(line, binary, path);
        case ProgramPin.Unpinned unpinned -> new Pinned.NotPinned();
      };
    } catch (PinException e) {
      return new Pinned.Refused(e.what(), e.hint().orElse(""));
    } catch (IOException e) {
      return new Pinned.Refused(
          "its program could not be compared with the lock: " + fault(e), Cache.INSTALL);
    }
  }

  private static String fault(IOException e) {
    return Printable.of(e.getClass().getSimpleName() + " " + e.getMessage());
  }

  static PinException otherLine() {
    return new PinException("the entry starts another program than the lock pins", LOCK);
  }

  /** By what a program is recorded on this machine. */
  static String key(Line line) {
    return line.command.contains("/")
        ? line.directory.resolve(line.command).normalize().toString()
        : line.command;
  }

  /**
   * Finds out what a line starts, installs it, and pins it. A package that is pinned already in the
   * version that the line asks for keeps its tree; what other platforms recorded is kept.
   *
   * @param unpinned the entry's reason not to; then nothing is asked or installed
   * @param locked the pins that the lock has
   * @param environment the person's
   * @return pins by platform: those that were there, and this platform's
   * @throws PinException where it cannot be pinned; the hint says what to write instead
   */
  public SortedMap<Platform, ProgramPin> resolve(
      Line line,
      Optional<String> unpinned,
      SortedMap<Platform, ProgramPin> locked,
      Map<String, String> environment)
      throws PinException, IOException {
    if (unpinned.isPresent()) {
      return any(new ProgramPin.Unpinned(unpinned.get()));
    }
    return switch (Start.of(line.command, line.arguments)) {
      case Start.Npm start -> {
        Npm npm = new Npm(cache, environment, here);
        ProgramPin.Npm pin =
            locked.get(Platform.ANY) instanceof ProgramPin.Npm before
                    && start.accepts(before.name(), before.version())
                ? npm.recorded(before)
                : npm.pin(start.name(), start.range().orElse("latest"), start.command());
        Path _ = interpreters.record("node", environment);
        Path program = cache.folder(pin.installedOn(here).orElseThrow()).resolve(pin.bin());
        List<String> _ = NodeLine.options(program);
        yield any(pin.naming(CodeFiles.named(line)));
      }
      case Start.Python start ->
          here(
              new Pip(cache, interpreters)
                  .pin(start, locked.get(here), environment)
                  .naming(CodeFiles.named(line)),
              locked);
      case Start.Image start -> {
        Path _ = interpreters.record(key(line), environment);
        ProgramPin.Image image = Images.pin(line, start, environment);
        yield image.local() ? here(image, locked) : any(image);
      }
      case Start.Script start -> any(local.pin(line, start, environment));
      case Start.Binary _ -> here(local.pin(line, environment), locked);
      case Start.Unknown unknown -> throw new PinException(unknown.why(), unknown.hint());
    };
  }

  private static SortedMap<Platform, ProgramPin> any(ProgramPin pin) {
    return new TreeMap<>(Map.of(Platform.ANY, pin));
  }

  private SortedMap<Platform, ProgramPin> here(
      ProgramPin pin, SortedMap<Platform, ProgramPin> locked) {
    SortedMap<Platform, ProgramPin> pins = new TreeMap<>(locked);
    pins.remove(Platform.ANY);
    pins.values().removeIf(other -> !other.kind().equals(pin.kind()));
    pins.put(here, pin);
    return pins;
  }

  /**
   * Makes ready what a pin names, from the pin alone: what the lock does not name is not looked up.
   *
   * @throws PinException where what is fetched is not what the pin names
   */
  public void install(Line line, ProgramPin pin, Map<String, String> environment)
      throws PinException, IOException {
    switch (pin) {
      case ProgramPin.Npm npm -> {
        Digest _ = new Npm(cache, environment, here).install(npm);
        Path _ = interpreters.record("node", environment);
      }
      case ProgramPin.Python python -> new Pip(cache, interpreters).install(python, environment);
      case ProgramPin.Image image -> {
        Path _ = interpreters.record(key(line), environment);
        Images.fetch(line, image, environment);
      }
      case ProgramPin.Script script -> {
        Path _ = interpreters.record(key(line), environment);
      }
      case ProgramPin.Binary binary -> {
        // A program of the machine: check says whether it is the right one.
      }
      case ProgramPin.Unpinned unpinned -> {
        // Nothing is known of it.
      }
    }
  }

  /** Whether {@link #exact} would ask nobody. */
  public static boolean isExact(Line line) {
    return Versions.isExact(Start.of(line.command, line.arguments));
  }

  /**
   * The arguments of a line with what it fetches in the version that the package manager would take
   * today; a line that names an exact version, or fetches nothing, as it is.
   */
  public List<String> exact(Line line, Map<String, String> environment)
      throws PinException, IOException {
    return new Versions(cache, environment).exact(line);
  }

  /**
   * Removes installed trees that no lock names and no process uses.
   *
   * @param young what was installed since then stays
   * @return the names of those that are gone
   */
  public List<String> prune(Set<Digest> named, Instant young) throws IOException {
    return cache.prune(named, young);
  }

  /** Where files were put that somebody had added to installed trees which were replaced. */
  public List<Path> asides() {
    return cache.asides();
  }

  /** The platform of this machine. */
  public Platform here() {
    return here;
  }
}
