package dev.gatekeeper.audit.chain;

import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.files.SyncFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The two slots of the state. Used under the append lock only.
 *
 * <p>One slot is always whole on the disk: writes go to the newer slot, again and again, and only
 * after a sync to the other one. So neither a kill in the middle of a write nor a power loss that
 * keeps any part of what was not synced leaves two broken slots; what the surviving slot does not
 * know is read from the log.
 */
public final class StateFile implements AutoCloseable {
  private final Digests digests;
  private final FileChannel channel;
  private final boolean sync;
  // Off heap: what is read at each append is neither copied nor cleared first.
  private final ByteBuffer seen = ByteBuffer.allocateDirect(2 * Format.SLOT);
  private final ByteBuffer now = ByteBuffer.allocateDirect(2 * Format.SLOT);
  private @Nullable State last;
  private int target;
  private boolean otherIsDurable;

  public StateFile(Digests digests, Path file, boolean sync) throws IOException {
    this.digests = digests;
    this.sync = sync;
    this.channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                LinkOption.NOFOLLOW_LINKS),
            OwnerOnly.fileMode());
  }

  /**
   * The newest whole state; the same object as before where nobody else has written. Empty for an
   * unwritten file.
   */
  public Optional<State> read() throws IOException {
    now.clear();
    while (now.hasRemaining() && channel.read(now, now.position()) > 0) {}
    while (now.hasRemaining()) {
      now.put((byte) 0); // a slot that was never written
    }
    now.flip();
    if (last != null && now.equals(seen)) {
      return Optional.of(last);
    }
    byte[] slots = new byte[2 * Format.SLOT];
    now.get(0, slots);
    seen.put(0, slots);
    Optional<State> first = State.decode(digests, Arrays.copyOf(slots, Format.SLOT));
    Optional<State> second =
        State.decode(digests, Arrays.copyOfRange(slots, Format.SLOT, 2 * Format.SLOT));
    otherIsDurable = first.isPresent() && second.isPresent();
    target =
        second.isPresent() && (first.isEmpty() || second.get().generation > first.get().generation)
            ? 1
            : 0;
    Optional<State> newest = target == 1 ? second : first;
    last = newest.orElse(null);
    return newest;
  }

  /** Overwrites the newer slot. */
  public void write(State state) throws IOException {
    if (!otherIsDurable) {
      mirror(state);
      return;
    }
    put(state);
  }

  /**
   * Makes {@code state} durable in one slot and puts it over what the other one held, so that no
   * older key is left.
   */
  public void settle(State state) throws IOException {
    if (otherIsDurable) {
      put(state);
    }
    mirror(state);
    force();
  }

  /** What stands in the newer slot becomes durable, then the other slot becomes the newer one. */
  private void mirror(State state) throws IOException {
    force();
    otherIsDurable = last != null;
    if (otherIsDurable) {
      target = 1 - target;
    }
    put(state);
  }

  private void put(State state) throws IOException {
    state.generation++;
    int at = target * Format.SLOT;
    last = null; // until it is written, what was seen is no longer what the file holds
    seen.put(at, state.encode(digests));
    DurableFile.writeFully(channel, seen.slice(at, Format.SLOT), at);
    last = state;
  }

  private void force() throws IOException {
    if (sync) {
      try {
        channel.force(false);
      } catch (IOException e) {
        throw new SyncFailed(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
