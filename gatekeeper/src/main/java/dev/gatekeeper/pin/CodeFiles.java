package dev.gatekeeper.pin;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.pin.cache.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files of code that a line names. Data is left alone: a database that a server is pointed at
 * changes, and is meant to.
 */
final class CodeFiles {
  private static final Set<String> EXTENSIONS =
      Set.of(
          "js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "py", "pyz", "pyc", "rb", "pl",
          "pm", "php", "lua", "jar", "war", "class", "sh", "bash", "zsh", "ps1", "wasm", "so",
          "dylib", "dll", "exe", "r", "jl", "exs", "ex", "beam", "scm", "rkt", "tcl", "phar",
          "gem");

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

  /** The file that an argument, or what follows {@code =} in an option, names. */
  private Optional<Path> file(String argument) {
    int equals = argument.startsWith("-") ? argument.indexOf('=') : -1;
    String name = argument.substring(equals + 1);
    if (name.isEmpty() || (equals < 0 && name.startsWith("-"))) {
      return Optional.empty();
    }
    try {
      return Optional.of(directory.resolve(name)).filter(Files::isRegularFile);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean isCode(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1))) {
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
