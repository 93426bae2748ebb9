package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gatekeeper.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RedactorTest {
  private static final String VALUE = "made-up/Value\"1é😀";
  private final Redactor redactor = new Redactor();

  RedactorTest() {
    assertThat(redactor.watch("secret:a/b", VALUE.getBytes(UTF_8))).isTrue();
    assertThat(redactor.watch("secret:pin", "4815162342".getBytes(UTF_8))).isTrue();
  }

  private String masked(String json) throws Exception {
    Optional<Redacted> redacted = redactor.message(Slice.of(json.getBytes(UTF_8)));
    return redacted.map(r -> new String(r.json().toBytes(), UTF_8)).orElse(json);
  }

  @Test
  void emptyRedactorMasksNothing() throws Exception {
    Slice json = Slice.of("{\"a\":\"made-up made-up\"}".getBytes(UTF_8));
    assertThat(new Redactor().isEmpty()).isTrue();
    assertThat(new Redactor().message(json)).isEmpty();
  }

  @Test
  void weakValuesAreRefused() {
    assertThat(redactor.watch("secret:short", "abcdefg".getBytes(UTF_8))).isFalse();
    assertThat(redactor.watch("secret:dull", "00000000000".getBytes(UTF_8))).isFalse();
  }

  @Test
  void everySpellingOfAStringIsMasked() throws Exception {
    assertThat(masked("[\"x made-up/Value\\\"1é😀 y\"]")).isEqualTo("[\"x [secret:a/b] y\"]");
    assertThat(masked("[\"\\n\\u006dade-up\\/Value\\u00221\\u00E9\\ud83d\\uDE00\\n\"]"))
        .isEqualTo("[\"\\n[secret:a/b]\\n\"]");
  }

  @Test
  void namesAndNumbersAreMasked() throws Exception {
    assertThat(masked("{\"x4815162342\":-14815162342.5}"))
        .isEqualTo("{\"x[secret:pin]\":\"-1[secret:pin].5\"}");
  }

  @Test
  void base64IsMaskedAtEveryAlignment() throws Exception {
    for (Base64.Encoder encoder : Arrays.asList(Base64.getEncoder(), Base64.getUrlEncoder())) {
      for (String before : Arrays.asList("", "p", "pp")) {
        String text = encoder.encodeToString((before + VALUE + "tail").getBytes(UTF_8));
        assertThat(masked("\"" + text + "\"")).contains("[secret:a/b]");
      }
    }
  }

  @Test
  void untouchedWhereNothingMatches() throws Exception {
    assertThat(redactor.message(Slice.of("{\"a\":[\"made-up/Valu\\n\",1]}".getBytes(UTF_8))))
        .isEmpty();
    byte[] line = "made-up".getBytes(UTF_8);
    assertThat(redactor.text(line)).isSameAs(line);
  }

  @Test
  void overlappingValuesLeaveNothing() {
    redactor.watch("secret:x", "abcdefgh1234".getBytes(UTF_8));
    redactor.watch("secret:y", "1234ijklmnop".getBytes(UTF_8));
    assertThat(redactor.text("-abcdefgh1234ijklmnop-".getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("-[secret:x][secret:y]-");
  }

  @Test
  void streamIsMaskedAcrossWrites() throws IOException {
    byte[] text = ("one " + VALUE + " two 4815162342").getBytes(UTF_8);
    for (int first = 0; first <= text.length; first++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (OutputStream masking = redactor.masking(out)) {
        masking.write(text, 0, first);
        masking.flush();
        masking.write(text, first, text.length - first);
      }
      assertThat(out.toString(UTF_8)).isEqualTo("one [secret:a/b] two [secret:pin]");
    }
  }

  @Test
  void closedRedactorPassesNothing() {
    redactor.close();
    assertThatIllegalStateException().isThrownBy(() -> redactor.text("x".getBytes(UTF_8)));
  }
}
