package dev.gatekeeper.files;

import dev.gatekeeper.kernel.DirectorySync;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/** The one recipe for writing a file that must survive a crash, and its counterpart for reading. */
public final class DurableFile {
  private DurableFile() {}

  /**
   * Replaces {@code file} by {@code content}, mode 0600. When this returns the new content survives
   * a power loss; when it throws, or the machine stops on the way, the old content is there whole
   * (or the new one, never a mixture).
   *
   * <p>A symbolic link at {@code file} is replaced, not followed.
   */
  public static void replace(Path file, byte[] content) throws IOException {
    replace(file, out -> out.write(content));
  }

  /**
   * Writes a new file, mode 0600: durable when this returns, and gone where it cannot be written.
   *
   * @throws FileAlreadyExistsException where anything has that name, a symbolic link too
   */
  public static void create(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            OwnerOnly.fileMode())) {
      try {
        writeFully(channel, ByteBuffer.wrap(content), 0);
        channel.force(true);
        syncDirectory(directoryOf(file));
      } catch (IOException e) {
        Files.deleteIfExists(file);
        throw e;
      }
    }
  }

  /** Content that is too much to be held in memory. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** As {@link #replace(Path, byte[])}; when {@code content} throws, the old content stays. */
  public static void replace(Path file, Content content) throws IOException {
    try (Draft draft = draft(file, content)) {
      draft.take();
    }
    syncDirectory(directoryOf(file));
  }

  /**
   * Content that is durable beside {@code file} already, so that taking its place needs no wait for
   * the disk.
   */
  public static Draft draft(Path file, byte[] content) throws IOException {
    return draft(file, out -> out.write(content));
  }

  private static Draft draft(Path file, Content content) throws IOException {
    byte[] unique = new byte[8];
    new SecureRandom().nextBytes(unique); // not of the class: who only reads would wait for it
    String name = "." + file.getFileName() + "." + HexFormat.of().formatHex(unique) + ".tmp";
    Path temporary = directoryOf(file).resolve(name);
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
              OwnerOnly.fileMode())) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    return new Draft(temporary, file);
  }

  /**
   * Deletes what writers that were killed left beside {@code file}. Only for who holds the lock of
   * all writers of that file: a draft in use would be lost.
   */
  public static void forgetDrafts(Path file) throws IOException {
    String prefix = "." + file.getFileName() + ".";
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(directoryOf(file), path -> isDraft(path, prefix))) {
      for (Path draft : found) {
        Files.deleteIfExists(draft);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static boolean isDraft(Path path, String prefix) {
    String name = path.getFileName().toString();
    return name.startsWith(prefix) && name.substring(prefix.length()).matches("[0-9a-f]{16}\\.tmp");
  }

  /** New content of a file that still has its old one. */
  public static final class Draft implements AutoCloseable {
    private final Path temporary;
    private final Path file;

    private Draft(Path temporary, Path file) {
      this.temporary = temporary;
      this.file = file;
    }

    /** Takes the place of the file at once; {@link #syncDirectory} makes that durable. */
    public void take() throws IOException {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Forgets content that was not taken. */
    @Override
    public void close() throws IOException {
      Files.deleteIfExists(temporary);
    }
  }

  /** Writes all of {@code bytes} at {@code offset}; the system may take a part at a time. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes, long offset)
      throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /**
   * Reads a whole regular file of at most {@code max} bytes, which may be secret: what is returned
   * is the only copy on the heap. A symbolic link is refused.
   *
   * @throws IOException when it is missing, longer, or cannot be read
   */
  public static byte[] readBounded(Path file, int max) throws IOException {
    try (FileChannel channel = opened(file)) {
      byte[] content = new byte[size(file, channel, max)];
      boolean whole = false;
      try {
        // One byte more than its size: a file that changes meanwhile is noticed, not cut.
        whole =
            fill(content, channel) == content.length && channel.read(ByteBuffer.allocate(1)) < 0;
      } finally {
        if (!whole) {
          Arrays.fill(content, (byte) 0);
        }
      }
      if (!whole) {
        throw new IOException(file + " changed while it was read");
      }
      return content;
    }
  }

  /**
   * Reads what a regular file of at most {@code max} bytes held when it was opened, where others
   * may append to it meanwhile; its last entry may be one that is being written. A symbolic link is
   * refused.
   *
   * @throws IOException when it is missing, longer, or cannot be read
   */
  public static byte[] readGrowing(Path file, int max) throws IOException {
    try (FileChannel channel = opened(file)) {
      byte[] content = new byte[size(file, channel, max)];
      return Arrays.copyOf(content, fill(content, channel));
    }
  }

  private static FileChannel opened(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileNotFoundException(file + " does not exist");
      }
      throw new IOException(file + " is not a regular file");
    }
    return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  private static int size(Path file, FileChannel channel, int max) throws IOException {
    long size = channel.size();
    if (size > max) {
      throw new IOException(file + " has more than " + max + " bytes");
    }
    return (int) size;
  }

  private static int fill(byte[] content, FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(content);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    return buffer.position();
  }

  /**
   * Creates {@code directory} and its missing parents with mode 0700, each name durable in its
   * parent. One that exists is left as it is; its mode is for {@link OwnerOnly} to judge.
   */
  public static void createDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path parent = directoryOf(directory);
    if (!Files.isDirectory(parent)) {
      createDirectory(parent);
    }
    try {
      Files.createDirectory(directory, OwnerOnly.directoryMode());
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(directory + " exists and is not a directory", e);
      }
    }
    syncDirectory(parent);
  }

  /**
   * Makes the names in {@code directory} durable: a new file, or a rename, survives a power loss
   * from here on. Where the file system has no such operation, names are as durable as it makes
   * them by itself: nothing can be done, and what the files hold is synced all the same.
   *
   * @throws SyncFailed when it has, and it failed
   */
  public static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      if (!Files.isDirectory(directory) || !DirectorySync.isUnknown(directory)) {
        throw new SyncFailed(e);
      }
    }
  }

  private static Path directoryOf(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("the root directory cannot be written");
    }
    return directory;
  }
}
