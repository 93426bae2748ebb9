package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Block;
import dev.gatekeeper.audit.verify.line.Segments;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Reads segments ahead of who judges them. Hashing, taking lines apart and checking MACs happens on
 * all processors; only what hangs on the block before is done here, in order.
 */
final class ReadAhead implements AutoCloseable {
  /** Blocks that are worked on or wait, for each processor. */
  private static final int AHEAD = 4;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  /** A block and its MACs. */
  record Stretch(Block block, BlockMacs macs) {}

  /** A stretch that another thread works on. */
  private record Work(Stretch stretch, CompletableFuture<Void> done) {}

  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          PROCESSORS, Thread.ofPlatform().name("audit-verify-", 1).daemon().factory());
  private final Iterator<Path> files;
  private final Ratchet ratchet;
  private final Deque<Stretch> free = new ArrayDeque<>();
  private final Deque<Work> examined = new ArrayDeque<>();
  private final Deque<Work> checked = new ArrayDeque<>();
  private final byte[] previous = new byte[Format.HASH];
  private @Nullable Stretch taken;
  private Path file = Path.of("");
  private @Nullable FileChannel channel;
  private long at;
  private long end;

  /**
   * @param previous leaf hash of the record before the first one in {@code files}
   */
  ReadAhead(List<Path> files, Ratchet ratchet, byte[] previous) {
    this.files = files.iterator();
    this.ratchet = ratchet;
    System.arraycopy(previous, 0, this.previous, 0, Format.HASH);
    for (int i = 0; i < AHEAD * PROCESSORS; i++) {
      free.add(new Stretch(new Block(), new BlockMacs()));
    }
  }

  /** The next stretch, which is good until the one after it is asked for; nothing at the end. */
  Optional<Stretch> next() throws IOException {
    if (taken != null) {
      free.add(taken);
      taken = null;
    }
    while (!free.isEmpty() && read(free.getFirst())) {
      Stretch stretch = free.removeFirst();
      examined.add(work(stretch, () -> examine(stretch)));
    }
    while (!examined.isEmpty() && checked.size() < 2 * PROCESSORS) {
      checked.add(follow(examined.removeFirst()));
    }
    Work next = checked.poll();
    if (next != null) {
      next.done().join();
      taken = next.stretch();
    }
    return Optional.ofNullable(taken);
  }

  private Work work(Stretch stretch, Runnable step) {
    return new Work(stretch, CompletableFuture.runAsync(step, workers));
  }

  private void examine(Stretch stretch) {
    stretch.block().examine(ratchet.isAsked());
    if (ratchet.isAsked()) {
      stretch.macs().open(stretch.block(), ratchet);
    }
  }

  private Work follow(Work work) {
    if (!ratchet.isAsked()) {
      return work;
    }
    work.done().join();
    Stretch stretch = work.stretch();
    Block block = stretch.block();
    stretch.macs().follow(block, ratchet, previous);
    if (block.lines() > 0) {
      System.arraycopy(block.leaves(), Block.at(block.lines() - 1), previous, 0, Format.HASH);
    }
    return work(stretch, () -> stretch.macs().check(block));
  }

  /** Fills the block with what comes next; false at the end of all segments. */
  private boolean read(Stretch stretch) throws IOException {
    FileChannel open = channel;
    if (open == null) {
      if (!files.hasNext()) {
        return false;
      }
      file = files.next();
      open = Segments.open(file);
      channel = open;
      at = 0;
      end = open.size();
    }
    boolean more = stretch.block().read(file, open, at, end);
    at = stretch.block().next();
    if (!more) {
      open.close();
      channel = null;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    workers.shutdownNow();
    if (channel != null) {
      channel.close();
    }
  }
}
