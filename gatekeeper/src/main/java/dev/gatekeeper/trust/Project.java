package dev.gatekeeper.trust;

import dev.gatekeeper.trust.content.LockBeside;
import dev.gatekeeper.trust.signature.SignatureFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The directory that a session works in: the nearest one with a list, from where it starts up to
 * the root of the repository. Outside a repository only the starting directory counts: a list in
 * {@code /tmp} is not everybody's.
 *
 * <p>Found by looking at names alone; nothing that a repository configures is run or read.
 *
 * @param directory canonical
 * @param repository canonical root of the work tree, where there is one
 */
public record Project(Path directory, Optional<Path> repository) {
  /** Where the list lies within a project. */
  public static final String FOLDER = ".gatekeeper";

  static final String LIST = "allowlist.json";
  static final String LOCK = LockBeside.NAME;

  /** The project of the agent that {@code environment} tells of, else of the working directory. */
  public static Project find(Map<String, String> environment, Path workingDirectory)
      throws IOException {
    String named = environment.getOrDefault("CLAUDE_PROJECT_DIR", "");
    return find(named.isEmpty() ? workingDirectory : Path.of(named));
  }

  /** The project around {@code start}. */
  public static Project find(Path start) throws IOException {
    Path canonical = start.toRealPath();
    Optional<Path> repository = repository(canonical);
    Path top = repository.orElse(canonical);
    for (Path at = canonical; at != null && at.startsWith(top); at = at.getParent()) {
      if (isThere(at.resolve(FOLDER).resolve(LIST)) || Files.isSymbolicLink(at.resolve(FOLDER))) {
        return new Project(at, repository);
      }
    }
    return new Project(top, repository);
  }

  private static Optional<Path> repository(Path start) {
    for (Path at = start; at != null; at = at.getParent()) {
      if (isThere(at.resolve(".git"))) { // a file in a linked work tree
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  /** Where the list is, or belongs. */
  public Path list() {
    return directory.resolve(FOLDER).resolve(LIST);
  }

  /** Where its lock is, or belongs. */
  public Path lock() {
    return directory.resolve(FOLDER).resolve(LOCK);
  }

  /** Where signatures of the two are, or belong. */
  public Path signatures() {
    return directory.resolve(FOLDER).resolve(SignatureFolder.NAME);
  }

  private static boolean isThere(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
