package dev.gatekeeper.cli.console;

import java.util.regex.Pattern;

/** One word of a command that is printed for a person to type. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

  private ShellWord() {}

  /**
   * {@code text} as a POSIX shell reads it back: as it is where that does, else in single quotes.
   * What could steer a terminal is written as by {@link Console#printable}.
   */
  public static String of(String text) {
    return PLAIN.matcher(text).matches()
        ? text
        : "'" + Console.printable(text).replace("'", "'\\''") + "'";
  }
}
