package dev.gatekeeper.downstream;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Finds the file behind a command before anything is launched, so that what the log names is what
 * runs.
 *
 * <p>A name without a slash is looked for in the given PATH only: never in the working directory,
 * which the agent can write to. Empty and relative elements of PATH, which a shell reads as the
 * working directory, are therefore skipped. A command with a slash names a file, relative to the
 * working directory.
 */
public final class ProgramResolver {
  private ProgramResolver() {}

  /**
   * Returns an absolute path to an executable regular file. Symbolic links are kept, because some
   * programs decide by the name that they were called by.
   *
   * @param command as the allow-list has it
   * @param cwd absolute working directory of the server to be
   * @param path a PATH, elements divided by colons
   */
  public static Path resolve(String command, Path cwd, String path) throws LaunchException {
    if (command.isEmpty()) {
      throw new LaunchException("the command is empty");
    }
    try {
      return command.contains("/") ? file(command, cwd) : search(command, path);
    } catch (InvalidPathException e) {
      throw new LaunchException("the command is not a valid file name");
    }
  }

  private static Path file(String command, Path cwd) throws LaunchException {
    Path file = cwd.resolve(command);
    if (!Files.exists(file)) {
      throw new LaunchException(file + " does not exist");
    }
    if (Files.isDirectory(file)) {
      throw new LaunchException(file + " is a directory, not a program", true);
    }
    if (!executable(file)) {
      throw new LaunchException(file + " is not executable", true);
    }
    return file;
  }

  private static Path search(String name, String path) throws LaunchException {
    boolean seen = false;
    for (String element : path.split(":", -1)) {
      if (!element.startsWith("/")) {
        continue;
      }
      Path candidate = Path.of(element, name);
      if (executable(candidate)) {
        return candidate;
      }
      seen |= Files.isRegularFile(candidate);
    }
    throw new LaunchException(
        seen
            ? "program '" + name + "' was found on PATH, but is not executable"
            : "program '" + name + "' was not found on PATH",
        seen);
  }

  private static boolean executable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
