package dev.gatekeeper.allowlist.pin;

import java.util.Locale;

/** Texts that become file names, arguments of pip, and code that starts a program. */
public final class PythonNames {
  private static final int MAX = 128;

  private PythonNames() {}

  /** PEP 503: {@code Foo.Bar_baz} and {@code foo-bar-baz} are one package. */
  public static String normalised(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
  }

  /** A name in its normalised form. */
  public static boolean isName(String name) {
    return isWord(name, "-")
        && isAlphanumeric(name.charAt(0))
        && isAlphanumeric(name.charAt(name.length() - 1))
        && name.equals(normalised(name));
  }

  /** One version (PEP 440), no range. */
  public static boolean isVersion(String version) {
    return isWord(version, ".!+_-") && isAlphanumeric(version.charAt(0));
  }

  /** {@code 3.12}. */
  public static boolean isPython(String version) {
    String[] parts = version.split("\\.", -1);
    return parts.length == 2
        && parts[0].equals("3")
        && !parts[1].isEmpty()
        && parts[1].length() <= 3
        && parts[1].chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** {@code module.module:object.function}: identifiers, because it becomes code. */
  public static boolean isEntry(String entry) {
    String[] halves = entry.split(":", -1);
    return halves.length == 2 && isDotted(halves[0]) && isDotted(halves[1]);
  }

  private static boolean isDotted(String names) {
    if (names.length() > MAX) {
      return false;
    }
    for (String name : names.split("\\.", -1)) {
      if (!isWord(name, "_") || (name.charAt(0) >= '0' && name.charAt(0) <= '9')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWord(String text, String further) {
    return !text.isEmpty()
        && text.length() <= MAX
        && text.chars().allMatch(c -> isAlphanumeric(c) || further.indexOf(c) >= 0);
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
