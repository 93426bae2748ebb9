package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A checkpoint (C2SP tlog-checkpoint) as a signed note (C2SP signed-note), read strictly. */
public final class SignedCheckpoint {
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
  public static Optional<List<SignedCheckpoint>> parseAll(byte[] bytes) {
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

  /** The one note that {@code bytes} are; nothing when any byte is out of place. */
  public static Optional<SignedCheckpoint> parseOne(byte[] bytes) {
    return parseAll(bytes).filter(all -> all.size() == 1).map(List::getFirst);
  }

  /** What somebody wrote down of a checkpoint, without its signatures: none of them holds. */
  public static SignedCheckpoint unsigned(String origin, long size, byte[] root) {
    String text = origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    return new SignedCheckpoint(text, origin, size, root.clone(), List.of("", ""));
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

  /** Base64 (RFC 4648 section 4) in its canonical spelling; nothing for any other text. */
  public static Optional<byte[]> base64(String text) {
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

  /** {@code gatekeeper-audit/} and the log id in hexadecimal, when it is of one of our logs. */
  public String origin() {
    return origin;
  }

  /** How many records it covers. */
  public long size() {
    return size;
  }

  /** RFC 6962 tree hash. */
  public byte[] root() {
    return root.clone();
  }

  /** Whether both signatures are there, in order, and hold: the epoch's, then the identity's. */
  public boolean isSignedBy(long epoch, byte[] epochKey, byte[] identity) {
    Hashing hashing = new Hashing();
    return verify(hashing, signatures.get(0), origin + Format.EPOCH_NAME + epoch, epochKey)
        && verify(hashing, signatures.get(1), origin, identity);
  }

  /** The whole note. */
  public String note() {
    return text + "\n" + String.join("\n", signatures) + "\n";
  }

  /** The number of the epoch whose key the first signature names; nothing when it names none. */
  public OptionalLong epoch() {
    String start = DASH + origin + Format.EPOCH_NAME;
    String line = signatures.getFirst();
    int space = line.indexOf(' ', start.length());
    String number =
        line.startsWith(start) && space > 0 ? line.substring(start.length(), space) : "";
    return number.matches("0|[1-9][0-9]{0,17}")
        ? OptionalLong.of(Long.parseLong(number))
        : OptionalLong.empty();
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
