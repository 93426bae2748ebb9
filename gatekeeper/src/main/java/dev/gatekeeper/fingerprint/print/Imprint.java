package dev.gatekeeper.fingerprint.print;

import dev.gatekeeper.vault.text.Base64Url;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;

/** Takes fingerprints of values, under one key. For one thread. */
public final class Imprint {
  private final Windows windows;
  private final Mac mac;

  public Imprint(PrintKey key) {
    this.windows = key.windows();
    this.mac = key.values();
  }

  /** Whether a value has one that may be kept. */
  public static boolean isStrong(byte[] value) {
    byte[] bare = bare(value);
    try {
      RandomPart part = RandomPart.of(bare);
      return part.isStrong() && part.window(bare, true) >= 0;
    } finally {
      Arrays.fill(bare, (byte) 0);
    }
  }

  /** The one of a strong value; empty where it is weak: nothing of it may be kept. */
  public Optional<Print> ofStrong(String reference, byte[] value) {
    byte[] bare = bare(value);
    try {
      RandomPart part = RandomPart.of(bare);
      return part.isStrong() ? print(reference, bare, part, true) : Optional.empty();
    } finally {
      Arrays.fill(bare, (byte) 0);
    }
  }

  /**
   * Of any value that has a window within a line, since between lines there is in each text
   * something else: to be looked for now, and never to be kept.
   */
  public Optional<Print> ofAny(String reference, byte[] value) {
    byte[] bare = bare(value);
    try {
      return print(reference, bare, longestLine(bare), false);
    } finally {
      Arrays.fill(bare, (byte) 0);
    }
  }

  private static RandomPart longestLine(byte[] bare) {
    RandomPart longest = new RandomPart(0, 0, 0);
    for (int from = 0; from < bare.length; ) {
      int to = from;
      while (to < bare.length && bare[to] != '\n') {
        to++;
      }
      longest = to - from > longest.end() - longest.start() ? new RandomPart(from, to, 0) : longest;
      from = to + 1;
    }
    return longest;
  }

  private Optional<Print> print(String reference, byte[] bare, RandomPart part, boolean clean) {
    int offset = part.window(bare, clean);
    if (offset < 0) {
      return Optional.empty();
    }
    int kept = Windows.kept(windows.hash(Windows.word(bare, offset)));
    String hmac = Base64Url.of(mac.doFinal(bare));
    return Optional.of(new Print(reference, hasBlanks(bare), bare.length, offset, kept, hmac, 0));
  }

  /** Without blanks and line ends around it; where some are inside, each line bare. */
  private static byte[] bare(byte[] value) {
    int start = 0;
    int end = value.length;
    while (end > start && isBlank(value[end - 1])) {
      end--;
    }
    while (start < end && isBlank(value[start])) {
      start++;
    }
    byte[] bare = Arrays.copyOfRange(value, start, end);
    if (!hasBlanks(bare)) {
      return bare;
    }
    byte[] lines = new byte[bare.length];
    int length = Lines.bare(bare, 0, bare.length, lines);
    Arrays.fill(bare, (byte) 0);
    byte[] exact = Arrays.copyOf(lines, length);
    Arrays.fill(lines, (byte) 0);
    return exact;
  }

  private static boolean hasBlanks(byte[] value) {
    for (byte b : value) {
      if (isBlank(b)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
