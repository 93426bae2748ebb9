package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Block;
import dev.gatekeeper.audit.verify.line.Segments;
import dev.gatekeeper.audit.verify.mac.BlockMacs;
import dev.gatekeeper.audit.verify.mac.Ratchet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Reads segments ahead of who judges them. Reading, hashing, taking lines apart and checking MACs
 * happens on all processors; only what hangs on the block before is done in order. Who reads a
 * block examines it, since it is in that processor's cache.
 */
final class ReadAhead implements AutoCloseable {
  /** Blocks that are worked on or wait, for each processor: as few as stay in its cache. */
  private static final int AHEAD = 2;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  /** A block and its MACs. */
  record Stretch(Block block, BlockMacs macs) {}

  /** A stretch that other threads work on; false when the segments ended before it. */
  private record Work(Stretch stretch, CompletableFuture<Boolean> done) {}

  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          PROCESSORS, Thread.ofPlatform().name("audit-verify-", 1).daemon().factory());
  private final Iterator<Path> files;
  private final Ratchet ratchet;
  private final Deque<Work> ahead = new ArrayDeque<>();
  private final byte[] previous;

  /** Whether there was more to read, once the last stretch that is ahead was read. */
  private CompletableFuture<Boolean> read = CompletableFuture.completedFuture(true);

  /** Once the keys of that stretch are known. */
  private CompletableFuture<Boolean> followed = read;

  private @Nullable Stretch taken;

  // Of who reads.
  private Path file = Path.of("");
  private @Nullable FileChannel channel;
  private long at;
  private long size;

  /**
   * @param previous leaf hash of the record before the first one in {@code files}
   */
  ReadAhead(List<Path> files, Ratchet ratchet, byte[] previous) {
    this.files = files.iterator();
    this.ratchet = ratchet;
    this.previous = previous.clone();
    for (int i = 0; i < AHEAD * PROCESSORS; i++) {
      begin(new Stretch(new Block(), new BlockMacs()));
    }
  }

  /** The next stretch, which is good until the one after it is asked for; nothing at the end. */
  Optional<Stretch> next() throws IOException {
    if (taken != null) {
      begin(taken);
      taken = null;
    }
    Work next = ahead.remove();
    try {
      taken = next.done().join() ? next.stretch() : null;
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failed) {
        throw failed.getCause();
      }
      throw e;
    }
    return Optional.ofNullable(taken);
  }

  private void begin(Stretch stretch) {
    CompletableFuture<Boolean> before = read;
    CompletableFuture<Boolean> own = new CompletableFuture<>();
    read = own;
    CompletableFuture<Boolean> examined =
        CompletableFuture.supplyAsync(() -> examine(stretch, before, own), workers);
    if (ratchet.isAsked()) {
      followed = followed.thenCombineAsync(examined, (all, more) -> follow(stretch, more), workers);
      ahead.add(new Work(stretch, followed.thenApplyAsync(more -> check(stretch, more), workers)));
    } else {
      ahead.add(new Work(stretch, examined));
    }
  }

  /** Waits for who reads the stretch before. That one is at work, since workers begin in order. */
  private boolean examine(
      Stretch stretch, CompletableFuture<Boolean> before, CompletableFuture<Boolean> own) {
    boolean more = false;
    try {
      more = before.join() && read(stretch.block());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      own.complete(more);
    }
    if (more) {
      stretch.block().examine(ratchet.isAsked());
      stretch.macs().open(stretch.block(), ratchet);
    }
    return more;
  }

  private boolean follow(Stretch stretch, boolean more) {
    Block block = stretch.block();
    if (more) {
      stretch.macs().follow(block, ratchet, previous);
    }
    if (more && block.lines() > 0) {
      System.arraycopy(block.leaves(), Block.at(block.lines() - 1), previous, 0, Format.HASH);
    }
    return more;
  }

  private static boolean check(Stretch stretch, boolean more) {
    if (more) {
      stretch.macs().check(stretch.block());
    }
    return more;
  }

  /** Fills the block with what comes next; false at the end of all segments. */
  private boolean read(Block block) throws IOException {
    FileChannel open = channel;
    if (open == null) {
      if (!files.hasNext()) {
        return false;
      }
      file = files.next();
      open = Segments.open(file);
      channel = open;
      at = 0;
      size = open.size();
    }
    boolean more = block.read(file, open, at, size);
    at = block.next();
    if (!more) {
      open.close();
      channel = null;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    workers.shutdownNow();
    workers.close();
    if (channel != null) {
      channel.close();
    }
  }
}
