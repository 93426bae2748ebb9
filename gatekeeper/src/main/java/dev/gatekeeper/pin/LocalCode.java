package dev.gatekeeper.pin;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.cache.Tree;
import dev.gatekeeper.pin.line.Interpreter;
import dev.gatekeeper.pin.line.Start;
import dev.gatekeeper.pin.line.Unpinnable;
import dev.gatekeeper.wire.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Code that lies on this machine and comes from no package: files that an interpreter runs, and
 * programs.
 */
final class LocalCode {
  private final Interpreters interpreters;

  LocalCode(Interpreters interpreters) {
    this.interpreters = interpreters;
  }

  Pinned check(Pins.Line line, ProgramPin.Script pin) throws PinException, IOException {
    if (!(Start.of(line.command(), line.arguments()) instanceof Start.Script start)
        || !start.interpreter().equals(pin.interpreter())) {
      throw Pins.otherLine();
    }
    new CodeFiles(line.directory()).compare(line.arguments(), pin);
    return new Pinned.Matches(interpreters.use(Pins.key(line)), line.arguments());
  }

  Pinned check(Pins.Line line, ProgramPin.Binary pin, String path)
      throws PinException, IOException {
    if (!(Start.of(line.command(), line.arguments()) instanceof Start.Binary)) {
      throw Pins.otherLine();
    }
    Path program = program(line, Map.of("PATH", path));
    if (!Tree.digest(program.toRealPath()).equals(pin.program())) {
      throw new PinException(program + " is not the program that the lock names", Pins.LOCK);
    }
    new CodeFiles(line.directory()).compare(line.arguments(), pin);
    return new Pinned.Matches(program, line.arguments());
  }

  private static Path program(Pins.Line line, Map<String, String> environment) throws PinException {
    try {
      Optional<Path> program =
          line.command().contains("/")
              ? Optional.of(line.directory().resolve(line.command())).filter(Files::isExecutable)
              : Tool.find(line.command(), environment);
      return program.orElseThrow(
          () -> new PinException("program '" + Printable.of(line.command()) + "' was not found"));
    } catch (InvalidPathException e) {
      throw new PinException("the command is not a valid file name");
    }
  }

  /** Pins the files of code that a line names, and records what runs them. */
  ProgramPin pin(Pins.Line line, Start.Script start, Map<String, String> environment)
      throws PinException, IOException {
    CodeFiles code = new CodeFiles(line.directory());
    SortedMap<Integer, Digest> files = code.in(line.arguments(), true);
    int first = files.isEmpty() ? line.arguments().size() : files.firstKey();
    boolean inline =
        line.arguments().subList(0, first).stream().anyMatch(Interpreter.INLINE::contains);
    Optional<Path> missing = code.missing(line.arguments());
    if (files.isEmpty() && !inline && missing.isPresent()) {
      throw new PinException(
          Printable.of(missing.get().toString()) + " does not exist",
          "mend \"args\" or \"cwd\" of the entry");
    }
    if (files.isEmpty() || inline) {
      throw new PinException(
          "the line names no file of code that '" + start.interpreter() + "' would run",
          Unpinnable.DECLARE);
    }
    Path _ = interpreters.record(Pins.key(line), environment);
    return new ProgramPin.Script(start.interpreter(), files);
  }

  /** Pins the program that a line starts, and the files of code that it names. */
  ProgramPin pin(Pins.Line line, Map<String, String> environment) throws PinException, IOException {
    return new ProgramPin.Binary(
        Tree.digest(program(line, environment).toRealPath()), CodeFiles.named(line));
  }
}
