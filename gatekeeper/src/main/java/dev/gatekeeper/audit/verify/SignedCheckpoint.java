package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A checkpoint (C2SP tlog-checkpoint) as a signed note (C2SP signed-note), read strictly. */
final class SignedCheckpoint {
  private static final String DASH = "— ";

  private final String text;
  private final String origin;
  private final long size;
  private final byte[] root;
  private final List<String> signatures;

  private SignedCheckpoint(
      String text, String origin, long size, byte[] root, List<String> signatures) {
    this.text = text;
    this.origin = origin;
    this.size = size;
    this.root = root;
    this.signatures = signatures;
  }

  /** All notes of a file that holds one after the other; nothing when any byte is out of place. */
  static Optional<List<SignedCheckpoint>> parseAll(byte[] bytes) {
    String all;
    try {
      all = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    if (!all.isEmpty() && !all.endsWith("\n")) {
      return Optional.empty();
    }
    List<SignedCheckpoint> notes = new ArrayList<>();
    String[] lines =
        all.isEmpty() ? new String[0] : all.substring(0, all.length() - 1).split("\n", -1);
    int at = 0;
    while (at < lines.length) {
      int end = at + 4;
      while (end < lines.length && lines[end].startsWith(DASH)) {
        end++;
      }
      Optional<SignedCheckpoint> note =
          end > lines.length ? Optional.empty() : parse(Arrays.asList(lines).subList(at, end));
      if (note.isEmpty()) {
        return Optional.empty();
      }
      notes.add(note.get());
      at = end;
    }
    return Optional.of(notes);
  }

  private static Optional<SignedCheckpoint> parse(List<String> lines) {
    String origin = lines.get(0);
    String size = lines.get(1);
    Optional<byte[]> root = base64(lines.get(2));
    if (origin.isEmpty()
        || !size.matches("[1-9][0-9]{0,17}")
        || root.isEmpty()
        || root.get().length != Format.HASH
        || !lines.get(3).isEmpty()
        || lines.size() != 6) {
      return Optional.empty();
    }
    String text = String.join("\n", lines.subList(0, 3)) + "\n";
    List<String> signatures = List.copyOf(lines.subList(4, 6));
    return Optional.of(
        new SignedCheckpoint(text, origin, Long.parseLong(size), root.get(), signatures));
  }

  private static Optional<byte[]> base64(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      // Decoders forgive stray bits and missing padding; a second spelling is refused.
      return Base64.getEncoder().encodeToString(bytes).equals(text)
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  String origin() {
    return origin;
  }

  /** How many records it covers. */
  long size() {
    return size;
  }

  byte[] root() {
    return root;
  }

  /** Whether both signatures are there, in order, and hold: the epoch's, then the identity's. */
  boolean isSignedBy(long epoch, byte[] epochKey, byte[] identity) {
    Hashing hashing = new Hashing();
    return verify(hashing, signatures.get(0), origin + Format.EPOCH_NAME + epoch, epochKey)
        && verify(hashing, signatures.get(1), origin, identity);
  }

  private boolean verify(Hashing hashing, String line, String name, byte[] key) {
    String start = DASH + name + " ";
    Optional<byte[]> signature =
        line.startsWith(start) ? base64(line.substring(start.length())) : Optional.empty();
    if (signature.isEmpty() || signature.get().length != 4 + 64) {
      return false;
    }
    byte[] id =
        hashing.sha256(
            (name + "\n").getBytes(StandardCharsets.UTF_8), new byte[] {Format.NOTE_ED25519}, key);
    return Arrays.equals(id, 0, 4, signature.get(), 0, 4)
        && verify(
            key,
            text.getBytes(StandardCharsets.UTF_8),
            Arrays.copyOfRange(signature.get(), 4, 4 + 64));
  }

  /**
   * Ed25519 (RFC 8032). A key that is no point of the curve has signed nothing. Bouncy Castle's
   * takes a sixth of the time of the JDK's, and a log of a million records holds two thousand
   * signatures.
   */
  static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
  }
}
