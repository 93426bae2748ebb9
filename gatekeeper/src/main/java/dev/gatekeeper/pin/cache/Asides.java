package dev.gatekeeper.pin.cache;

import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that somebody added to an installed tree or altered in it, kept where the tree is replaced.
 * Some servers write all that they know beside their code; who may write there (root) would lose
 * it.
 */
final class Asides {
  /** What to type, where somebody wrote into it. */
  private static final String HINT =
      Cache.INSTALL
          + ", which sets what was written aside. If the server wrote it, name it another place for"
          + " its data by \"env\" in its entry";

  private final List<Path> folders = new ArrayList<>();

  /**
   * Refuses a tree that is not the locked one.
   *
   * @param how a difference, as {@link Manifest#differenceTo} tells it
   */
  static PinException altered(String how) {
    return new PinException(
        "the installed copy is not what the lock names: " + how,
        how.endsWith(Manifest.ADDED) || how.endsWith(Manifest.ALTERED) ? HINT : Cache.INSTALL);
  }

  /** Folders that were made. */
  List<Path> folders() {
    return List.copyOf(folders);
  }

  /**
   * Copies the regular files below {@code tree} that {@code known} does not have, or otherwise.
   *
   * @param folder is made if there is one
   */
  void keep(Path tree, Manifest known, Path folder) throws IOException {
    if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> written = written(tree, known);
    if (written.isEmpty()) {
      return;
    }
    DurableFile.createDirectory(folder);
    for (Path file : written) {
      Path copy = folder.resolve(tree.relativize(file));
      Files.createDirectories(copy.resolveSibling("."));
      Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS);
    }
    folders.add(folder);
  }

  private static List<Path> written(Path tree, Manifest known) throws IOException {
    List<Path> files;
    try (var paths = Files.walk(tree)) {
      files = paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return Tree.digests(tree, files).entrySet().stream()
        .filter(file -> !file.getValue().equals(known.files().get(file.getKey())))
        .map(file -> tree.resolve(file.getKey()))
        .toList();
  }
}
