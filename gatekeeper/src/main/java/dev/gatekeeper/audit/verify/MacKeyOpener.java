package dev.gatekeeper.audit.verify;

import java.util.Optional;

/** Opens MAC keys that an epoch's record holds sealed. Made by whoever has the private half. */
@FunctionalInterface
public interface MacKeyOpener {
  /**
   * @param label whom it was sealed to
   * @param info HPKE info
   * @param aad HPKE associated data: log id and number of the first record under the key
   * @param sealed HPKE encapsulation and ciphertext
   * @return the key, or nothing when it is not for the one who asks
   */
  Optional<byte[]> open(String label, byte[] info, byte[] aad, byte[] sealed);
}
