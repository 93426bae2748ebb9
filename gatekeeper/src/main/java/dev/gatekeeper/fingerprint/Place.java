package dev.gatekeeper.fingerprint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.fingerprint.print.KeyText;
import dev.gatekeeper.team.TeamPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What has fingerprints of its own: a project of a repository, in all of its work trees; a project
 * without one; or all that is neither.
 *
 * @param name by which it is known
 * @param project canonical directory in whose team's file values may be; empty for what is neither
 */
public record Place(String name, Optional<Path> project) {
  /** Bytes of a {@code .git} that is a file: a path. */
  private static final int MAX_LINK = 8 << 10;

  private static final String LINK = "gitdir: ";

  /**
   * That of a project.
   *
   * @param project canonical
   */
  public static Place of(Path project) {
    TeamPlace place = TeamPlace.of(project);
    if (place.repository().isPresent()) {
      Path root = place.repository().get();
      String within = root.relativize(project).toString();
      return new Place(common(root.resolve(".git")) + "\0" + within, Optional.of(project));
    }
    return Files.isDirectory(project.resolve(".gatekeeper"), LinkOption.NOFOLLOW_LINKS)
        ? new Place(project + "\0", Optional.of(project))
        : new Place(KeyText.ELSEWHERE, Optional.empty());
  }

  /** Whether what has this name may still be there. */
  static boolean isThere(String name) {
    try {
      return name.equals(KeyText.ELSEWHERE)
          || Files.exists(Path.of(name.substring(0, name.indexOf(0))), LinkOption.NOFOLLOW_LINKS);
    } catch (InvalidPathException e) {
      return true; // with letters that the locale of this process does not have
    }
  }

  /** The directory that all work trees have in common. What cannot be followed is one by itself. */
  private static Path common(Path git) {
    try {
      if (!Files.isRegularFile(git, LinkOption.NOFOLLOW_LINKS)) {
        return git.toRealPath();
      }
      String link = text(git);
      if (!link.startsWith(LINK)) {
        return git;
      }
      Path own = git.resolveSibling(link.substring(LINK.length())).toRealPath();
      Path shared = own.resolve("commondir");
      return Files.isRegularFile(shared, LinkOption.NOFOLLOW_LINKS)
          ? own.resolve(text(shared)).toRealPath()
          : own;
    } catch (IOException | InvalidPathException e) {
      return git;
    }
  }

  private static String text(Path file) throws IOException {
    return new String(DurableFile.readBounded(file, MAX_LINK), UTF_8).strip();
  }
}
