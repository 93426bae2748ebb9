package dev.gatekeeper.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Our verification beside two others, on what is signed and on what somebody made up. */
final class Ed25519AgreementTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  /** Points of small order, and these and the first coordinates again beyond p. */
  private static final List<String> ODD_POINTS =
      List.of(
          "0100000000000000000000000000000000000000000000000000000000000000",
          "0100000000000000000000000000000000000000000000000000000000000080",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
          "0000000000000000000000000000000000000000000000000000000000000000",
          "0000000000000000000000000000000000000000000000000000000000000080",
          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");

  private final Random random = new Random(8032);

  @Test
  void vectorsOfWycheproof() throws IOException {
    int seen = 0;
    for (String line : vectors()) {
      String[] words = line.split(" ", 6);
      boolean valid = words[1].equals("valid");
      boolean verified = Ed25519.verifies(hex(words[2]), hex(words[3]), hex(words[4]));
      assertThat(verified).describedAs(line).isEqualTo(valid);
      seen++;
    }
    assertThat(seen).isEqualTo(151);
  }

  private static List<String> vectors() throws IOException {
    try (InputStream in =
        Ed25519AgreementTest.class.getResourceAsStream("wycheproof-ed25519.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), US_ASCII);
      return text.lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  private static byte[] hex(String word) {
    return word.equals("-") ? new byte[0] : HEX.parseHex(word);
  }

  @Test
  void whatOthersSignedVerifiesUntilABitIsAnother() {
    for (int round = 0; round < 300; round++) {
      byte[] seed = bytes(32);
      byte[] key = new byte[32];
      org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed, 0, key, 0);
      byte[] message = bytes(random.nextInt(300));
      byte[] signature = Ed25519.sign(seed, message);
      assertThat(Ed25519.verifies(key, message, signature)).isTrue();
      signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
      assertThat(agreed(key, message, signature)).isFalse();
    }
  }

  @Test
  void aSignatureHasOneNumberOnly() {
    byte[][] pair = Ed25519.generate();
    byte[] message = bytes(50);
    byte[] signature = Ed25519.sign(pair[1], message);
    BigInteger s = new BigInteger(1, Point.reversed(Arrays.copyOfRange(signature, 32, 64)));
    for (int times = 1; times < 16; times++) {
      byte[] larger = signature.clone();
      byte[] number = s.add(ORDER.multiply(BigInteger.valueOf(times))).toByteArray();
      if (number.length > 33 || (number.length == 33 && number[0] != 0)) {
        break;
      }
      Arrays.fill(larger, 32, 64, (byte) 0);
      for (int i = 0; i < Math.min(32, number.length); i++) {
        larger[32 + i] = number[number.length - 1 - i];
      }
      assertThat(agreed(pair[0], message, larger)).isFalse();
    }
  }

  /** With such keys a signature can be made up for a share of all messages. */
  @Test
  void oddPointsAreTakenAsTheJdkTakesThem() {
    int good = 0;
    for (String key : ODD_POINTS) {
      for (String r : ODD_POINTS) {
        for (int number = 0; number < 2; number++) {
          byte[] signature = new byte[64];
          System.arraycopy(HEX.parseHex(r), 0, signature, 0, 32);
          signature[32] = (byte) number;
          for (int round = 0; round < 4; round++) {
            good += agreed(HEX.parseHex(key), bytes(round), signature) ? 1 : 0;
          }
        }
      }
    }
    assertThat(good).isPositive();
  }

  @Test
  void keysThatAreMadeUpAreTakenAsTheJdkTakesThem() {
    List<Boolean> points = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      byte[] key = bytes(32);
      points.add(Point.decode(key).isPresent());
      agreed(key, bytes(10), bytes(64));
      Point.decode(key).ifPresent(point -> assertThat(point.encode()).isEqualTo(key));
    }
    assertThat(points).contains(true, false);
  }

  private static boolean agreed(byte[] key, byte[] message, byte[] signature) {
    boolean ours = Ed25519.verifies(key, message, signature);
    assertThat(ours).isEqualTo(jdk(key, message, signature));
    return ours;
  }

  private static boolean jdk(byte[] key, byte[] message, byte[] signature) {
    try {
      byte[] spki = HEX.parseHex("302a300506032b6570032100" + HEX.formatHex(key));
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
