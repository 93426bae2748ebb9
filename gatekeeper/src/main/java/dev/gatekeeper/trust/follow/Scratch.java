package dev.gatekeeper.trust.follow;

import dev.gatekeeper.files.Folder;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Folders for one asking each. A client ends sessions as it likes, some of them within seconds:
 * what one leaves, up to the 4 GiB of a pack, is deleted by a later one.
 */
final class Scratch {
  private static final String PREFIX = "gatekeeper-follow";

  /** Far above the time of an asking, each of its questions at the end of our patience. */
  private static final Duration LEFT = Duration.ofHours(1);

  private Scratch() {}

  /** A new one, to be deleted. */
  static Path create() throws IOException {
    Path scratch = Files.createTempDirectory(PREFIX);
    sweep(Objects.requireNonNull(scratch.getParent()), PREFIX + "*");
    return scratch;
  }

  /** Deletes what lies in a folder under such names and was not touched for long. */
  static void sweep(Path folder, String names) {
    Instant before = Instant.now().minus(LEFT);
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, names)) {
      for (Path one : all) {
        delete(one, before);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // there is no such folder yet
    }
  }

  private static void delete(Path one, Instant before) {
    try {
      if (Files.getLastModifiedTime(one, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(before)) {
        Folder.delete(one);
      }
    } catch (IOException e) {
      return; // another user's, or gone
    }
  }
}
