package dev.gatekeeper.trust.follow;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.git.Git;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Our copy of a remote's objects. It saves the next transfer, and means nothing by itself: what
 * lies there is the agent's to write.
 */
final class Mirror {
  /** Configuration of nobody. */
  private static final Map<String, String> ALONE =
      Map.of(
          "HOME",
          "/nonexistent",
          "GIT_CONFIG_NOSYSTEM",
          "1",
          "GIT_CONFIG_GLOBAL",
          "/dev/null",
          "GIT_CEILING_DIRECTORIES",
          "/");

  private final Path folder;
  private final Git git;
  private final Map<String, String> variables;
  private final String format;

  private Mirror(Path folder, Git git, Map<String, String> variables, String format) {
    this.folder = folder;
    this.git = git;
    this.variables = variables;
    this.format = format;
  }

  /** Git that nothing configures but {@code variables}. */
  static Git git(Map<String, String> variables) throws FollowException {
    return Git.outside(Transport.DEADLINE, alone(variables))
        .orElseThrow(() -> new FollowException("there is no git on this machine"));
  }

  private static Map<String, String> alone(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(ALONE);
    all.putAll(variables);
    return all;
  }

  /**
   * That in a folder, which is made where there is none.
   *
   * @param git as {@link #git} gives it with these variables
   * @param tip by whose length the kind of ids is known
   */
  static Mirror at(Path folder, Git git, Map<String, String> variables, String tip)
      throws IOException {
    DurableFile.createDirectory(folder);
    String format = tip.length() == 64 ? "--object-format=sha256" : "--object-format=sha1";
    return new Mirror(folder, git, variables, format);
  }

  /** What is there. */
  GitObjects objects() throws IOException {
    Map<String, String> here = alone(variables);
    here.put("GIT_DIR", folder.toString());
    here.put("GIT_ALLOW_PROTOCOL", "none");
    Git repository = git.with(folder, here);
    if (!Files.exists(folder.resolve("HEAD"))) {
      init(repository);
    }
    return new GitObjects(repository);
  }

  /** A new repository, of whose configuration nobody else has written a word. */
  Git fresh(Path own, boolean intoTheMirror) throws IOException {
    Map<String, String> here = alone(variables);
    here.put("GIT_DIR", own.toString());
    init(git.with(own, here));
    if (intoTheMirror) {
      here.put("GIT_OBJECT_DIRECTORY", folder.resolve("objects").toString());
    }
    return git.with(own, here);
  }

  private void init(Git repository) throws IOException {
    repository.must(new byte[0], "init", "--quiet", "--bare", "--template=", format);
  }

  /** Takes a pack and its index, which git made of it, over under {@code name}. */
  void take(Path pack, Path index, String name) throws IOException {
    Path packs = folder.resolve("objects").resolve("pack");
    DurableFile.createDirectory(packs);
    // The index last: by it git finds the pack.
    move(pack, packs.resolve("pack-" + name + ".pack"));
    move(index, packs.resolve("pack-" + name + ".idx"));
  }

  /** From the scratch folder, which may lie on another file system. */
  private static void move(Path from, Path to) throws IOException {
    Path beside = to.resolveSibling("tmp_" + to.getFileName());
    Files.move(from, beside, StandardCopyOption.REPLACE_EXISTING);
    Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
