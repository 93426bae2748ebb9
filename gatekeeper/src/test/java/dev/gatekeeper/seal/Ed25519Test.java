package dev.gatekeeper.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class Ed25519Test {
  private static final HexFormat HEX = HexFormat.of();

  /** RFC 8032 section 7.1, test 2. */
  private static final byte[] SEED =
      HEX.parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");

  private static final byte[] PUBLIC =
      HEX.parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  private static final byte[] MESSAGE = {0x72};
  private static final byte[] SIGNATURE =
      HEX.parseHex(
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
              + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

  @Test
  void makesAndTakesTheSignatureOfTheRfc() {
    assertThat(Ed25519.sign(SEED, MESSAGE)).isEqualTo(SIGNATURE);
    assertThat(Ed25519.verifies(PUBLIC, MESSAGE, SIGNATURE)).isTrue();
  }

  @Test
  void everyFlippedBitFails() {
    for (int bit = 0; bit < 512; bit++) {
      byte[] signature = SIGNATURE.clone();
      signature[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Ed25519.verifies(PUBLIC, MESSAGE, signature)).isFalse();
    }
    for (int bit = 0; bit < 256; bit++) {
      byte[] key = PUBLIC.clone();
      key[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Ed25519.verifies(key, MESSAGE, SIGNATURE)).isFalse();
    }
    assertThat(Ed25519.verifies(PUBLIC, new byte[] {0x73}, SIGNATURE)).isFalse();
  }

  @Test
  void aVerifierForgetsWhatFailedBefore() {
    byte[] noPoint = SIGNATURE.clone();
    noPoint[31] |= 0x7f;
    Arrays.fill(
        noPoint,
        0,
        31,
        (byte) 0xff); // R is beyond the field: the JDK throws, and keeps the message
    Ed25519.Verifier verifier = new Ed25519.Verifier(PUBLIC);
    assertThat(verifier.verifies(MESSAGE, noPoint)).isFalse();
    assertThat(verifier.verifies(MESSAGE, SIGNATURE)).isTrue();
    assertThat(verifier.verifies(MESSAGE, new byte[63])).isFalse();
    assertThat(verifier.verifies(new byte[] {0x73}, SIGNATURE)).isFalse();
    assertThat(verifier.verifies(MESSAGE, SIGNATURE)).isTrue();
  }

  @Test
  void aKeyThatIsNoPointOrWrittenInASecondWayVerifiesNothing() {
    byte[] beyond = new byte[32];
    Arrays.fill(beyond, (byte) 0xff);
    beyond[31] = 0x7f; // 2^255 - 1, which is 18 written in a second way
    assertThat(Ed25519.verifies(beyond, MESSAGE, SIGNATURE)).isFalse();
    byte[] noPoint = new byte[32];
    noPoint[0] = 2;
    assertThat(Ed25519.verifies(noPoint, MESSAGE, SIGNATURE)).isFalse();
    assertThat(Ed25519.verifies(new byte[31], MESSAGE, SIGNATURE)).isFalse();
    assertThat(Ed25519.verifies(PUBLIC, MESSAGE, new byte[63])).isFalse();
  }

  @Test
  void aFreshPairAgreesWithTheKeyFactoryOfTheJdk() throws Exception {
    byte[][] pair = Ed25519.generate();
    byte[] signature = Ed25519.sign(pair[1], MESSAGE);
    byte[] spki = HEX.parseHex("302a300506032b6570032100" + HEX.formatHex(pair[0]));
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
    verifier.update(MESSAGE);
    assertThat(verifier.verify(signature)).isTrue();
    assertThat(Ed25519.verifies(pair[0], MESSAGE, signature)).isTrue();
  }
}
