package dev.gatekeeper.trust.signature;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads data types of SSH (RFC 4251 section 5). Whatever is cut off is refused, and never read. */
final class SshBytes {
  private final byte[] bytes;
  private int at;

  SshBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Passes bytes that have to stand here. */
  void expect(byte[] magic) throws SignatureException {
    if (!Arrays.equals(take(magic.length), magic)) {
      throw new SignatureException("is not what it says to be");
    }
  }

  int octet() throws SignatureException {
    return take(1)[0] & 0xff;
  }

  /** A {@code uint32}, as four bytes. */
  byte[] word() throws SignatureException {
    return take(4);
  }

  byte[] string() throws SignatureException {
    int length = ByteBuffer.wrap(word()).getInt();
    return take(length);
  }

  /** A string that is a name: ASCII without controls. */
  String name() throws SignatureException {
    byte[] name = string();
    for (byte each : name) {
      if (each < 0x20 || each == 0x7f) {
        throw new SignatureException("has a name with odd characters");
      }
    }
    return new String(name, US_ASCII);
  }

  /** A positive {@code mpint}, in its only form. */
  BigInteger positive() throws SignatureException {
    byte[] number = string();
    BigInteger value = number.length == 0 ? BigInteger.ZERO : new BigInteger(number);
    if (value.signum() <= 0 || !Arrays.equals(value.toByteArray(), number)) {
      throw new SignatureException("has a number in an odd form");
    }
    return value;
  }

  void end() throws SignatureException {
    if (at != bytes.length) {
      throw new SignatureException("has something behind its end");
    }
  }

  private byte[] take(int length) throws SignatureException {
    if (length < 0 || length > bytes.length - at) {
      throw new SignatureException("is cut off");
    }
    byte[] taken = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return taken;
  }

  /** Appends a string in the form that {@link #string} reads. */
  static void put(ByteArrayOutputStream out, byte[] string) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(string.length).array());
    out.writeBytes(string);
  }
}
