package dev.gatekeeper.pin;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A person who signs whatever is asked, with a key of this process. */
final class TestWitness implements Witness {
  private final byte[] key;
  int asked;

  TestWitness(byte[] key) {
    this.key = key.clone();
  }

  TestWitness() {
    this(new byte[32]);
  }

  @Override
  public byte[] sign(byte[] statement) {
    asked++;
    return mac(statement);
  }

  @Override
  public boolean verifies(byte[] statement, byte[] signature) {
    return MessageDigest.isEqual(mac(statement), signature);
  }

  private byte[] mac(byte[] statement) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(statement);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
