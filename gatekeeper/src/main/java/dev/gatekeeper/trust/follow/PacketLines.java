package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Packets as gitprotocol-common(5) and gitprotocol-v2(5) frame them: four hex digits of length. */
final class PacketLines {
  private static final int LENGTH_CHARS = 4;
  private static final int MOST = 65_520; // gitprotocol-common(5)
  private static final int DELIMITER = 1;

  private final InputStream in;

  PacketLines(InputStream in) {
    this.in = in;
  }

  /**
   * The next packet; empty where a flush ends them. Delimiters divide nothing that is asked for.
   */
  Optional<byte[]> next() throws IOException, FollowException {
    while (true) {
      int length = length();
      if (length == 0) {
        return Optional.empty();
      }
      if (length >= LENGTH_CHARS && length <= MOST) {
        byte[] content = in.readNBytes(length - LENGTH_CHARS);
        if (content.length == length - LENGTH_CHARS) {
          return Optional.of(content);
        }
      }
      if (length != DELIMITER) {
        throw malformed();
      }
    }
  }

  private int length() throws IOException, FollowException {
    byte[] digits = in.readNBytes(LENGTH_CHARS);
    int length = 0;
    for (byte digit : digits) {
      int value = Character.digit(digit, 16);
      if (value < 0) {
        throw malformed();
      }
      length = length * 16 + value;
    }
    if (digits.length < LENGTH_CHARS) {
      throw malformed(); // without an end
    }
    return length;
  }

  /** All lines up to a flush, without their ends. */
  List<String> lines() throws IOException, FollowException {
    List<String> lines = new ArrayList<>();
    for (Optional<byte[]> next = next(); next.isPresent(); next = next()) {
      lines.add(new String(next.get(), UTF_8).stripTrailing());
    }
    return lines;
  }

  static FollowException malformed() {
    return new FollowException("the remote answers otherwise than git does");
  }

  /** A command of version 2: capabilities, a delimiter, its arguments, a flush. */
  static byte[] command(List<String> capabilities, List<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    capabilities.forEach(line -> write(line, out));
    out.writeBytes("0001".getBytes(US_ASCII));
    arguments.forEach(line -> write(line, out));
    out.writeBytes("0000".getBytes(US_ASCII));
    return out.toByteArray();
  }

  private static void write(String line, ByteArrayOutputStream out) {
    byte[] bytes = (line + "\n").getBytes(UTF_8);
    out.writeBytes("%04x".formatted(bytes.length + LENGTH_CHARS).getBytes(US_ASCII));
    out.writeBytes(bytes);
  }
}
