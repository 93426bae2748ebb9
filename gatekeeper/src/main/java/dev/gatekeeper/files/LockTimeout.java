package dev.gatekeeper.files;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Another process (or thread) held a lock for longer than the caller was ready to wait. */
public final class LockTimeout extends IOException {
  private static final long serialVersionUID = 1;

  LockTimeout(Path file, Duration deadline) {
    super(file + " has been held by another process for " + deadline.toMillis() + " ms");
  }
}
