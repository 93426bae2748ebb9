package dev.gatekeeper.pin.cache;

import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which installed trees running processes use: a program loads files for as long as it runs.
 *
 * <p>A process that starts a program holds the tree until it ends, by a shared lock of the system
 * on a file beside it, which a killed process loses too. The locks of a process all go when any
 * channel on the file is closed: so each file is opened once and stays open.
 */
final class InUse {
  private static final Map<Path, FileChannel> HELD = new HashMap<>();

  private InUse() {}

  /**
   * Holds a tree until this process ends.
   *
   * @param file beside the tree
   * @throws PinException where somebody is about to remove it
   */
  static synchronized void hold(Path file) throws PinException, IOException {
    Path key = file.toAbsolutePath().normalize();
    if (HELD.containsKey(key)) {
      return;
    }
    FileChannel channel = open(key);
    FileLock lock = tryLock(channel, true);
    if (lock == null) {
      channel.close();
      throw new PinException("its installed copy is being removed", Cache.INSTALL);
    }
    HELD.put(key, channel);
  }

  /**
   * Claims a tree for removal.
   *
   * @return to be closed when it is removed; empty where a process uses it
   */
  static synchronized Optional<FileChannel> claim(Path file) throws IOException {
    Path key = file.toAbsolutePath().normalize();
    if (HELD.containsKey(key)) {
      return Optional.empty();
    }
    FileChannel channel = open(key);
    if (tryLock(channel, false) == null) {
      channel.close();
      return Optional.empty();
    }
    return Optional.of(channel);
  }

  private static FileLock tryLock(FileChannel channel, boolean shared) throws IOException {
    try {
      return channel.tryLock(0, 1, shared);
    } catch (OverlappingFileLockException e) {
      throw new AssertionError("a file is opened once", e);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        OwnerOnly.fileMode());
  }
}
