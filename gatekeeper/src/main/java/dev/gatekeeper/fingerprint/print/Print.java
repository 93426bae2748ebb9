package dev.gatekeeper.fingerprint.print;

import dev.gatekeeper.vault.text.Base64Url;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * The fingerprint of one value: enough to recognise it, and not to learn it.
 *
 * @param reference of the secret whose value it is, or was
 * @param lines whether the value has blanks or several lines in it, of which {@link Lines} tells
 * @param length of the value in bytes, as it is looked for
 * @param offset of the window in it
 * @param window what {@link Windows} keeps of the hash of the window
 * @param hmac of the value, base64url
 * @param until when it may be forgotten, as seconds since 1970; 0 for the present value
 */
public record Print(
    String reference, boolean lines, int length, int offset, int window, String hmac, long until)
    implements Comparable<Print> {
  private static final Comparator<Print> ORDER =
      Comparator.comparing(Print::reference)
          .thenComparingLong(Print::until)
          .thenComparing(Print::hmac)
          .thenComparingInt(Print::offset);

  /** The order in a file. */
  @Override
  public int compareTo(Print other) {
    return ORDER.compare(this, other);
  }

  /** Whether it is of a value that was replaced. */
  public boolean isFormer() {
    return until > 0;
  }

  /** When it may be forgotten; empty for the present value. */
  public Optional<Instant> end() {
    return isFormer() ? Optional.of(Instant.ofEpochSecond(until)) : Optional.empty();
  }

  /** The same, of a value that was replaced; one that was replaced before keeps its time. */
  public Print former(Instant end) {
    return isFormer()
        ? this
        : new Print(reference, lines, length, offset, window, hmac, end.getEpochSecond());
  }

  /** Whether both are of one value. */
  public boolean isOfTheSameValue(Print other) {
    return reference.equals(other.reference) && hmac.equals(other.hmac);
  }

  /** Whether these bytes are the value: the HMAC of the key that the file belongs to. */
  public boolean is(byte[] digest) {
    return java.security.MessageDigest.isEqual(digest, Base64Url.parse(hmac));
  }
}
