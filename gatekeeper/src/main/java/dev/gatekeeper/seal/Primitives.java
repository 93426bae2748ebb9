package dev.gatekeeper.seal;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import javax.crypto.Mac;

/**
 * The JDK's classes for what each start needs, without the providers that they belong to.
 *
 * <p>Asked without a provider the JDK makes one after the other until it finds what is wanted, and
 * one of them reads the numbers of all curves that it knows when it is made: 20 ms of the processor
 * time of each start, and as much for compiling what was so busy. What has moved in another JDK is
 * asked for as usual.
 */
public final class Primitives {
  private static final String ED25519 = "Ed25519";
  private static final String HMAC_SHA256 = "HmacSHA256";

  private Primitives() {}

  /** HMAC-SHA256 (RFC 2104), without a key yet. */
  public static Mac hmacSha256() throws NoSuchAlgorithmException {
    try {
      return Mac.getInstance(HMAC_SHA256, Alone.INSTANCE);
    } catch (NoSuchAlgorithmException | SecurityException e) {
      return Mac.getInstance(HMAC_SHA256); // a JDK that takes no MAC from others throws the second
    }
  }

  /** Ed25519 (RFC 8032), without a key yet. */
  static Signature ed25519() throws NoSuchAlgorithmException {
    try {
      return Signature.getInstance(ED25519, Alone.INSTANCE);
    } catch (NoSuchAlgorithmException e) {
      return Signature.getInstance(ED25519);
    }
  }

  private static final class Alone extends Provider {
    private static final long serialVersionUID = 1;
    static final Alone INSTANCE = new Alone();

    private Alone() {
      super("gatekeeper-alone", "1", "single classes of the JDK");
      add("Signature", ED25519, "sun.security.ec.ed.EdDSASignature$Ed25519");
      add("Mac", HMAC_SHA256, "com.sun.crypto.provider.HmacCore$HmacSHA256");
    }

    private void add(String type, String algorithm, String implementation) {
      putService(new Service(this, type, algorithm, implementation, null, null));
    }
  }
}
