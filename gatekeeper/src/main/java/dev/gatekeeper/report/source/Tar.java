package dev.gatekeeper.report.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Regular files in a POSIX ustar archive, in the one spelling that {@code docs/audit-format.md}
 * specifies; any other is refused.
 */
final class Tar {
  private static final int BLOCK = 512;
  private static final int MAX_NAME = 100;

  /** Largest size that eleven octal digits tell: 8 GiB. */
  private static final long MAX_SIZE = 0_77777777777L;

  /** Bytes of zeros that other programs may add at the end. */
  private static final int MAX_PADDING = 1 << 16;

  private Tar() {}

  /**
   * One file of an archive.
   *
   * @param size bytes
   */
  public record Header(String name, long size) {}

  /** The header of a file; its content and {@link #pad} follow. */
  public static void writeHeader(OutputStream out, Header header) throws IOException {
    byte[] name = header.name().getBytes(StandardCharsets.US_ASCII);
    if (name.length > MAX_NAME || header.size() > MAX_SIZE) {
      throw new IOException(header.name() + " does not fit into a tar archive");
    }
    byte[] block = block(name, header.size());
    out.write(block);
  }

  private static byte[] block(byte[] name, long size) {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, "0000600\0000000000\0000000000\0");
    put(block, 124, "%011o\00000000000000\0        0".formatted(size));
    put(block, 257, "ustar\00000");
    put(block, 329, "0000000\0000000000\0");
    int sum = 0;
    for (byte one : block) {
      sum += one & 0xFF;
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    return block;
  }

  private static void put(byte[] block, int at, String text) {
    put(block, at, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void put(byte[] block, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  /** Fills the last block of a file. */
  public static void pad(OutputStream out, long size) throws IOException {
    out.write(new byte[padding(size)]);
  }

  private static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }

  public static void writeEnd(OutputStream out) throws IOException {
    out.write(new byte[2 * BLOCK]);
  }

  /** The next header; nothing at the end of the archive, which has then been read whole. */
  public static Optional<Header> readHeader(InputStream in) throws IOException {
    byte[] block = readBlock(in);
    if (isZero(block)) {
      if (!isZero(readBlock(in))) {
        throw new IOException("the archive goes on behind its end");
      }
      byte[] rest = in.readNBytes(MAX_PADDING);
      if (!isZero(rest) || in.read() >= 0) {
        throw new IOException("the archive goes on behind its end");
      }
      return Optional.empty();
    }
    int end = 0;
    while (end < MAX_NAME && block[end] != 0) {
      end++;
    }
    byte[] name = Arrays.copyOf(block, end);
    long size = 0;
    for (int i = 124; i < 135; i++) {
      size = size * 8 + (block[i] - '0');
    }
    // Whatever is written in another way than ours is refused: links, devices, owners, long names.
    if (size < 0 || !Arrays.equals(block, block(name, size))) {
      throw new IOException("the archive holds a header that is not one of a bundle");
    }
    return Optional.of(new Header(new String(name, StandardCharsets.US_ASCII), size));
  }

  public static void skipPadding(InputStream in, long size) throws IOException {
    if (in.readNBytes(padding(size)).length != padding(size)) {
      throw cut();
    }
  }

  private static byte[] readBlock(InputStream in) throws IOException {
    byte[] block = in.readNBytes(BLOCK);
    if (block.length != BLOCK) {
      throw cut();
    }
    return block;
  }

  public static IOException cut() {
    return new IOException("the archive was cut short");
  }

  private static boolean isZero(byte[] bytes) {
    for (byte one : bytes) {
      if (one != 0) {
        return false;
      }
    }
    return true;
  }
}
