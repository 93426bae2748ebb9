package dev.gatekeeper.team;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.git.GitIdentity;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The project whose repository carries the vault.
 *
 * @param directory canonical
 * @param repository canonical root of the work tree, where there is one
 */
public record TeamPlace(Path directory, Optional<Path> repository) {
  /** Within a project. */
  public static final String FILE = ".gatekeeper/team.vault";

  private static final byte[] CONFLICT = {'<', '<', '<', '<', '<', '<', '<'};

  /** The project in a canonical directory. Found by names alone: git is not run. */
  public static TeamPlace of(Path directory) {
    for (Path at = directory; at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        return new TeamPlace(directory, Optional.of(at)); // a file in a linked work tree
      }
    }
    return new TeamPlace(directory, Optional.empty());
  }

  /** Where the vault is, or belongs. */
  public Path file() {
    return directory.resolve(FILE);
  }

  /** Whether anything is there, readable or not. */
  public boolean exists() {
    return Files.exists(file(), LinkOption.NOFOLLOW_LINKS);
  }

  /** By what the project is known in another clone or work tree of its repository. */
  Optional<GitIdentity> git() {
    return repository.flatMap(GitIdentity::of);
  }

  /** Where in its repository it lies: a repository may hold several projects. */
  String inRepository() {
    return repository.map(root -> root.relativize(directory).toString()).orElse("");
  }

  /**
   * The file as it is now. It comes from git, that is from anybody: a symbolic link, a pipe or a
   * file without end is refused.
   */
  byte[] read() throws VaultException {
    if (!exists()) {
      throw new VaultException(
          "this project has no team vault, " + FILE, "gatekeeper vault init --team");
    }
    try {
      if (Files.isSymbolicLink(directory.resolve(".gatekeeper"))) {
        throw new VaultException(".gatekeeper is a symbolic link");
      }
      byte[] bytes = DurableFile.readBounded(file(), TeamText.MAX_BYTES);
      refuseConflict(bytes);
      return bytes;
    } catch (IOException e) {
      throw new VaultException("the team vault cannot be read: " + e.getMessage());
    }
  }

  /** Git without the merge driver writes both sides into one text. */
  static void refuseConflict(byte[] bytes) throws VaultException {
    for (int at = 0; at + CONFLICT.length <= bytes.length; at++) {
      if ((at == 0 || bytes[at - 1] == '\n')
          && java.util.Arrays.equals(
              bytes, at, at + CONFLICT.length, CONFLICT, 0, CONFLICT.length)) {
        throw new VaultException(
            "git has merged the team vault as if it were text: the file holds both sides, and"
                + " neither",
            "gatekeeper vault merge (and once in each clone: gatekeeper vault merge --install)");
      }
    }
  }
}
