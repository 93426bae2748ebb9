package dev.gatekeeper.cli.console;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the first failure of a stream, of which a {@link java.io.PrintStream} tells nothing.
 */
final class Watched extends FilterOutputStream {
  private volatile @Nullable IOException failure;

  Watched(OutputStream out) {
    super(out);
  }

  /** Why something was not written; nothing where the reader had enough, as {@code head} has. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure)
        .filter(one -> !String.valueOf(one.getMessage()).contains("Broken pipe"));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      }
      throw e;
    }
  }
}
