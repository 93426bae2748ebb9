package dev.gatekeeper.vault.key;

import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What one guess at a passphrase costs: Argon2id, version 0x13 (RFC 9106).
 *
 * <p>The bounds stand against a hostile file. Below the lower ones a slot is not worth its name
 * (OWASP's least: 19 MiB, 2 passes); above the upper ones it could exhaust memory or keep the agent
 * waiting for minutes.
 *
 * @param memoryKib memory in KiB, 19,456 to 262,144
 * @param passes 2 to 10
 * @param lanes 1 to 4
 */
public record Argon2Cost(int memoryKib, int passes, int lanes) {
  /** For new vaults: 64 MiB, 3 passes, 1 lane (RFC 9106 section 4, second choice, in one lane). */
  public static final Argon2Cost DEFAULT = new Argon2Cost(65_536, 3, 1);

  /** The least that a file may ask for. */
  public static final Argon2Cost LEAST = new Argon2Cost(19_456, 2, 1);

  public static final int SALT_BYTES = 16;

  public Argon2Cost {
    if (memoryKib < 19_456
        || memoryKib > 262_144
        || passes < 2
        || passes > 10
        || lanes < 1
        || lanes > 4) {
      throw new IllegalArgumentException("Argon2id cost out of bounds");
    }
  }

  /** The 32-byte key of a passphrase, to be wiped by the caller. */
  public byte[] unsafeKey(Passphrase passphrase, byte[] salt) {
    byte[] password = passphrase.unsafeCopy();
    byte[] key = new byte[32];
    try {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(memoryKib)
              .withIterations(passes)
              .withParallelism(lanes)
              .withSalt(salt)
              .build());
      generator.generateBytes(password, key);
      return key;
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }
}
