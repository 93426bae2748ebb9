package dev.gatekeeper.files;

import java.io.IOException;

/**
 * The disk did not take what it was to keep. Never to be tried again: the next sync says "done"
 * without having done it.
 */
public final class SyncFailed extends IOException {
  private static final long serialVersionUID = 1;

  /** With what the system said. */
  public SyncFailed(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
