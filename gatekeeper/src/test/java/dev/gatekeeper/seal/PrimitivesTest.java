package dev.gatekeeper.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class PrimitivesTest {
  @Test
  void theyAreTheJdksClassesWithoutTheirProviders() throws Exception {
    assertThat(Primitives.ed25519().getProvider().getName()).isEqualTo("gatekeeper-alone");
    assertThat(Primitives.hmacSha256().getProvider().getName()).isEqualTo("gatekeeper-alone");
  }

  /** RFC 4231, test case 2. */
  @Test
  void aMacIsThatOfTheRfc() throws Exception {
    Mac mac = Primitives.hmacSha256();
    mac.init(new SecretKeySpec("Jefe".getBytes(US_ASCII), "HmacSHA256"));
    assertThat(mac.doFinal("what do ya want for nothing?".getBytes(US_ASCII)))
        .isEqualTo(
            HexFormat.of()
                .parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
  }
}
