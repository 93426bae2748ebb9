package dev.gatekeeper.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.junit.jupiter.api.Test;

final class SealTest {
  private static final byte[] INFO = "gatekeeper test".getBytes(UTF_8);
  private static final byte[] AAD = "slot 1".getBytes(UTF_8);
  private static final byte[] TEXT = "made-up plaintext".getBytes(UTF_8);

  /**
   * The entry (mode 0, kem 0x0020, kdf 0x0001, aead 0x0002) of the vectors published with RFC 9180.
   */
  @Test
  void opensTheVectorOfRfc9180() throws SealException {
    byte[] opened =
        Seal.open(
            hex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"),
            hex("4f6465206f6e2061204772656369616e2055726e"),
            hex("436f756e742d30"),
            hex(
                "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"
                    + "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de1"
                    + "25a925cdad859d5b7a"));

    assertThat(new String(opened, UTF_8)).isEqualTo("Beauty is truth, truth beauty");
  }

  @Test
  void computesThePublicHalfOfTheVector() {
    assertThat(
            SealKeyPair.of(hex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"))
                .publicKey())
        .isEqualTo(hex("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c"));
  }

  @Test
  void bouncyCastleOpensWhatWeSeal() throws Exception {
    for (int i = 0; i < 20; i++) {
      SealKeyPair pair = SealKeyPair.generate();
      byte[] sealed = Seal.to(pair.publicKey(), INFO, AAD, TEXT);
      HPKE peer = peer();
      HPKEContext context =
          peer.setupBaseR(
              Arrays.copyOf(sealed, 32),
              peer.deserializePrivateKey(pair.unsafePrivateKey(), pair.publicKey()),
              INFO);
      assertThat(context.open(AAD, Arrays.copyOfRange(sealed, 32, sealed.length))).isEqualTo(TEXT);
    }
  }

  @Test
  void opensWhatBouncyCastleSeals() throws Exception {
    for (int i = 0; i < 20; i++) {
      SealKeyPair pair = SealKeyPair.generate();
      HPKE peer = peer();
      HPKEContextWithEncapsulation context =
          peer.setupBaseS(peer.deserializePublicKey(pair.publicKey()), INFO);
      byte[] sealed = concat(context.getEncapsulation(), context.seal(AAD, TEXT));
      assertThat(Seal.open(pair.unsafePrivateKey(), INFO, AAD, sealed)).isEqualTo(TEXT);
    }
  }

  @Test
  void generatedHalvesBelongTogether() {
    for (int i = 0; i < 50; i++) {
      SealKeyPair pair = SealKeyPair.generate();
      assertThat(SealKeyPair.of(pair.unsafePrivateKey()).publicKey()).isEqualTo(pair.publicKey());
    }
  }

  @Test
  void sealsAndOpensNothingAsNothing() throws SealException {
    SealKeyPair pair = SealKeyPair.generate();
    byte[] sealed = Seal.to(pair.publicKey(), new byte[0], new byte[0], new byte[0]);

    assertThat(sealed).hasSize(Seal.OVERHEAD_BYTES);
    assertThat(Seal.open(pair.unsafePrivateKey(), new byte[0], new byte[0], sealed)).isEmpty();
  }

  @Test
  void anyFlippedBitFails() {
    SealKeyPair pair = SealKeyPair.generate();
    byte[] sealed = Seal.to(pair.publicKey(), INFO, AAD, TEXT);
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] altered = sealed.clone();
      altered[bit / 8] ^= (byte) (1 << (bit % 8));
      int position = bit;
      assertThatThrownBy(() -> Seal.open(pair.unsafePrivateKey(), INFO, AAD, altered))
          .as("bit %s", position)
          .isInstanceOf(SealException.class)
          .hasMessage("sealed message does not open with this key");
    }
  }

  @Test
  void anotherKeyInfoOrAadFails() {
    SealKeyPair pair = SealKeyPair.generate();
    byte[] sealed = Seal.to(pair.publicKey(), INFO, AAD, TEXT);
    byte[] own = pair.unsafePrivateKey();
    byte[] other = SealKeyPair.generate().unsafePrivateKey();

    assertThatThrownBy(() -> Seal.open(other, INFO, AAD, sealed)).isInstanceOf(SealException.class);
    assertThatThrownBy(() -> Seal.open(own, AAD, AAD, sealed)).isInstanceOf(SealException.class);
    assertThatThrownBy(() -> Seal.open(own, INFO, INFO, sealed)).isInstanceOf(SealException.class);
  }

  @Test
  void truncationFailsAtEveryLength() {
    SealKeyPair pair = SealKeyPair.generate();
    byte[] sealed = Seal.to(pair.publicKey(), INFO, AAD, TEXT);
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> Seal.open(pair.unsafePrivateKey(), INFO, AAD, cut))
          .isInstanceOf(SealException.class);
    }
  }

  @Test
  void pointsOfSmallOrderAreRefused() {
    for (int first : new int[] {0, 1}) {
      byte[] point = new byte[32];
      point[0] = (byte) first;
      assertThatThrownBy(() -> Seal.to(point, INFO, AAD, TEXT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("not an X25519 public key to seal to");
      byte[] sealed = Arrays.copyOf(point, 64);
      assertThatThrownBy(
              () -> Seal.open(SealKeyPair.generate().unsafePrivateKey(), INFO, AAD, sealed))
          .isInstanceOf(SealException.class);
    }
  }

  @Test
  void aWipedPairHoldsNoPrivateHalf() {
    SealKeyPair pair = SealKeyPair.generate();
    pair.wipe();
    assertThat(pair.unsafePrivateKey()).containsOnly(0);
  }

  private static HPKE peer() {
    return new HPKE(
        HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
