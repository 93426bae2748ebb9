package dev.gatekeeper.broker;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Owner-only files that hold secrets for one launch, in a private directory of it. In memory
 * ({@code XDG_RUNTIME_DIR}) where the system has such a place, else in the home. Deleted at {@link
 * #close}; what a killed process left behind is swept by the next one.
 */
final class SecretFiles implements AutoCloseable {
  private static final int MAX_LEFTOVERS = 1_000; // entries that one sweep looks at

  private final Path directory;
  private final List<Path> files = new ArrayList<>();

  private SecretFiles(Path directory) {
    this.directory = directory;
  }

  /** A new, empty directory that only we can enter. */
  static SecretFiles create(Home home, Map<String, String> environment) throws IOException {
    Path parent = parent(home, environment);
    byte[] unique = new byte[8];
    new SecureRandom().nextBytes(unique);
    Path directory =
        parent.resolve(ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(unique));
    DurableFile.createDirectory(directory);
    OwnerOnly.check(directory);
    return new SecretFiles(directory);
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
    delete(directory, files);
  }

  /** Deletes the directories of processes that are gone. */
  static void sweep(Home home, Map<String, String> environment) {
    try (var children = Files.newDirectoryStream(parent(home, environment), "[0-9]*-*")) {
      int seen = 0;
      for (Path child : children) {
        long pid = Long.parseLong(child.getFileName().toString().replaceFirst("-.*", ""));
        if (ProcessHandle.of(pid).isEmpty()) {
          try (var files = Files.newDirectoryStream(child)) {
            List<Path> left = new ArrayList<>();
            files.forEach(left::add);
            delete(child, left);
          }
        }
        if (++seen == MAX_LEFTOVERS) {
          return;
        }
      }
    } catch (IOException | NumberFormatException e) {
      return; // the next start sweeps again
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
