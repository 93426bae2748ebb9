package dev.gatekeeper.downstream;

import dev.gatekeeper.wire.WireLimits;
import java.nio.file.Path;
import java.util.List;

/**
 * What one server process is born with, and nothing else: it inherits no variable, no descriptor
 * and no signal setting of ours.
 *
 * <p>Equality and text leave {@code environment} out: its values are secrets.
 *
 * @param name the server's name in the allow-list, for messages
 * @param program absolute path, see {@link ProgramResolver}
 * @param arguments without the program itself, which becomes {@code argv[0]}
 * @param environment the whole environment, one {@code NAME=value} an element, in UTF-8. The arrays
 *     stay the caller's, who wipes them once the process has been started
 * @param directory absolute path of the working directory
 * @param limits of what it may send
 */
public record LaunchSpec(
    String name,
    Path program,
    List<String> arguments,
    List<byte[]> environment,
    Path directory,
    WireLimits limits) {
  /** Checks what a caller can only get wrong by a bug. */
  public LaunchSpec {
    arguments = List.copyOf(arguments);
    environment = List.copyOf(environment);
    if (!program.isAbsolute() || !directory.isAbsolute()) {
      throw new IllegalArgumentException("program and directory must be absolute");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LaunchSpec that
        && name.equals(that.name)
        && program.equals(that.program)
        && arguments.equals(that.arguments)
        && directory.equals(that.directory);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + program.hashCode();
  }

  @Override
  public String toString() {
    return "LaunchSpec[" + name + ", " + program + "]";
  }
}
