package dev.gatekeeper.wire;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One message after the other, each of which comes in pieces and not as a line: the body of an HTTP
 * answer, the data of an event. Judged as {@link FrameReader} judges a line; what is over the limit
 * is skimmed in constant memory. Not for several threads.
 */
public final class Gathering {
  private static final int CHUNK = 16 << 10;

  private final WireLimits limits;
  private byte[] buffer = new byte[CHUNK];
  private int length;
  private long all;
  private @Nullable Skim skim;

  /** Without a byte yet. */
  public Gathering(WireLimits limits) {
    this.limits = limits;
  }

  /** The next bytes of the message, which are copied. */
  public void add(byte[] bytes, int from, int to) {
    int count = to - from;
    all += count;
    Skim over = skim;
    if (over == null && length + (long) count > limits.messageBytes()) {
      over = new Skim();
      over.feed(buffer, 0, length);
      skim = over;
      buffer = new byte[CHUNK];
      length = 0;
    }
    if (over != null) {
      over.feed(bytes, from, to);
      return;
    }
    if (length + count > buffer.length) {
      long twice = Math.max(2L * buffer.length, (long) length + count);
      long most = Math.max(limits.messageBytes(), CHUNK);
      buffer = Arrays.copyOf(buffer, (int) Math.min(twice, most));
    }
    System.arraycopy(bytes, from, buffer, length, count);
    length += count;
  }

  /** Bytes of the message so far, kept or not. */
  public long bytes() {
    return all;
  }

  /** What was gathered, as it is, where it is no longer than {@code most}; then begins anew. */
  public Optional<byte[]> takeBytes(int most) {
    Optional<byte[]> taken =
        all <= most && skim == null ? Optional.of(Arrays.copyOf(buffer, length)) : Optional.empty();
    clear();
    return taken;
  }

  /** What was gathered, judged; then begins anew. Without a byte: not JSON. */
  public Incoming take() {
    Incoming taken;
    Skim over = skim;
    if (over != null) {
      taken = new Incoming.Oversize(over.id(), over.method(), all);
    } else if (Frame.blank(buffer, 0, length)) {
      taken = new Incoming.NotJson(length, false);
    } else if (length <= CHUNK) {
      taken = Frame.judge(Arrays.copyOf(buffer, length), 0, length, limits);
    } else {
      taken = Frame.judge(buffer, 0, length, limits);
      buffer = new byte[CHUNK]; // the message keeps the other
    }
    clear();
    return taken;
  }

  private void clear() {
    length = 0;
    all = 0;
    skim = null;
    if (buffer.length > CHUNK) {
      buffer = new byte[CHUNK];
    }
  }
}
