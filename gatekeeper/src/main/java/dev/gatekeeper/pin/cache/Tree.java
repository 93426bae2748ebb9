package dev.gatekeeper.pin.cache;

import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.wire.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The files of a directory, read as a whole. Only regular files and directories belong into a tree:
 * a symbolic link leads to bytes that nobody compared.
 */
public final class Tree {
  /** Files of a tree: a large front-end project has as many; more is a mistake, or an attack. */
  private static final int MAX_FILES = 200_000;

  private static final int BUFFER = 1 << 16;

  /** Hashing is bound by opening files; more threads than this gain nothing. */
  private static final int MAX_THREADS = 4;

  private Tree() {}

  /**
   * Reads every byte below {@code root}.
   *
   * @throws PinException when something in it is neither a regular file nor a directory, or has a
   *     name that a line of a manifest cannot hold
   */
  static Manifest read(Path root) throws PinException, IOException {
    List<Path> files = new ArrayList<>();
    List<String> strange = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String path = root.relativize(file).toString();
            if (!attributes.isRegularFile()) {
              strange.add(
                  path
                      + (attributes.isSymbolicLink()
                          ? " is a symbolic link"
                          : " is no regular file"));
            } else if (path.chars().anyMatch(c -> c < 0x20 || c > 0x7e || c == '\\')) {
              strange.add(path + " has a name that cannot be pinned");
            }
            files.add(file);
            return strange.isEmpty() && files.size() <= MAX_FILES
                ? FileVisitResult.CONTINUE
                : FileVisitResult.TERMINATE;
          }
        });
    if (!strange.isEmpty()) {
      throw new PinException(Printable.of(strange.getFirst()));
    }
    if (files.size() > MAX_FILES) {
      throw new PinException("it has more than " + MAX_FILES + " files");
    }
    return new Manifest(digests(root, files));
  }

  /** SHA-256 of each of {@code files}, by its path below {@code root}. */
  static SortedMap<String, Digest> digests(Path root, List<Path> files) throws IOException {
    Digest[] digests = new Digest[files.size()];
    AtomicInteger next = new AtomicInteger();
    int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    try (ExecutorService workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("gatekeeper-pin-", 0).factory())) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        done.add(
            workers.submit(
                () -> {
                  MessageDigest hash = Manifest.sha256();
                  ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
                  for (int at = next.getAndIncrement();
                      at < digests.length;
                      at = next.getAndIncrement()) {
                    digests[at] = digest(files.get(at), hash, buffer);
                  }
                  return null;
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    SortedMap<String, Digest> byPath = new TreeMap<>();
    for (int i = 0; i < digests.length; i++) {
      byPath.put(root.relativize(files.get(i)).toString(), digests[i]);
    }
    return byPath;
  }

  /** SHA-256 of a regular file's bytes; a symbolic link in its last place is refused. */
  public static Digest digest(Path file) throws IOException {
    return digest(file, Manifest.sha256(), ByteBuffer.allocateDirect(BUFFER));
  }

  private static Digest digest(Path file, MessageDigest hash, ByteBuffer buffer)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      for (int n = channel.read(buffer.clear()); n >= 0; n = channel.read(buffer.clear())) {
        hash.update(buffer.flip());
      }
    }
    return Digest.of(hash.digest());
  }

  /**
   * Takes the right to write from everybody, the owner included: a server that keeps data in its
   * own folder is told so by the system, at once, and not by a refusal of its next start.
   */
  static void seal(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      paths.forEach(
          path -> {
            boolean run = Files.isDirectory(path) || Files.isExecutable(path);
            mode(path, run ? "r-x------" : "r--------");
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void mode(Path path, String mode) {
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a tree, sealed or not; follows no link. */
  public static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            mode(directory, "rwx------");
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, java.io.@org.jspecify.annotations.Nullable IOException fault)
              throws IOException {
            if (fault != null) {
              throw fault;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
