package dev.gatekeeper.pin;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.pin.cache.Tree;
import dev.gatekeeper.pin.line.CodeName;
import dev.gatekeeper.wire.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files of code that a line names. Data is left alone: a database that a server is pointed at
 * changes, and is meant to.
 */
final class CodeFiles {
  /** ELF, and the forms of Mach-O. */
  private static final Set<String> MAGIC =
      Set.of("7f454c46", "cffaedfe", "cefaedfe", "feedfacf", "cafebabe");

  private final Path directory;

  /** {@code directory}: the server's working directory, which relative paths start from. */
  CodeFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * SHA-256 of each file of code among {@code args}, by index.
   *
   * @param script whether the first argument that names a file is code, whatever it looks like
   */
  SortedMap<Integer, Digest> in(List<String> args, boolean script) throws IOException {
    SortedMap<Integer, Digest> digests = new TreeMap<>();
    for (int i = 0; i < args.size(); i++) {
      Optional<Path> file = file(args.get(i));
      boolean first = script && digests.isEmpty() && !args.get(i).startsWith("-");
      if (file.isPresent() && (first || isCode(file.get()))) {
        digests.put(i, Tree.digest(file.get().toRealPath()));
      }
    }
    return digests;
  }

  /** Those of a line that does not start with an interpreter of the machine. */
  static SortedMap<Integer, Digest> named(Pins.Line line) throws IOException {
    return new CodeFiles(line.directory()).in(line.arguments(), false);
  }

  /**
   * Compares the files that are there with those that a pin names.
   *
   * @throws PinException where one was altered, is missing, or is named by the line alone
   */
  void compare(List<String> args, ProgramPin pin) throws PinException, IOException {
    if (pin instanceof ProgramPin.Unpinned || pin instanceof ProgramPin.Image) {
      return; // in a container they are data
    }
    SortedMap<Integer, Digest> found = in(args, pin instanceof ProgramPin.Script);
    for (int i = 0; i < args.size(); i++) {
      Digest there = found.get(i);
      Digest wanted = pin.files().get(i);
      String name = Printable.of(args.get(i));
      if (wanted != null && there == null) {
        throw new PinException(name + " is missing, which the lock names", "");
      }
      if (there != null && !there.equals(wanted)) {
        throw new PinException(
            name + (wanted == null ? " is code that the lock does not name" : " was altered"),
            Pins.LOCK);
      }
    }
  }

  /** What {@code args} name as a file to be run, and does not exist. */
  Optional<Path> missing(List<String> args) {
    return args.stream()
        .filter(CodeName::isMeant)
        .flatMap(word -> resolved(word).stream())
        .filter(Files::notExists)
        .findFirst();
  }

  /** The file that an argument, or what follows {@code =} in an option, names. */
  private Optional<Path> file(String argument) {
    int equals = argument.startsWith("-") ? argument.indexOf('=') : -1;
    String name = argument.substring(equals + 1);
    if (name.isEmpty() || (equals < 0 && name.startsWith("-"))) {
      return Optional.empty();
    }
    return resolved(name).filter(Files::isRegularFile);
  }

  private Optional<Path> resolved(String name) {
    try {
      return Optional.of(directory.resolve(name));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean isCode(Path file) throws IOException {
    if (CodeName.isOne(String.valueOf(file.getFileName()))) {
      return true;
    }
    if (!Files.isReadable(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      String hex = HexFormat.of().formatHex(start);
      return hex.startsWith("2321") /* #! */ || MAGIC.contains(hex);
    }
  }
}
