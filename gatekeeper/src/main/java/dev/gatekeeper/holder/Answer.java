package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.seal.Ed25519;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * What a holder says, signed together with the question: a kind in one byte, the content, and an
 * Ed25519 signature by the key of its {@link Announcement}. Holds a value perhaps, hence no record.
 */
final class Answer {
  /** As asked: a value, or the generation of the vault. */
  static final byte GIVEN = 'g';

  /** The list in force does not entitle the entry: content is why. */
  static final byte REFUSED = 'n';

  /** The vault cannot give it: content is why, a line end, and what to type. */
  static final byte FAULT = 'f';

  private static final byte[] DOMAIN = "gatekeeper-holder-answer/1\n".getBytes(UTF_8);

  private final byte kind;
  private final byte[] content;

  Answer(byte kind, byte[] content) {
    this.kind = kind;
    this.content = content;
  }

  static Answer text(byte kind, String text) {
    return new Answer(kind, text.getBytes(UTF_8));
  }

  byte kind() {
    return kind;
  }

  /** The array itself, to be wiped. */
  byte[] content() {
    return content;
  }

  String text() {
    return new String(content, UTF_8);
  }

  /** As a frame; the content is wiped. */
  byte[] print(byte[] question, byte[] seed) {
    byte[] said = joined(new byte[] {kind}, content);
    Arrays.fill(content, (byte) 0);
    byte[] signature = Ed25519.sign(seed, message(question, said));
    byte[] frame = joined(said, signature);
    Arrays.fill(said, (byte) 0);
    return frame;
  }

  /**
   * What a frame says.
   *
   * @throws HolderException unless the holder's key signed it, for this question
   */
  static Answer parse(byte[] frame, byte[] question, byte[] key) throws HolderException {
    int end = frame.length - Ed25519.SIGNATURE_BYTES;
    if (end < 1) {
      throw HolderException.unreachable("what answers in its place is not the key holder");
    }
    byte[] said = Arrays.copyOf(frame, end);
    byte[] signature = Arrays.copyOfRange(frame, end, frame.length);
    try {
      if (!Ed25519.verifies(key, message(question, said), signature)) {
        throw HolderException.unreachable("what answers in its place is not the key holder");
      }
      return new Answer(said[0], Arrays.copyOfRange(said, 1, end));
    } finally {
      Arrays.fill(said, (byte) 0);
      Arrays.fill(frame, (byte) 0);
    }
  }

  /** Digests, so that no copy of a value is signed over and left behind. */
  private static byte[] message(byte[] question, byte[] said) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return joined(DOMAIN, joined(digest.digest(question), digest.digest(said)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("SHA-256 is part of every JDK", e);
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
