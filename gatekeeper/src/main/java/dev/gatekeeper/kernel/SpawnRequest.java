package dev.gatekeeper.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a new process gets from us. What is not named here it does not get: no variable,
 * no descriptor above 2, no ignored or blocked signal.
 *
 * @param program absolute path; not looked up
 * @param arguments {@code argv}, the program's own name included
 * @param environment {@code NAME=value} each; may hold secrets, hence no record equality is offered
 * @param directory absolute working directory
 * @param ownSession true: leader of a new session and group, out of reach of the terminal and of
 *     signals to our group; false: in our session and group, as a foreground command must be
 * @param stdin what becomes descriptor 0
 * @param stdout what becomes descriptor 1
 * @param stderr what becomes descriptor 2
 * @param label inherited by all descendants, see {@link ProcessLabel}
 */
public record SpawnRequest(
    Path program,
    List<String> arguments,
    List<byte[]> environment,
    Path directory,
    boolean ownSession,
    Stdio stdin,
    Stdio stdout,
    Stdio stderr,
    Optional<ProcessLabel> label) {

  /** Where a standard stream leads. */
  public enum Stdio {
    /** To us, see {@link Child}. */
    PIPE,
    /** As {@link #PIPE}, for a key: no other process of the user can open it in {@code /proc}. */
    SOCKET,
    /** Where ours leads. */
    INHERIT,
    /** {@code /dev/null}. */
    NULL
  }

  /** Copies the lists, not the arrays. */
  public SpawnRequest {
    arguments = List.copyOf(arguments);
    environment = List.copyOf(environment);
    if (arguments.isEmpty() || !program.isAbsolute() || !directory.isAbsolute()) {
      throw new IllegalArgumentException("argv must not be empty, and paths must be absolute");
    }
    // The kernel would read what follows a NUL as the next string.
    if (arguments.stream().anyMatch(argument -> argument.indexOf(0) >= 0)
        || environment.stream().anyMatch(SpawnRequest::hasNul)) {
      throw new IllegalArgumentException("an argument or a variable holds a NUL");
    }
  }

  private static boolean hasNul(byte[] string) {
    for (byte one : string) {
      if (one == 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "SpawnRequest[" + program + "]";
  }
}
