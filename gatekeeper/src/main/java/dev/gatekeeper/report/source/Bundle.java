package dev.gatekeeper.report.source;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Segments;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Folder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * A log as it is handed to somebody else: what verification needs, and nothing that is secret.
 * {@code docs/audit-format.md} has the layout. The same log gives the same bytes.
 */
public final class Bundle {
  /**
   * Bytes of a file that is read at once because it is replaced or written over, not appended to.
   */
  private static final int MAX_SMALL = 64 << 20;

  /** Lines of a checkpoint: three, an empty one, and two signatures. */
  private static final int NOTE_LINES = 6;

  private static final String TILES = "tiles";

  private final Source source;
  private final List<Part> parts = new ArrayList<>();

  /**
   * One file of the bundle.
   *
   * @param name within the directory of the log
   * @param size bytes of it that belong to the bundle
   */
  private record Part(String name, Content content, long size) {
    void writeTo(OutputStream out) throws IOException {
      try (InputStream in = content.open()) {
        Unpacked.copy(in, out, size);
      }
    }
  }

  private interface Content {
    InputStream open() throws IOException;
  }

  private Bundle(Source source) {
    this.source = source;
  }

  /**
   * What of {@code source} is handed over, as it is now; a log that is written meanwhile is handed
   * over up to here.
   *
   * @param openings whether also what tells of arguments
   */
  public static Bundle of(Source source, boolean openings) throws IOException {
    Bundle bundle = new Bundle(source);
    // Checkpoints before the records that they cover: then they are never ahead of them.
    bundle.notes(Format.LATEST);
    bundle.notes(Format.EPOCHS);
    bundle.files(Format.LOG_DIRECTORY);
    bundle.files(TILES);
    if (openings) {
      bundle.files(Format.OPENINGS_DIRECTORY);
    }
    bundle.parts.sort(Comparator.comparing(Part::name));
    return bundle;
  }

  private void notes(String name) throws IOException {
    Path file = source.directory().resolve(Format.CHECKPOINT_DIRECTORY).resolve(name);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = DurableFile.readGrowing(file, MAX_SMALL);
      int whole = 0;
      int lines = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n' && ++lines % NOTE_LINES == 0) {
          whole = i + 1;
        }
      }
      if (whole > 0) {
        String path = Format.CHECKPOINT_DIRECTORY + "/" + name;
        parts.add(new Part(path, () -> new ByteArrayInputStream(bytes), whole));
      }
    }
  }

  private void files(String directory) throws IOException {
    Path top = source.directory().resolve(directory);
    if (!Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(top)) {
      for (Path file : all.toList()) {
        String name = source.directory().relativize(file).toString().replace('\\', '/');
        if (Unpacked.isName(name) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          long size = directory.equals(TILES) ? Files.size(file) : wholeLines(file);
          parts.add(new Part(name, () -> Channels.newInputStream(Segments.open(file)), size));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Bytes up to the last line feed: what follows is being written. */
  private static long wholeLines(Path file) throws IOException {
    try (FileChannel channel = Segments.open(file)) {
      long end = channel.size();
      ByteBuffer tail = ByteBuffer.allocate((int) Math.min(end, Format.MAX_LINE + 1));
      long start = end - tail.capacity();
      while (tail.hasRemaining() && channel.read(tail, start + tail.position()) >= 0) {}
      for (int i = tail.position() - 1; i >= 0; i--) {
        if (tail.get(i) == '\n') {
          return start + i + 1;
        }
      }
      return start;
    }
  }

  /** Writes a gzipped tar. */
  public void writeTo(OutputStream out) throws IOException {
    String root = "gatekeeper-audit-" + source.logId().substring(0, 8) + "/";
    GZIPOutputStream gzip = new GZIPOutputStream(out, 1 << 16);
    for (Part part : parts) {
      Tar.writeHeader(gzip, new Tar.Header(root + part.name(), part.size()));
      part.writeTo(gzip);
      Tar.pad(gzip, part.size());
    }
    Tar.writeEnd(gzip);
    gzip.finish();
  }

  /**
   * Writes a directory; when this throws, nothing of it is left.
   *
   * @throws IOException also when {@code directory} exists: what lies there would be taken for a
   *     part of the bundle
   */
  public void writeTo(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(directory.toString(), null, "it exists already");
    }
    DurableFile.createDirectory(directory);
    try {
      for (Part part : parts) {
        Path file = directory.resolve(part.name());
        DurableFile.createDirectory(file.resolve("..").normalize());
        DurableFile.replace(file, part::writeTo);
      }
    } catch (IOException e) {
      Folder.delete(directory);
      throw e;
    }
  }
}
