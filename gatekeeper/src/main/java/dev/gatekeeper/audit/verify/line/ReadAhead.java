package dev.gatekeeper.audit.verify.line;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads segments on a thread of its own, splits them into lines and hashes those, while the blocks
 * before are judged: that is how the verifier uses a second core.
 */
public final class ReadAhead implements AutoCloseable {
  /** Blocks that wait between the two threads. */
  private static final int AHEAD = 8;

  /** A block; without one, the end of all segments, or why it was not reached. */
  private record Step(@Nullable Block block, @Nullable IOException failure) {}

  private final BlockingQueue<Block> free = new ArrayBlockingQueue<>(AHEAD);
  private final BlockingQueue<Step> ready = new ArrayBlockingQueue<>(AHEAD + 1);
  private final List<Path> files;
  private final boolean bodies;
  private final Thread thread;
  private @Nullable Block taken;

  /** Starts at once. */
  public ReadAhead(List<Path> files, boolean bodies) {
    this.files = files;
    this.bodies = bodies;
    for (int i = 0; i < AHEAD; i++) {
      free.add(new Block());
    }
    thread = Thread.ofPlatform().name("audit-read-ahead").daemon().start(this::run);
  }

  /** The next block, which is good until the one after it is asked for; nothing at the end. */
  public Optional<Block> next() throws IOException {
    try {
      if (taken != null) {
        free.put(taken);
      }
      Step step = ready.take();
      if (step.failure() != null) {
        throw new IOException(step.failure().getMessage(), step.failure());
      }
      taken = step.block();
      return Optional.ofNullable(taken);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void run() {
    Hashing hashing = new Hashing();
    try {
      for (Path file : files) {
        read(file, hashing);
      }
      ready.put(new Step(null, null));
    } catch (IOException e) {
      ready.add(new Step(null, e));
    } catch (InterruptedException e) {
      // Closed: nobody waits for more.
    }
  }

  private void read(Path file, Hashing hashing) throws IOException, InterruptedException {
    try (FileChannel channel = Segments.open(file)) {
      long end = channel.size();
      long at = 0;
      boolean more = true;
      while (more) {
        Block block = free.take();
        more = block.read(file, channel, at, end);
        block.hash(hashing, bodies);
        at = block.next();
        ready.put(new Step(block, null));
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
