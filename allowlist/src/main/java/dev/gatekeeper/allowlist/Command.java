package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.arguments.Rule;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A program that {@code run NAME} starts.
 *
 * @param arguments rule for the array of further arguments; without one there are none
 */
public record Command(String name, Review review, Program program, Optional<Rule> arguments) {
  /** The program, as written. */
  public Template command() {
    return program.command();
  }

  /** Its fixed arguments. */
  public List<Template> args() {
    return program.args();
  }

  /** Its variables. */
  public SortedMap<String, Template> env() {
    return program.env();
  }

  /** Its variables that name files with secrets. */
  public SortedMap<String, Reference> files() {
    return program.files();
  }
}
