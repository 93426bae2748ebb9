package dev.gatekeeper.allowlist.arguments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The keyword {@code gk:pathUnder}: a string is an absolute path that, once {@code .}, {@code ..}
 * and symbolic links are resolved, is one of these directories or lies below one.
 *
 * <p>Relative paths do not pass: from where the server reads them is its own affair. Nor does
 * {@code ~} at the start or a percent-encoded dot, slash or backslash, which some servers expand
 * after we judged.
 */
final class Directories {
  /** Bytes that the kernel takes for a path (PATH_MAX). */
  private static final int MAX_TEXT = 4096;

  /** Dot, slashes, percent, NUL; c0 and c1 begin overlong forms of them that some decoders take. */
  private static final Set<String> ESCAPES = Set.of("2e", "2f", "5c", "25", "00", "c0", "c1");

  private static final String PROJECT = "${project}";
  private static final String HOME = "${home}";

  private Directories() {}

  /** Whether {@code text} can stand in the keyword's array. */
  static boolean isEntry(String text) {
    String below = text;
    for (String place : List.of(PROJECT, HOME)) {
      if (text.startsWith(place)) {
        below = text.substring(place.length());
      }
    }
    boolean anchored = below.startsWith("/") || (below.isEmpty() && !text.isEmpty());
    return anchored && !below.contains("${") && plain(below);
  }

  /** Whether {@code value} lies below one of {@code roots}. */
  static boolean admits(List<String> roots, String value, PathView paths) {
    if (value.startsWith("~") || value.length() > MAX_TEXT || !plain(value) || encoded(value)) {
      return false;
    }
    try {
      Path path = paths.canonical(value);
      for (String root : roots) {
        if (path.startsWith(root(root, paths))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path root(String text, PathView paths) throws IOException {
    String absolute = text;
    if (text.startsWith(PROJECT)) {
      absolute = paths.project() + text.substring(PROJECT.length());
    } else if (text.startsWith(HOME)) {
      absolute = paths.home() + text.substring(HOME.length());
    }
    return paths.canonical(absolute);
  }

  private static boolean plain(String text) {
    return text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
  }

  private static boolean encoded(String text) {
    for (int percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', percent + 1)) {
      String code = text.substring(percent + 1, Math.min(text.length(), percent + 3));
      if (ESCAPES.contains(code.toLowerCase(java.util.Locale.ROOT))) {
        return true;
      }
    }
    return false;
  }
}
