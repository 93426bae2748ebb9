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
 * Our copy of a remote's objects, which all sessions share. It saves the next transfer, and means
 * nothing by itself: what lies there is the agent's to write. Git reads it as a folder of objects
 * behind a repository of our own, so that no configuration, reference or graft in it counts.
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
          "/",
          "GIT_ALLOC_LIMIT",
          "1g"); // at once: some hundred bytes of a pack can stand for any number of them

  /**
   * What a graph beside the objects says of them is not believed, either; long files are streamed.
   */
  private static final Map<String, String> OWN_CONFIGURATION =
      Map.of(
          "GIT_CONFIG_COUNT",
          "2",
          "GIT_CONFIG_KEY_0",
          "core.commitGraph",
          "GIT_CONFIG_VALUE_0",
          "false",
          "GIT_CONFIG_KEY_1",
          "core.bigFileThreshold",
          "GIT_CONFIG_VALUE_1",
          "64m");

  private final Path objects;
  private final Path own;
  private final Git git;
  private final Map<String, String> variables;

  private Mirror(Path objects, Path own, Git git, Map<String, String> variables) {
    this.objects = objects;
    this.own = own;
    this.git = git;
    this.variables = variables;
  }

  /** Git that nothing configures but {@code variables}. */
  static Git git(Map<String, String> variables) throws FollowException {
    return Git.outside(Transport.DEADLINE, alone(variables))
        .orElseThrow(() -> new FollowException("there is no git on this machine"));
  }

  private static Map<String, String> alone(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(ALONE);
    all.putAll(OWN_CONFIGURATION);
    all.putAll(variables);
    return all;
  }

  /**
   * That in a folder, which is made where there is none.
   *
   * @param scratch an own folder, in which a new repository is made for this one asking
   * @param git as {@link #git} gives it with these variables
   * @param tip by whose length the kind of ids is known
   */
  static Mirror at(Path folder, Path scratch, Git git, Map<String, String> variables, String tip)
      throws IOException {
    Path objects = folder.resolve("objects");
    DurableFile.createDirectory(objects);
    Scratch.sweep(objects.resolve("pack"), "tmp_*"); // so git names what it has not finished, too
    Mirror mirror = new Mirror(objects, Files.createTempDirectory(scratch, "git"), git, variables);
    String format = tip.length() == 64 ? "--object-format=sha256" : "--object-format=sha1";
    mirror.fresh().must(new byte[0], "init", "--quiet", "--bare", "--template=", format);
    return mirror;
  }

  /** What is there. */
  GitObjects objects() {
    Map<String, String> here = here();
    here.put("GIT_OBJECT_DIRECTORY", objects.toString());
    here.put("GIT_ALLOW_PROTOCOL", "none");
    return new GitObjects(git.with(own, here));
  }

  /** The new repository, whose objects come to lie in the mirror. */
  Git filling() {
    Map<String, String> here = here();
    here.put("GIT_OBJECT_DIRECTORY", objects.toString());
    return git.with(own, here);
  }

  /** The new repository, which has no objects but its own. */
  Git fresh() {
    return git.with(own, here());
  }

  private Map<String, String> here() {
    Map<String, String> here = alone(variables);
    here.put("GIT_DIR", own.toString());
    return here;
  }

  /** Where a pack lies that the {@linkplain #fresh new repository} has, once it has an index. */
  Path pack() throws IOException {
    Path packs = own.resolve("objects").resolve("pack");
    DurableFile.createDirectory(packs);
    return packs.resolve("pack-new.pack");
  }

  /** Takes that pack over, and the index which git made of it, under {@code name}. */
  void take(String name) throws IOException {
    Path packs = objects.resolve("pack");
    DurableFile.createDirectory(packs);
    Path pack = pack();
    // The index last: by it git finds the pack.
    move(pack, packs.resolve("pack-" + name + ".pack"));
    move(pack.resolveSibling("pack-new.idx"), packs.resolve("pack-" + name + ".idx"));
  }

  /**
   * From the scratch folder, which may lie on another file system; beside a session that takes the
   * same.
   */
  private static void move(Path from, Path to) throws IOException {
    Path beside = Files.createTempFile(to.getParent(), "tmp_", "");
    try {
      Files.move(from, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
