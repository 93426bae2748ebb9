package dev.gatekeeper.broker;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Owner-only files that hold secrets for one launch, in a private directory of it. In memory
 * ({@code XDG_RUNTIME_DIR}) where the system has such a place, else in the home. Deleted at {@link
 * #close}; what a killed process left behind is swept by the next one.
 *
 * <p>A lock that the process holds says that it lives. Its number does not: in a container a new
 * process soon has that of a former one, and another container's are unknown here.
 */
public final class SecretFiles implements AutoCloseable {
  private static final int MAX_LEFTOVERS = 1_000; // entries that one sweep looks at
  private static final String LOCK = ".lock";

  /** Directories of this process: to open a lock of its own and close it again gives it up. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel lock;
  private final List<Path> files = new ArrayList<>();

  private SecretFiles(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /** A new, empty directory that only we can enter. */
  static SecretFiles create(Home home, Map<String, String> environment) throws IOException {
    Path parent = parent(home, environment);
    byte[] unique = new byte[8];
    new SecureRandom().nextBytes(unique);
    Path directory =
        parent.resolve(ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(unique));
    OWN.add(directory);
    DurableFile.createDirectory(directory);
    OwnerOnly.check(directory);
    return new SecretFiles(directory, locked(directory));
  }

  /** Under another name until it is held: whoever finds a lock that nobody holds, deletes. */
  private static FileChannel locked(Path directory) throws IOException {
    Path early = directory.resolve(LOCK + ".new");
    FileChannel channel =
        FileChannel.open(
            early,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            OwnerOnly.fileMode());
    try {
      if (channel.tryLock() == null) {
        throw new IOException("a new file is locked by somebody else");
      }
      Files.move(early, directory.resolve(LOCK));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static Path parent(Home home, Map<String, String> environment) throws IOException {
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    Path parent = home.resolve("run");
    if (runtime.startsWith("/") && isOurs(Path.of(runtime))) {
      parent = Path.of(runtime).resolve("gatekeeper");
    }
    DurableFile.createDirectory(parent);
    OwnerOnly.check(parent);
    return parent;
  }

  private static boolean isOurs(Path directory) {
    try {
      OwnerOnly.check(directory);
      return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return false;
    }
  }

  Path directory() {
    return directory;
  }

  /** Writes one file and gives its path. */
  Path write(String name, byte[] value) throws IOException {
    Path file = directory.resolve(name);
    files.add(file);
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            OwnerOnly.fileMode())) {
      DurableFile.writeFully(channel, ByteBuffer.wrap(value), 0);
    }
    return file;
  }

  @Override
  public void close() {
    files.forEach(SecretFiles::deleteQuietly);
    deleteQuietly(directory.resolve(LOCK));
    deleteQuietly(directory);
    try {
      lock.close();
    } catch (IOException e) {
      // The end of the process gives it up.
    }
    OWN.remove(directory);
  }

  /**
   * Deletes what processes that are gone have left, in both places where it may lie. Costs a
   * millisecond; fails silently, since the next one sweeps again.
   */
  public static void sweep(Home home, Map<String, String> environment) {
    sweep(home.resolve("run"));
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (runtime.startsWith("/") && isOurs(Path.of(runtime))) {
      sweep(Path.of(runtime).resolve("gatekeeper"));
    }
  }

  private static void sweep(Path parent) {
    if (!isOurs(parent)) {
      return;
    }
    try (var children = Files.newDirectoryStream(parent, "[0-9]*-*")) {
      int seen = 0;
      for (Path child : children) {
        if (!OWN.contains(child)
            && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)
            && isLeft(child)) {
          deleteAll(child);
        }
        if (++seen == MAX_LEFTOVERS) {
          return;
        }
      }
    } catch (IOException e) {
      return;
    }
  }

  /** Whether the process of a directory is gone: by its lock; before it has one, by its number. */
  private static boolean isLeft(Path child) {
    Set<OpenOption> options = Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try (FileChannel channel = FileChannel.open(child.resolve(LOCK), options);
        FileLock held = channel.tryLock()) {
      return held != null;
    } catch (NoSuchFileException e) {
      String pid = child.getFileName().toString().replaceFirst("-.*", "");
      return pid.matches("[0-9]{1,10}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static void deleteAll(Path directory) {
    try (var files = Files.newDirectoryStream(directory)) {
      List<Path> left = new ArrayList<>();
      files.forEach(left::add);
      delete(directory, left);
    } catch (IOException e) {
      return;
    }
  }

  private static void delete(Path directory, List<Path> files) {
    for (Path file : files) {
      deleteQuietly(file);
    }
    deleteQuietly(directory);
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      return; // swept by a later start
    }
  }
}
