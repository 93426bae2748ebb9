package dev.gatekeeper.audit.checkpoint;

import dev.gatekeeper.seal.Ed25519;

/**
 * An Ed25519 key pair (RFC 8032). The first use in a process loads the JDK's implementation, which
 * takes some 100 ms: never on the way of a call.
 */
public final class SigningKey {
  private final byte[] seed;
  private final byte[] publicKey;

  /** Takes both arrays as its own. */
  public SigningKey(byte[] seed, byte[] publicKey) {
    this.seed = seed;
    this.publicKey = publicKey;
  }

  public static SigningKey generate() {
    byte[][] pair = Ed25519.generate();
    return new SigningKey(pair[1], pair[0]);
  }

  public byte[] sign(byte[] message) {
    return Ed25519.sign(seed, message);
  }

  public byte[] publicKey() {
    return publicKey;
  }

  public byte[] unsafeSeed() {
    return seed;
  }
}
