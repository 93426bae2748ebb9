package dev.gatekeeper.holder;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** One message on the socket: its length in four bytes, then so many. */
final class Frame {
  /** A value of 64 KiB with its signature, or the names of an entry's references. */
  static final int MAX_BYTES = 96 << 10;

  private Frame() {}

  static byte[] read(SocketChannel channel) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    fill(channel, length);
    int bytes = length.flip().getInt();
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IOException("a frame of " + bytes + " bytes");
    }
    ByteBuffer content = ByteBuffer.allocateDirect(bytes);
    fill(channel, content);
    byte[] copy = new byte[bytes];
    content.flip().get(copy);
    wipe(content);
    return copy;
  }

  private static void fill(SocketChannel channel, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new EOFException("the other side hung up");
      }
    }
  }

  /** The array is wiped; so is the copy that the system is given. */
  static void write(SocketChannel channel, byte[] wiped) throws IOException {
    ByteBuffer whole = ByteBuffer.allocateDirect(Integer.BYTES + wiped.length);
    whole.putInt(wiped.length).put(wiped).flip();
    Arrays.fill(wiped, (byte) 0);
    try {
      while (whole.hasRemaining()) {
        channel.write(whole);
      }
    } finally {
      wipe(whole);
    }
  }

  private static void wipe(ByteBuffer buffer) {
    buffer.clear();
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0);
    }
  }
}
