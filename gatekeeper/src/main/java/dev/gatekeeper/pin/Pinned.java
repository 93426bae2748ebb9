package dev.gatekeeper.pin;

import java.nio.file.Path;
import java.util.List;

/** What a check of a program's pin came to. */
public sealed interface Pinned {
  /**
   * The bytes are those of the lock: this is to be run, in place of the entry's line.
   *
   * @param program absolute path, as it is to be run
   * @param arguments without the program itself
   */
  record Matches(Path program, List<String> arguments) implements Pinned {
    public Matches {
      arguments = List.copyOf(arguments);
    }
  }

  /** The reviewed entry says why nothing is known of the bytes: its line is to be run as it is. */
  record NotPinned() implements Pinned {}

  /**
   * Not to be started.
   *
   * @param what is not as it was locked; one sentence without its full stop, escaped
   * @param hint what to type; may be empty
   */
  record Refused(String what, String hint) implements Pinned {}
}
