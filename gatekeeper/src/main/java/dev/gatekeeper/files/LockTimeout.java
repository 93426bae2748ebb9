package dev.gatekeeper.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Another process (or thread) held a lock for longer than the caller was ready to wait. */
public final class LockTimeout extends IOException {
  private static final long serialVersionUID = 1;

  LockTimeout(Path file, Duration deadline) {
    super(file + " has been held by " + holder(file) + " for " + deadline.toMillis() + " ms");
  }

  /** Who holds it, as far as the system tells: a stopped process is ended or continued by hand. */
  private static String holder(Path file) {
    try {
      String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
      return Files.readAllLines(Path.of("/proc/locks")).stream()
          .filter(line -> line.contains(inode) && !line.contains("->"))
          .map(line -> line.split(" +", -1))
          // Who holds the lock, rather than who is next, which may be ourselves.
          .filter(lock -> lock[6].equals("0"))
          .map(lock -> "process " + lock[4])
          .findFirst()
          .orElse("another process");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "another process";
    }
  }
}
