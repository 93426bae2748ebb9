package dev.gatekeeper.audit.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class DigestsTest {
  private final Digests digests = new Digests();
  private final Random random = new Random(2104);

  /** RFC 4231, test cases 1 and 6: a short key, and one that is longer than a block. */
  @Test
  void givesTheMacsOfTheRfc() {
    byte[] small = new byte[20];
    Arrays.fill(small, (byte) 0x0b);
    assertThat(mac(small, "Hi There"))
        .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    byte[] large = new byte[131];
    Arrays.fill(large, (byte) 0xaa);
    assertThat(mac(large, "Test Using Larger Than Block-Size Key - Hash Key First"))
        .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  }

  @Test
  void agreesWithTheJdkForKeysAndTextsOfAllLengths() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    for (int length = 1; length < 200; length++) {
      byte[] key = bytes(length);
      byte[] before = key.clone();
      byte[] first = bytes(random.nextInt(300));
      byte[] second = bytes(random.nextInt(3));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(first);
      mac.update(second);
      assertThat(digests.hmac(key, first, second)).isEqualTo(mac.doFinal());
      assertThat(key).isEqualTo(before);
    }
  }

  private String mac(byte[] key, String text) {
    return HexFormat.of().formatHex(digests.hmac(key, text.getBytes(US_ASCII)));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
