package dev.gatekeeper.cli.vault.team;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.git.Git;
import dev.gatekeeper.team.TeamPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What git knows of the team's vault: that the file is merged by this program, and the three files
 * of a merge that it has not finished.
 */
final class MergeDriver {
  private static final String ATTRIBUTES = "team.vault merge=gatekeeper-team -text -diff";
  private static final String NAME = "gatekeeper-team";
  private static final String INNER = NAME + "-ancestor";
  private static final String KEY = "merge." + NAME + ".";
  static final String COMMAND = "gatekeeper vault merge %O %A %B %P";
  private static final int MAX_ATTRIBUTES = 64 << 10;

  private final TeamPlace place;
  private final Git git;

  private MergeDriver(TeamPlace place, Git git) {
    this.place = place;
    this.git = git;
  }

  static MergeDriver of(TeamPlace place) throws CommandFailure, IOException {
    Optional<Git> git =
        place.repository().isEmpty() ? Optional.empty() : Git.in(place.repository().get());
    return new MergeDriver(
        place,
        git.orElseThrow(
            () ->
                CommandFailure.cannotJudge(
                    "this project is in no repository, or git is not there", "git init")));
  }

  /** Writes what git needs to know: one line for the team, two entries for this clone. */
  Path install() throws IOException {
    Path attributes = place.file().resolveSibling(".gitattributes");
    if (Files.isSymbolicLink(attributes)) {
      throw new IOException(attributes + " is a symbolic link"); // to what a repository chose
    }
    String known =
        Files.exists(attributes)
            ? new String(DurableFile.readBounded(attributes, MAX_ATTRIBUTES), UTF_8)
            : "";
    if (known.lines().noneMatch(ATTRIBUTES::equals)) {
      DurableFile.createDirectory(place.file().resolveSibling(".").normalize());
      String before = known.isEmpty() || known.endsWith("\n") ? "" : "\n";
      Files.writeString(
          attributes,
          before + ATTRIBUTES + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    git.must(new byte[0], "config", "--local", KEY + "name", "gatekeeper: the team vault");
    git.must(new byte[0], "config", "--local", KEY + "driver", COMMAND);
    // Where two branches have merged each other, git makes one ancestor out of several first.
    git.must(new byte[0], "config", "--local", KEY + "recursive", INNER);
    String inner = COMMAND.replace("merge ", "merge --ancestor ");
    git.must(new byte[0], "config", "--local", "merge." + INNER + ".driver", inner);
    return attributes;
  }

  /** Whether this clone merges by this program. */
  boolean isInstalled() throws IOException {
    return git.ask("config", "--local", "--get", KEY + "driver").isPresent();
  }

  /** One side of an unfinished merge; empty where git has none. */
  Optional<byte[]> stage(int number) throws IOException {
    Path root = place.repository().orElseThrow();
    String path = root.relativize(place.file()).toString();
    Git.Answer answer = git.run(new byte[0], false, "cat-file", "blob", ":" + number + ":" + path);
    return answer.done() ? Optional.of(answer.output().toByteArray()) : Optional.empty();
  }
}
