package dev.gatekeeper.audit.verify.mac;

import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.seal.SealKeyPair;
import java.util.Arrays;
import java.util.Optional;

/**
 * Opens MAC keys that an epoch's record holds sealed. Made by whoever has the private half. Asked
 * by several threads at once.
 */
@FunctionalInterface
public interface MacKeyOpener {
  /**
   * Opens one sealed key.
   *
   * @param label whom it was sealed to
   * @param info HPKE info
   * @param aad HPKE associated data: log id and number of the first record under the key
   * @param sealed HPKE encapsulation and ciphertext
   * @return the key, or nothing when it is not for the one who asks
   */
  Optional<byte[]> open(String label, byte[] info, byte[] aad, byte[] sealed);

  /** An opener for what was sealed to {@code keys}, under whatever label. */
  static MacKeyOpener holding(SealKeyPair keys) {
    return (label, info, aad, ciphertext) -> {
      byte[] privateHalf = keys.unsafePrivateKey();
      try {
        return Optional.of(Seal.open(privateHalf, info, aad, ciphertext));
      } catch (SealException e) {
        return Optional.empty();
      } finally {
        Arrays.fill(privateHalf, (byte) 0);
      }
    };
  }
}
