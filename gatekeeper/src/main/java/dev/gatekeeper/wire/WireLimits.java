package dev.gatekeeper.wire;

/**
 * What one message may cost.
 *
 * @param messageBytes longest line in bytes, its line end not counted
 * @param depth deepest nesting of objects and arrays; the envelope itself is level 1
 */
public record WireLimits(int messageBytes, int depth) {
  /**
   * 64 MiB: a screenshot or an export as base64 fits, ten of them at once still fit a small heap.
   * 512 levels: real schemas reach some 30; parsers in other languages give up near 1,000.
   */
  public static final WireLimits DEFAULT = new WireLimits(64 << 20, 512);

  public WireLimits {
    if (messageBytes < 1 || messageBytes > 1 << 30 || depth < 1 || depth > Scanner.DEEPEST) {
      throw new IllegalArgumentException("limits out of range");
    }
  }
}
