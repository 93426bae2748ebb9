package dev.gatekeeper.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Directories that a confined process finds empty, and may fill: others keep in them sockets that
 * lead out, such as those of tmux, of a desktop and of Docker.
 */
record Covered(List<Path> emptied) {
  /** The programs of NixOS lie in one of them. */
  static final Path PROGRAMS = Path.of("/run/current-system");

  /** So do the names of hosts, for whom they are to be known: who is asked there asks the net. */
  static final Path RESOLVER = Path.of("/run/systemd/resolve");

  private static final List<Path> OF_KERNEL =
      Stream.of("/proc", "/dev", "/sys").map(Path::of).toList();

  static Covered of(Bounds bounds) {
    return new Covered(
        Stream.concat(
                Stream.of("/tmp", "/var/tmp", "/run", "/var/run").map(Path::of),
                Stream.concat(bounds.temporary().stream(), bounds.runtime().stream()))
            .filter(Files::isDirectory)
            .map(Covered::real)
            .filter(path -> path.getNameCount() > 0)
            .distinct()
            .sorted()
            .toList());
  }

  /** Whether a path is one of them, or lies below. */
  boolean has(Path path) {
    return emptied.stream().anyMatch(path::startsWith);
  }

  /** Whether a path lies below one of them. */
  boolean hides(Path path) {
    return emptied.stream().anyMatch(each -> path.startsWith(each) && !path.equals(each));
  }

  static boolean isOfKernel(Path path) {
    return path.getNameCount() == 0 || OF_KERNEL.stream().anyMatch(path::startsWith);
  }

  /** Where a path leads. One that leads nowhere is given as it is. */
  static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.normalize();
    }
  }
}
