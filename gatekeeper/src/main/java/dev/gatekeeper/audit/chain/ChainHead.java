package dev.gatekeeper.audit.chain;

import dev.gatekeeper.audit.checkpoint.Frontier;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The end of the chain: what the next line is made from, and what a line found after it is checked
 * against.
 *
 * <p>The MAC key moves forward with each line and the one before is overwritten: whoever takes the
 * machine now cannot make the MAC of a line that is already there.
 */
public final class ChainHead {
  private final Digests digests;
  private final byte[] logId;
  private final byte[] start;
  private final Frontier tree;
  private long n;
  private long offset;
  private byte[] key;
  private byte[] hash;

  /**
   * @param n number of the next line
   * @param offset of the next line in its segment
   * @param key MAC key of the next line; taken as its own
   * @param hash of the line before
   */
  public ChainHead(
      Digests digests, byte[] logId, long n, long offset, byte[] key, byte[] hash, Frontier tree) {
    this.digests = digests;
    this.logId = logId;
    this.start = ("\",\"log\":\"" + base64(logId) + "\"").getBytes(StandardCharsets.US_ASCII);
    this.n = n;
    this.offset = offset;
    this.key = key;
    this.hash = hash;
    this.tree = tree;
  }

  public ChainHead copy() {
    return new ChainHead(digests, logId, n, offset, key.clone(), hash, tree.copy());
  }

  /** The same end, at the beginning of a new file. */
  public ChainHead inNewSegment() {
    return new ChainHead(digests, logId, n, 0, key.clone(), hash, tree.copy());
  }

  public long n() {
    return n;
  }

  public long offset() {
    return offset;
  }

  public byte[] key() {
    return key;
  }

  public byte[] hash() {
    return hash;
  }

  public Frontier tree() {
    return tree;
  }

  /** Goes on with the fresh key of a new epoch. */
  public void rekey(byte[] fresh) {
    wipe();
    key = fresh;
  }

  public void wipe() {
    Arrays.fill(key, (byte) 0);
  }

  /**
   * Makes the next line, line feed included, and moves behind it.
   *
   * @param rest the body from {@code ,"time"} on
   * @throws IllegalArgumentException when the line would be longer than 65,535 bytes
   */
  public byte[] seal(byte[] rest) {
    byte[] prefix = prefix();
    int body = prefix.length + rest.length;
    if (body + Format.SUFFIX > Format.MAX_LINE) {
      throw new IllegalArgumentException("a record is longer than " + Format.MAX_LINE + " bytes");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(body + Format.SUFFIX + 1);
    out.writeBytes(prefix);
    out.writeBytes(rest);
    byte[] line = finish(out.toByteArray());
    move(line, 0, line.length - 1);
    return line;
  }

  /**
   * Moves behind the line at {@code from} (inclusive) to {@code to} (its line feed) if it is the
   * next one.
   */
  public boolean accept(byte[] bytes, int from, int to) {
    int body = to - from - Format.SUFFIX;
    byte[] prefix = prefix();
    if (body < prefix.length || to - from > Format.MAX_LINE) {
      return false;
    }
    byte[] expected = finish(Arrays.copyOfRange(bytes, from, from + body));
    if (!Arrays.equals(expected, 0, expected.length - 1, bytes, from, to)
        || !Arrays.equals(prefix, 0, prefix.length, expected, 0, prefix.length)) {
      return false;
    }
    move(bytes, from, to);
    return true;
  }

  private byte[] prefix() {
    byte[] before =
        ("{\"v\":\"" + Format.VERSION + "\",\"n\":\"" + n).getBytes(StandardCharsets.US_ASCII);
    byte[] prefix = Arrays.copyOf(before, before.length + start.length);
    System.arraycopy(start, 0, prefix, before.length, start.length);
    return prefix;
  }

  private byte[] finish(byte[] body) {
    byte[] u64 = u64();
    byte[] recordKey = digests.hmac(key, new byte[] {Format.RECORD_KEY}, u64);
    byte[] mac =
        digests.hmac(
            recordKey,
            Format.MAC_LABEL.getBytes(StandardCharsets.US_ASCII),
            logId,
            u64,
            hash,
            digests.leaf(body, 0, body.length));
    Arrays.fill(recordKey, (byte) 0);
    byte[] suffix =
        (",\"prev\":\"" + base64(hash) + "\",\"mac\":\"" + base64(mac) + "\"}\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] line = Arrays.copyOf(body, body.length + suffix.length);
    System.arraycopy(suffix, 0, line, body.length, suffix.length);
    return line;
  }

  private void move(byte[] line, int from, int to) {
    byte[] next = digests.hmac(key, new byte[] {Format.NEXT_KEY}, u64());
    rekey(next);
    hash = digests.leaf(line, from, to);
    tree.add(digests, hash);
    offset += to - from + 1;
    n++;
  }

  private byte[] u64() {
    return ByteBuffer.allocate(8).putLong(n).array();
  }

  public static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
