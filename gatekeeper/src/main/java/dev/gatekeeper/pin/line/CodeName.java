package dev.gatekeeper.pin.line;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names by which files of code go. */
public final class CodeName {
  private static final Set<String> EXTENSIONS =
      Set.of(
          "js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "py", "pyz", "pyc", "rb", "pl",
          "pm", "php", "lua", "jar", "war", "class", "sh", "bash", "zsh", "ps1", "wasm", "so",
          "dylib", "dll", "exe", "r", "jl", "exs", "ex", "beam", "scm", "rkt", "tcl", "phar",
          "gem");

  private static final Pattern ADDRESS = Pattern.compile("[a-z][a-z0-9+.-]+:.*");

  private CodeName() {}

  /** Whether a file of this name is code. */
  public static boolean isOne(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Whether a word of a line can mean nothing but a file that an interpreter is to run. */
  public static boolean isMeant(String word) {
    return !word.startsWith("-")
        && !ADDRESS.matcher(word).matches()
        && (word.contains("/") || (word.contains(".") && isOne(word)));
  }
}
