package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;

/** A pack of some hundred bytes that holds an object of 1 GiB and a bit (gitformat-pack(5)). */
public final class PackBomb {
  private static final int BLOB = 3;
  private static final int OFFSET_DELTA = 6;
  private static final int HEADER = 12;
  private static final int COPY = 0x80; // all 64 KiB of what it is a delta to

  private PackBomb() {}

  /** Its bytes. */
  public static byte[] bytes() throws Exception {
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    pack.writeBytes("PACK\0\0\0\2\0\0\0\2".getBytes(US_ASCII));
    byte[] base = new byte[1 << 16];
    head(BLOB, base.length, pack);
    deflate(base, pack);
    int distance = pack.size() - HEADER;
    ByteArrayOutputStream delta = new ByteArrayOutputStream();
    size(base.length, delta);
    int copies = (1 << 14) + 1;
    size((long) copies * base.length, delta);
    byte[] all = new byte[copies];
    Arrays.fill(all, (byte) COPY);
    delta.writeBytes(all);
    head(OFFSET_DELTA, delta.size(), pack);
    if (distance > 0x7f) {
      pack.write(0x80 | ((distance >> 7) - 1));
    }
    pack.write(distance & 0x7f);
    deflate(delta.toByteArray(), pack);
    pack.writeBytes(MessageDigest.getInstance("SHA-1").digest(pack.toByteArray()));
    return pack.toByteArray();
  }

  private static void head(int type, int length, ByteArrayOutputStream out) {
    out.write(0x80 | (type << 4) | (length & 0xf));
    size(length >> 4, out);
  }

  private static void size(long size, ByteArrayOutputStream out) {
    long rest = size;
    for (; rest > 0x7f; rest >>= 7) {
      out.write((int) (0x80 | (rest & 0x7f)));
    }
    out.write((int) rest);
  }

  private static void deflate(byte[] content, ByteArrayOutputStream out) throws Exception {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(deflated)) {
      deflater.write(content);
    }
    out.writeBytes(deflated.toByteArray());
  }
}
