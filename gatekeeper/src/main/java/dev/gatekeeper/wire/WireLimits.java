package dev.gatekeeper.wire;

import dev.gatekeeper.json.Slice;

/**
 * What one message may cost.
 *
 * @param messageBytes longest line in bytes, its line end not counted
 * @param depth deepest nesting of objects and arrays; the envelope itself is level 1
 */
public record WireLimits(int messageBytes, int depth) {
  /**
   * 64 MiB: a screenshot or an export as base64 fits, ten of them at once still fit a small heap.
   */
  public static final WireLimits DEFAULT = new WireLimits(64 << 20, Slice.DEPTH);

  public WireLimits {
    if (messageBytes < 1 || messageBytes > 1 << 30 || depth < 1 || depth > Slice.DEEPEST) {
      throw new IllegalArgumentException("limits out of range");
    }
  }
}
