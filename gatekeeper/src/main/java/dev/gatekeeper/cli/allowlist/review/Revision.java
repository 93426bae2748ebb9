package dev.gatekeeper.cli.allowlist.review;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One commit of a repository that may be hostile. Files are read as the bytes of their blobs: no
 * filter, no text conversion, no hook, no replaced object, nothing fetched, and no configuration
 * but the repository's own.
 */
final class Revision {
  /** Reading one blob takes milliseconds; a cold disk takes seconds. */
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** Fixed places: a {@code PATH} that somebody else wrote chooses no program here. */
  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/bin/git"), Path.of("/usr/local/bin/git"), Path.of("/opt/homebrew/bin/git"));

  private static final Map<String, String> ENVIRONMENT =
      Map.ofEntries(
          Map.entry("PATH", "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin"),
          Map.entry("HOME", "/nonexistent"),
          Map.entry("LC_ALL", "C"),
          Map.entry("GIT_CONFIG_NOSYSTEM", "1"),
          Map.entry("GIT_CONFIG_GLOBAL", "/dev/null"),
          Map.entry("GIT_NO_LAZY_FETCH", "1"),
          Map.entry("GIT_NO_REPLACE_OBJECTS", "1"),
          Map.entry("GIT_ALLOW_PROTOCOL", "none"),
          Map.entry("GIT_OPTIONAL_LOCKS", "0"),
          Map.entry("GIT_LITERAL_PATHSPECS", "1"),
          Map.entry("GIT_TERMINAL_PROMPT", "0"));

  private final Path program;
  private final Path repository;
  private final String commit;

  private Revision(Path program, Path repository, String commit) {
    this.program = program;
    this.repository = repository;
    this.commit = commit;
  }

  /**
   * The commit that {@code name} stands for.
   *
   * @throws CommandFailure where there is none
   */
  static Revision of(Path repository, String name) throws IOException, CommandFailure {
    Path program =
        PROGRAMS.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IOException("there is no git at " + PROGRAMS));
    Revision unnamed = new Revision(program, repository, "");
    Optional<String> commit =
        name.startsWith("-") || name.isEmpty()
            ? Optional.empty()
            : unnamed
                .run(200, "rev-parse", "--verify", "--quiet", name + "^{commit}")
                .map(bytes -> new String(bytes, UTF_8).strip())
                .filter(text -> text.matches("[0-9a-f]{40}|[0-9a-f]{64}"));
    return new Revision(
        program,
        repository,
        commit.orElseThrow(
            () ->
                CommandFailure.cannotJudge(
                    "there is no commit " + Console.printable(name) + " in this repository",
                    "git fetch, then name a branch, a tag or a commit")));
  }

  String commit() {
    return commit;
  }

  /**
   * The bytes of a file of that commit; empty where it has none.
   *
   * @param path relative to the repository's root
   * @throws IOException where it is no plain file, or longer than {@code maxBytes}
   */
  Optional<byte[]> read(Path path, int maxBytes) throws IOException {
    String entry =
        new String(
            run(4_096, "ls-tree", "-z", "--full-tree", commit, "--", path.toString())
                .orElseThrow(() -> new IOException("git cannot list " + commit)),
            UTF_8);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    String[] fields = entry.split("[ \t]", 4);
    if (fields.length < 3 || !fields[0].startsWith("100") || !fields[2].matches("[0-9a-f]+")) {
      throw new IOException(path + " is no plain file in " + commit);
    }
    byte[] bytes =
        run(maxBytes + 1, "cat-file", "blob", fields[2])
            .orElseThrow(() -> new IOException("git cannot read " + path + " of " + commit));
    if (bytes.length > maxBytes) {
      throw new IOException(path + " has more than " + maxBytes + " bytes in " + commit);
    }
    return Optional.of(bytes);
  }

  /** At most {@code maxBytes} of output; empty where git says no. */
  private Optional<byte[]> run(int maxBytes, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--no-pager"));
    // Who owns the files does not matter: none of the repository's programs is run.
    for (String setting :
        List.of("safe.directory=*", "core.fsmonitor=false", "core.hooksPath=/dev/null")) {
      command.addAll(List.of("-c", setting));
    }
    command.addAll(List.of("-C", repository.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    CompletableFuture.delayedExecutor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .execute(process::destroyForcibly);
    try (InputStream from = process.getInputStream()) {
      byte[] output = from.readNBytes(maxBytes);
      boolean all = from.read() < 0;
      return !all || process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
