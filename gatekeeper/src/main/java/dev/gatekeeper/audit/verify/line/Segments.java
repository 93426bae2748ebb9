package dev.gatekeeper.audit.verify.line;

import dev.gatekeeper.audit.record.Format;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The segments of a log. */
public final class Segments {
  private static final Pattern NAME =
      Pattern.compile(Format.SEGMENT_ZEROS + "[0-9]{18}" + Pattern.quote(Format.SEGMENT_SUFFIX));

  private final List<Path> files;

  private Segments(List<Path> files) {
    this.files = files;
  }

  public static Segments of(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    Path log = directory.resolve(Format.LOG_DIRECTORY);
    if (Files.isDirectory(log)) {
      try (DirectoryStream<Path> names = Files.newDirectoryStream(log)) {
        for (Path file : names) {
          if (NAME.matcher(file.getFileName().toString()).matches()) {
            found.add(file);
          }
        }
      }
    }
    found.sort(null);
    return new Segments(found);
  }

  public List<Path> files() {
    return files;
  }

  public static Path path(Path directory, long first) {
    String digits = "%0" + Format.SEGMENT_DIGITS + "d" + Format.SEGMENT_SUFFIX;
    return directory.resolve(Format.LOG_DIRECTORY).resolve(digits.formatted(first));
  }

  /** The n of the first record of a segment, as its name has it. */
  public static long first(Path file) {
    return Long.parseLong(file.getFileName().toString(), 0, Format.SEGMENT_DIGITS, 10);
  }

  /**
   * Opens a segment to be read. A symbolic link is refused, and so is a pipe, on which whoever
   * reads would wait for ever.
   *
   * @throws NoSuchFileException when it was pruned meanwhile
   */
  public static FileChannel open(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is not a regular file");
    }
    try {
      return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "pruned a moment ago; try again");
    }
  }

  /** Where the first segment begins: what is before it was pruned, or is lost. */
  public static long start(Path directory) throws IOException {
    List<Path> files = of(directory).files;
    return files.isEmpty() ? 0 : first(files.getFirst());
  }
}
