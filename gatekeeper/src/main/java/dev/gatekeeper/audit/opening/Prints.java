package dev.gatekeeper.audit.opening;

import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.seal.SealKeyPair;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Prints of secret values: what tells later whether a value of then is that of now, or of
 * elsewhere.
 *
 * <p>A print is the digest of the value, sealed to the vault's audit key: whoever writes needs the
 * public half alone, and nobody can guess a value by a print, however weak it is, without opening
 * the vault. What is shown of it then is keyed, too, by {@link #shown}: it may be copied into a
 * report.
 */
public final class Prints {
  /** HPKE info of a print; the associated data are the reference. */
  private static final byte[] INFO = "gk-secret-print/1".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] SHOWN = "gk-secret-shown/1".getBytes(StandardCharsets.US_ASCII);

  /** Bytes of a print that are shown. */
  private static final int SHOWN_BYTES = 16;

  /** Values that one process seals: those of its grants. */
  private static final int MOST = 4096;

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** What stands in the place of a key from when two were named. */
  private static final byte[] NOBODY = {};

  private final AtomicReference<byte @Nullable []> key = new AtomicReference<>();
  private final Map<String, String> made = new ConcurrentHashMap<>();

  /**
   * Names the vault to which prints are sealed; until then there is none. The first one counts:
   * where another is named later, nothing is sealed to either any more. Whoever holds the private
   * half can guess a weak value, so a file that merely lies in the vault's place is not enough.
   *
   * @param vault the public half, of a vault that was judged to be the person's present one
   */
  public void sealTo(byte[] vault) {
    byte[] copy = vault.clone();
    key.accumulateAndGet(
        copy, (first, next) -> first == null || Arrays.equals(first, next) ? next : NOBODY);
  }

  /**
   * The secret with prints of the values that it was known to have. The same value has the same
   * print as long as this process lives.
   *
   * @param digests of the values, 32 bytes each
   */
  public KeptSecret of(String reference, List<byte[]> digests) {
    byte[] vault = key.get();
    return new KeptSecret(
        reference,
        vault == null || vault.length == 0
            ? List.of()
            : digests.stream().flatMap(one -> seal(vault, reference, one).stream()).toList());
  }

  private Optional<String> seal(byte[] vault, String reference, byte[] digest) {
    HexFormat hex = HexFormat.of();
    String name = hex.formatHex(vault) + hex.formatHex(digest) + reference;
    String known = made.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    try {
      String print = BASE64.encodeToString(Seal.to(vault, INFO, associated(reference), digest));
      if (made.size() < MOST) {
        made.put(name, print);
      }
      return Optional.of(print);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // whatever wrote that key: the call does not depend on it
    }
  }

  /**
   * The digest of a value, by the vault's own key; nothing where it is not of this vault, or not of
   * this reference.
   */
  public static Optional<byte[]> open(SealKeyPair vault, String reference, String print) {
    byte[] half = vault.unsafePrivateKey();
    try {
      byte[] sealed = Base64.getUrlDecoder().decode(print);
      return BASE64.encodeToString(sealed).equals(print)
          ? Optional.of(Seal.open(half, INFO, associated(reference), sealed))
          : Optional.empty();
    } catch (SealException | IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      Arrays.fill(half, (byte) 0);
    }
  }

  /** What a person sees of a digest: keyed by the vault, so that nobody else guesses by it. */
  public static String shown(SealKeyPair vault, byte[] digest) {
    Digests digests = new Digests();
    byte[] half = vault.unsafePrivateKey();
    byte[] own = digests.hmac(half, SHOWN);
    try {
      return HexFormat.of().formatHex(digests.hmac(own, digest), 0, SHOWN_BYTES);
    } finally {
      Arrays.fill(half, (byte) 0);
      Arrays.fill(own, (byte) 0);
    }
  }

  private static byte[] associated(String reference) {
    return reference.getBytes(StandardCharsets.UTF_8);
  }
}
