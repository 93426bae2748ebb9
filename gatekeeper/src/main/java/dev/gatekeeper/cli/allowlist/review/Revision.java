package dev.gatekeeper.cli.allowlist.review;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.git.Git;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One commit of a repository that may be hostile. Files are read as the bytes of their blobs: no
 * filter, no text conversion, no hook, no replaced object, nothing fetched, and no configuration
 * but the repository's own.
 */
record Revision(Git git, String commit) {
  /**
   * The commit that {@code name} stands for.
   *
   * @throws CommandFailure where there is none
   */
  static Revision of(Path repository, String name) throws IOException, CommandFailure {
    Git git = Git.ofAnyOwner(repository).orElseThrow(() -> new IOException("there is no git"));
    Optional<String> commit =
        name.startsWith("-") || name.isEmpty()
            ? Optional.empty()
            : git.ask("rev-parse", "--verify", "--quiet", name + "^{commit}")
                .filter(text -> text.matches("[0-9a-f]{40}|[0-9a-f]{64}"));
    return new Revision(
        git,
        commit.orElseThrow(
            () ->
                CommandFailure.cannotJudge(
                    "there is no commit " + Console.printable(name) + " in this repository",
                    "git fetch, then name a branch, a tag or a commit")));
  }

  /**
   * The bytes of a file of that commit; empty where it has none.
   *
   * @param path relative to the repository's root
   * @throws IOException where it is no plain file, or longer than {@code maxBytes}
   */
  Optional<byte[]> read(Path path, int maxBytes) throws IOException {
    String entry =
        new String(run("ls-tree", "-z", "--full-tree", commit, "--", path.toString()), UTF_8);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    String[] fields = entry.split("[ \t]", 4);
    if (fields.length < 3 || !fields[0].startsWith("100") || !fields[2].matches("[0-9a-f]+")) {
      throw new IOException(path + " is no plain file in " + commit);
    }
    String size = new String(run("cat-file", "-s", fields[2]), UTF_8).strip();
    if (Long.parseLong(size) > maxBytes) {
      throw new IOException(path + " has more than " + maxBytes + " bytes in " + commit);
    }
    return Optional.of(run("cat-file", "blob", fields[2]));
  }

  private byte[] run(String... arguments) throws IOException {
    return git.must(new byte[0], arguments);
  }
}
