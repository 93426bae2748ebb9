package dev.gatekeeper.git;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * By what a repository is known again in another clone or work tree: its oldest root commit, and
 * where {@code origin} is. A name, not a proof: whoever writes the repository chooses both, and
 * gains by it only what was trusted, byte for byte.
 *
 * @param remote without user and password; empty where there is none
 */
public record GitIdentity(String root, String remote) {
  /** A large history takes a second; the agent waits. */
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  /**
   * That of a repository: empty where there is no git, no commit, or no answer in time: then the
   * path alone counts.
   */
  public static Optional<GitIdentity> of(Path repository) {
    try {
      Optional<Git> git = Git.in(repository, DEADLINE);
      if (git.isEmpty()) {
        return Optional.empty();
      }
      // The last line is the oldest root: a later merge of another history changes nothing.
      Optional<String> roots = git.get().ask("rev-list", "--max-parents=0", "HEAD");
      String remote = remote(git.get()).map(GitIdentity::withoutUser).orElse("");
      return roots
          .map(lines -> lines.substring(lines.lastIndexOf('\n') + 1))
          .filter(root -> root.matches("[0-9a-f]{40}|[0-9a-f]{64}"))
          .map(root -> new GitIdentity(root, remote));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Where the repository says that {@code origin} is. */
  public static Optional<String> remote(Git git) throws IOException {
    return git.ask("config", "--local", "--no-includes", "--get", "remote.origin.url")
        .flatMap(lines -> lines.lines().findFirst());
  }

  /** {@code https://user:password@host/path} without what stands before the host. */
  public static String withoutUser(String url) {
    return url.replaceFirst("^([a-z][a-z0-9+.-]*://)[^/]*@", "$1");
  }
}
