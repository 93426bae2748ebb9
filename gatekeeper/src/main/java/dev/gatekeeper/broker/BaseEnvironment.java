package dev.gatekeeper.broker;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What every launched process finds in its environment beside the variables of its entry, and where
 * each comes from. Documented in {@code docs/launch-environment.md}; nothing else of our own
 * environment is passed on, proxy settings and credentials in particular.
 */
public final class BaseEnvironment {
  /** Copied from our environment where they are set there. */
  private static final String[] COPIED = {"LANG", "LOGNAME", "SHELL", "TERM", "TMPDIR", "USER"};

  /**
   * The categories of POSIX and of glibc, by name: any other {@code LC_…} is somebody's own
   * variable, put there because ssh forwards the prefix.
   */
  private static final String[] LOCALE = {
    "ADDRESS",
    "ALL",
    "COLLATE",
    "CTYPE",
    "IDENTIFICATION",
    "MEASUREMENT",
    "MESSAGES",
    "MONETARY",
    "NAME",
    "NUMERIC",
    "PAPER",
    "TELEPHONE",
    "TIME"
  };

  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private BaseEnvironment() {}

  /** The base for a child of a process with the environment {@code ours}. */
  public static SortedMap<String, String> of(Map<String, String> ours) {
    SortedMap<String, String> base = new TreeMap<>();
    for (String name : COPIED) {
      copy(ours, name, base);
    }
    for (String category : LOCALE) {
      copy(ours, "LC_" + category, base);
    }
    base.put("HOME", home(ours));
    base.put("PATH", path(ours.getOrDefault("PATH", "")));
    return base;
  }

  /** Home directory of the person. */
  static String home(Map<String, String> ours) {
    String home = ours.getOrDefault("HOME", "");
    return home.startsWith("/") ? home : System.getProperty("user.home", "/");
  }

  /**
   * The absolute elements of a PATH: an empty or relative one means the working directory, where
   * the agent writes.
   */
  private static String path(String ours) {
    String absolute =
        Arrays.stream(ours.split(":", -1))
            .filter(element -> element.startsWith("/"))
            .distinct()
            .collect(Collectors.joining(":"));
    return absolute.isEmpty() ? DEFAULT_PATH : absolute;
  }

  private static void copy(Map<String, String> ours, String name, Map<String, String> base) {
    String value = ours.getOrDefault(name, "");
    if (!value.isEmpty()) {
      base.put(name, value);
    }
  }
}
