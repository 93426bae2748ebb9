package dev.gatekeeper.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One directory that a confined process finds otherwise than it is. Shallow ones are laid first, so
 * that of two the more particular one counts.
 */
record Laid(Path path, Kind kind) {
  static final Path RUN = Path.of("/run");

  /** Where others keep sockets that lead out: of tmux, a desktop, Docker. */
  private static final List<Path> EMPTIED =
      Stream.of("/tmp", "/var/tmp", "/run", "/var/run").map(Path::of).toList();

  /** How it finds the directory. */
  enum Kind {
    EMPTY,
    WRITABLE,
    SHOWN
  }

  /**
   * What is laid for {@code bounds}, in order.
   *
   * @param writable directories that were looked at
   * @param line what is started, an absolute path first
   */
  static List<Laid> of(Bounds bounds, List<Path> writable, List<String> line) {
    List<Laid> laid = new ArrayList<>();
    writable.forEach(path -> laid.add(new Laid(path, Kind.WRITABLE)));
    emptied(bounds).forEach(path -> add(laid, path, Kind.EMPTY));
    bounds.temporary().stream()
        .filter(path -> isHidden(laid, path))
        .forEach(path -> add(laid, path, Kind.EMPTY));
    Path home = real(bounds.home());
    Path started = Path.of(line.getFirst()).getParent();
    Stream<Path> around =
        Stream.of(bounds.project(), bounds.directory(), started)
            .map(Laid::real)
            .filter(path -> !path.startsWith(home));
    List<Path> shown =
        Stream.concat(around, bounds.shown().stream().map(Laid::real))
            .filter(path -> Files.isDirectory(path) && isHidden(laid, path))
            .toList();
    shown.forEach(path -> add(laid, path, Kind.SHOWN));
    laid.sort(Comparator.comparingInt(it -> it.path.getNameCount()));
    return laid;
  }

  private static Stream<Path> emptied(Bounds bounds) {
    List<Path> all = new ArrayList<>(EMPTIED);
    all.addAll(bounds.temporary());
    bounds.runtime().ifPresent(all::add);
    all.add(bounds.home());
    return all.stream()
        .filter(Files::isDirectory)
        .map(Laid::real)
        .filter(path -> path.getNameCount() > 0);
  }

  /** What was said of a directory first counts. */
  private static void add(List<Laid> laid, Path path, Kind kind) {
    if (laid.stream().noneMatch(it -> it.path.equals(path))) {
      laid.add(new Laid(path, kind));
    }
  }

  /** Whether what is laid closest around a path empties that. */
  private static boolean isHidden(List<Laid> laid, Path path) {
    return laid.stream()
        .filter(it -> path.startsWith(it.path) && !path.equals(it.path))
        .max(Comparator.comparingInt(it -> it.path.getNameCount()))
        .filter(it -> it.kind == Kind.EMPTY)
        .isPresent();
  }

  List<String> arguments() {
    return switch (kind) {
      case EMPTY -> List.of("--tmpfs", path.toString());
      case WRITABLE -> List.of("--bind", path.toString(), path.toString());
      case SHOWN -> List.of("--ro-bind", path.toString(), path.toString());
    };
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
