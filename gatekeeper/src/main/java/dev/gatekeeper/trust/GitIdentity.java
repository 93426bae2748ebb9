package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * By what a repository is known again in another clone or work tree: its oldest root commit, and
 * where {@code origin} is. A name, not a proof: whoever writes the repository chooses both, and
 * gains by it only what was trusted, byte for byte.
 *
 * @param remote without user and password; empty where there is none
 */
record GitIdentity(String root, String remote) {
  /** A large history takes a second; the agent waits. */
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private static final int MAX_OUTPUT = 16 << 10; // 16 KiB: some 400 roots

  /** Fixed places: a {@code PATH} that somebody else wrote chooses no program here. */
  private static final List<Path> GIT =
      List.of(
          Path.of("/usr/bin/git"), Path.of("/usr/local/bin/git"), Path.of("/opt/homebrew/bin/git"));

  /**
   * A repository may be hostile, and its configuration names programs. No lazy fetch, no transport,
   * no hook, no monitor, no replaced objects, no configuration but its own.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH", "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin",
          "HOME", "/nonexistent",
          "LC_ALL", "C",
          "GIT_CONFIG_NOSYSTEM", "1",
          "GIT_CONFIG_GLOBAL", "/dev/null",
          "GIT_NO_LAZY_FETCH", "1",
          "GIT_NO_REPLACE_OBJECTS", "1",
          "GIT_ALLOW_PROTOCOL", "none",
          "GIT_OPTIONAL_LOCKS", "0",
          "GIT_TERMINAL_PROMPT", "0");

  /** Empty where there is no git, no commit, or no answer in time: then the path alone counts. */
  static Optional<GitIdentity> of(Path repository) {
    Optional<Path> git = GIT.stream().filter(Files::isExecutable).findFirst();
    if (git.isEmpty()) {
      return Optional.empty();
    }
    // The last line is the oldest root: a later merge of another history changes nothing.
    return ask(git.get(), repository, "rev-list", "--max-parents=0", "HEAD")
        .map(lines -> lines.isEmpty() ? "" : lines.getLast())
        .filter(root -> root.matches("[0-9a-f]{40}|[0-9a-f]{64}"))
        .map(root -> new GitIdentity(root, remote(git.get(), repository)));
  }

  private static String remote(Path git, Path repository) {
    return ask(git, repository, "config", "--local", "--no-includes", "--get", "remote.origin.url")
        .filter(lines -> !lines.isEmpty())
        .map(lines -> withoutUser(lines.getFirst()))
        .orElse("");
  }

  /** {@code https://user:password@host/path} without what stands before the host. */
  static String withoutUser(String url) {
    return url.replaceFirst("^([a-z][a-z0-9+.-]*://)[^/]*@", "$1");
  }

  private static Optional<List<String>> ask(Path git, Path repository, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                git.toString(),
                "--no-pager",
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.hooksPath=/dev/null",
                "-C",
                repository.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return answer(builder.start());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whatever fits a pipe; a process that writes more blocks, and is ended at the deadline. */
  private static Optional<List<String>> answer(Process process) throws IOException {
    try (InputStream out = process.getInputStream()) {
      if (!process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          || process.exitValue() != 0) {
        return Optional.empty();
      }
      return Optional.of(new String(out.readNBytes(MAX_OUTPUT), UTF_8).lines().toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      process.destroyForcibly();
    }
  }
}
