package dev.gatekeeper.proxy;

import dev.gatekeeper.allowlist.arguments.PathView;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The file system of this machine, as argument rules see it.
 *
 * <p>The answer holds for the moment at which it is given: who may write below an allowed directory
 * can put a link there afterwards. Only a sandbox closes that gap.
 */
public final class RealPaths implements PathView {
  /** Links in one path: what Linux follows before it gives up (ELOOP). */
  private static final int MAX_LINKS = 40;

  private static final Path PROCESSES = Path.of("/proc");
  private static final List<Path> DESCRIPTORS = List.of(Path.of("/dev/fd"), Path.of("/dev/stdin"));

  private final Path project;
  private final Path home;

  /**
   * Sees the file system from {@code project}.
   *
   * @throws IOException if one of them does not exist or cannot be read
   */
  public RealPaths(Path project, Path home) throws IOException {
    this.project = project.toRealPath();
    this.home = home.toRealPath();
  }

  @Override
  public Path project() {
    return project;
  }

  @Override
  public Path home() {
    return home;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Element by element, as the kernel does: {@code link/..} is the parent of what the link
   * names, not of the link. Below a name that does not exist, {@code ..} leads nowhere.
   */
  @Override
  public Path canonical(String absolute) throws IOException {
    Path path;
    try {
      path = Path.of(absolute);
    } catch (InvalidPathException e) {
      throw new IOException("no path", e);
    }
    if (!path.isAbsolute()) {
      throw new IOException("not an absolute path");
    }
    Path resolved = path.getRoot();
    Deque<Path> rest = elements(path, new ArrayDeque<>());
    int links = 0;
    while (!rest.isEmpty()) {
      String name = rest.pop().toString();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        resolved = parent(resolved);
        continue;
      }
      Path next = resolved.resolve(name);
      if (!Files.isSymbolicLink(next)) {
        resolved = next;
        continue;
      }
      if (isOfAProcess(next)) {
        // For the server, which is another process, it leads elsewhere.
        throw new IOException("what it names depends on who asks");
      }
      if (++links > MAX_LINKS) {
        throw new FileSystemLoopException("too many links");
      }
      Path target = Files.readSymbolicLink(next);
      resolved = target.isAbsolute() ? target.getRoot() : resolved;
      rest = elements(target, rest);
    }
    if (isOfAProcess(resolved)) {
      throw new IOException("what it names depends on who asks");
    }
    return exact(resolved);
  }

  /** A link below {@code /proc}, as {@code self/cwd} and {@code self/fd/3}; {@code /dev/fd}. */
  private static boolean isOfAProcess(Path path) {
    return DESCRIPTORS.stream().anyMatch(path::startsWith)
        || (path.startsWith(PROCESSES) && Files.isSymbolicLink(path));
  }

  private static Path parent(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("\"..\" below what is no directory");
    }
    Path parent = directory.getParent();
    return parent == null ? directory : parent;
  }

  /** The elements of {@code path}, and behind them {@code rest}. */
  private static Deque<Path> elements(Path path, Deque<Path> rest) {
    for (int i = path.getNameCount() - 1; i >= 0; i--) {
      rest.push(path.getName(i));
    }
    return rest;
  }

  /** On a file system that ignores letter case: as the names are stored. */
  private static Path exact(Path resolved) throws IOException {
    Path existing = resolved;
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      Path parent = existing.getParent();
      if (parent == null) {
        return resolved;
      }
      // What cannot be looked at may be a link: its absence must be certain.
      if (!Files.notExists(existing, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException("cannot be looked at");
      }
      existing = parent;
    }
    return existing.toRealPath().resolve(existing.relativize(resolved)).normalize();
  }
}
