package dev.gatekeeper.report.source;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Folder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A bundle, unpacked into a directory of our own for as long as it is read. Guarantee: nothing is
 * written outside of it, whatever the bundle says.
 */
final class Unpacked implements AutoCloseable {
  /** No path of a bundle climbs, hides or names a device. */
  private static final Pattern NAME =
      Pattern.compile("(log|checkpoints|tiles|openings)(/[A-Za-z0-9_][A-Za-z0-9_.-]*){1,8}");

  private static final Pattern ROOT = Pattern.compile("gatekeeper-audit-[0-9a-f]{8}");

  /** Files of a bundle: years of segments, openings and tiles. */
  private static final int MAX_FILES = 1_000_000;

  private final Path directory;

  private Unpacked(Path directory) {
    this.directory = directory;
  }

  /**
   * Unpacks {@code archive}.
   *
   * @throws ReportException when it is not a whole bundle, or does not fit on the disk
   */
  public static Unpacked of(Path archive) throws IOException, ReportException {
    Unpacked bundle = new Unpacked(Files.createTempDirectory("gatekeeper-bundle-"));
    try (InputStream file = Files.newInputStream(archive);
        InputStream in = new BufferedInputStream(new GZIPInputStream(file, 1 << 16), 1 << 16)) {
      bundle.unpack(in);
      return bundle;
    } catch (ZipException e) {
      bundle.close();
      throw new ReportException(archive + " is neither a log nor a whole bundle", e);
    } catch (IOException e) {
      bundle.close();
      throw new ReportException(archive + " is not a whole bundle: " + e.getMessage(), e);
    }
  }

  private void unpack(InputStream in) throws IOException {
    Set<String> names = new HashSet<>();
    Optional<String> root = Optional.empty();
    for (Optional<Tar.Header> next = Tar.readHeader(in);
        next.isPresent();
        next = Tar.readHeader(in)) {
      Tar.Header header = next.get();
      String name = header.name();
      String top = name.substring(0, Math.max(0, name.indexOf('/')));
      String path = name.substring(Math.min(name.length(), top.length() + 1));
      boolean known = ROOT.matcher(top).matches() && isName(path);
      if (!known || !names.add(name) || names.size() > MAX_FILES) {
        throw new IOException("a name that a bundle does not have, or has twice");
      }
      if (!root.orElse(top).equals(top)) {
        throw new IOException("files of two bundles");
      }
      root = Optional.of(top);
      Path file = directory.resolve(path);
      if (header.size() > Files.getFileStore(directory).getUsableSpace()) {
        throw new IOException("there is no room for it in " + directory);
      }
      DurableFile.createDirectory(Optional.ofNullable(file.getParent()).orElse(directory));
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        copy(in, out, header.size());
      }
      Tar.skipPadding(in, header.size());
    }
  }

  /** Whether a bundle may have a file of this path. */
  public static boolean isName(String path) {
    return NAME.matcher(path).matches();
  }

  /** Copies exactly {@code size} bytes. */
  public static void copy(InputStream in, OutputStream out, long size) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = size;
    while (left > 0) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw Tar.cut();
      }
      out.write(buffer, 0, count);
      left -= count;
    }
  }

  public Path directory() {
    return directory;
  }

  /** Deletes it. What cannot be deleted stays, in a directory that is ours alone. */
  @Override
  public void close() {
    try {
      Folder.delete(directory);
    } catch (IOException e) {
      // A temporary directory, mode 0700: the system clears it.
    }
  }
}
