package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gatekeeper.json.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RedactorTest {
  /** However slow the machine is. */
  private static final Duration PATIENCE = Duration.ofHours(1);

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
  void aValueUnderTwoReferencesKeepsTheFirst() throws Exception {
    assertThat(redactor.watch("secret:again", VALUE.getBytes(UTF_8))).isTrue();
    assertThat(masked("[\"made-up/Value\\\"1é😀\"]")).isEqualTo("[\"[secret:a/b]\"]");
  }

  /** Both stay, with one name, and the caller is told: no reader can tell them apart. */
  @Test
  void namesThatAreOneValueInTwoFormsBecomeOneName() throws Exception {
    String value = "made-up-1234";
    assertThat(redactor.watch("secret:c", value.getBytes(UTF_8))).isTrue();
    String base64 = Base64.getEncoder().encodeToString(value.getBytes(UTF_8));
    assertThat(masked("{\"" + value + "\":1,\"" + base64 + "\":2}"))
        .isEqualTo("{\"[secret:c]\":1,\"[secret:c]\":2}");
    for (String merging :
        List.of(
            "{\"" + value + "\":1,\"" + base64 + "\":2}",
            "[{\"a\":[],\"" + value + "\" :1,\"[\\u0073ecret:c]\" :{}}]")) {
      assertThat(redactor.message(Slice.of(merging.getBytes(UTF_8))).orElseThrow().merges())
          .as(merging)
          .isTrue();
    }
    for (String apart :
        List.of(
            "{\"" + value + "\":{\"" + base64 + "\":\"[secret:c]\"}}",
            "[{\"" + value + "\":1},{\"" + value + "\":2}]",
            "{\"a\":\"" + value + "\",\"a\":2}")) {
      assertThat(redactor.message(Slice.of(apart.getBytes(UTF_8))).orElseThrow().merges())
          .as(apart)
          .isFalse();
    }
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
        assertThat(masked("\"a " + text + "\"")).contains("[secret:a/b]");
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
      try (OutputStream masking = new MaskingStream(redactor, out, Findings.NONE, PATIENCE)) {
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

  @Test
  void callersArrayIsCopied() {
    byte[] value = "another-value-00".getBytes(UTF_8);
    redactor.watch("secret:copied", value);
    Arrays.fill(value, (byte) 0);
    assertThat(redactor.text("another-value-00".getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("[secret:copied]");
  }

  @Test
  void valuesAreOverwrittenOnWipe() {
    byte[] form = "another-value-00".getBytes(UTF_8);
    Index index = new Index(List.of(form), List.of("secret:x"));
    assertThat(index.search("another-value-00".getBytes(UTF_8), 0, 16)).hasSize(1);
    index.wipe();
    assertThat(form).containsOnly(0);
  }

  @Test
  void watchingTwiceChangesNothingAndTheFirstNameStays() {
    assertThat(redactor.watch("secret:again", VALUE.getBytes(UTF_8))).isTrue();
    assertThat(redactor.text(VALUE.getBytes(UTF_8))).asString(UTF_8).isEqualTo("[secret:a/b]");
  }

  @Test
  void valueInAUriIsMasked() throws Exception {
    assertThat(masked("{\"uri\":\"https:\\/\\/h\\/?pin=4815162342&x=1\"}"))
        .isEqualTo("{\"uri\":\"https:\\/\\/h\\/?pin=[secret:pin]&x=1\"}");
  }

  @Test
  void valueOverTwoStringsIsNone() throws Exception {
    String json = "[\"48151\",\"62342\",48151,62342]";
    assertThat(masked(json)).isEqualTo(json);
  }

  @Test
  void labelsThatNeedEscapesAreEscaped() throws Exception {
    redactor.watch("secret:\"odd\"", "another-value-00".getBytes(UTF_8));
    assertThat(masked("[\"another-value-00\"]")).isEqualTo("[\"[secret:\\\"odd\\\"]\"]");
  }

  @Test
  void binaryValuesAreMaskedInWholeCharacters() throws Exception {
    // Starts and ends within the two bytes of a letter.
    byte[] value = "éabcdefghé".getBytes(UTF_8);
    redactor.watch("secret:binary", Arrays.copyOfRange(value, 1, value.length - 1));
    assertThat(masked("[\"xéabcdefghéx\"]")).isEqualTo("[\"x[secret:binary]x\"]");
    assertThat(masked("[\"x\\u00e9abcdefgh\\u00E9x\"]")).isEqualTo("[\"x[secret:binary]x\"]");
  }

  @Test
  void linesOfAKeyFileAreMaskedByThemselves() {
    String line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC+made/up0123456789ABCDEFGHIJKLMN";
    String file = "-----BEGIN PRIVATE KEY-----\n" + line + "\n" + "-----END PRIVATE KEY-----\n";
    redactor.watch("secret:key", file.getBytes(UTF_8));
    assertThat(redactor.text(("log: " + line).getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("log: [secret:key]");
    byte[] header = "-----BEGIN PRIVATE KEY-----".getBytes(UTF_8);
    assertThat(redactor.text(header)).isSameAs(header);
  }

  @Test
  void whatIsWatchedIsMaskedByThreadsThatScanAlready() throws Exception {
    AtomicInteger watched = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    List<Future<Integer>> scans = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int t = 0; t < 2; t++) {
        scans.add(
            threads.submit(
                () -> {
                  int rounds = 0;
                  do {
                    int last = watched.get();
                    byte[] line = ("value-number-" + last + "-end").getBytes(UTF_8);
                    assertThat(new String(redactor.text(line), UTF_8).contains("value-number"))
                        .isEqualTo(last == 0);
                    rounds++;
                  } while (!done.get());
                  return rounds;
                }));
      }
      for (int i = 1; i <= 200; i++) {
        redactor.watch("secret:" + i, ("value-number-" + i + "-end").getBytes(UTF_8));
        watched.set(i);
      }
      done.set(true);
      for (Future<Integer> scan : scans) {
        assertThat(scan.get()).isPositive();
      }
    }
  }

  /** A file as base64, and deep inside of it digits that are text in either reading. */
  @Test
  void hexadecimalIsReadWhereBase64ReadsATextToo() {
    String twice = "J0k1J0l4J0M5J0k4J0N1J0l5";
    redactor.watch("secret:both", Base64.getDecoder().decode(twice));
    String digits = HexFormat.of().formatHex(("0" + twice).getBytes(UTF_8));
    for (int i = 0; i < 3; i++) {
      String file = "made up, ".repeat(3_000 + i) + "and so on, ".substring(0, 3 * i);
      String run = Base64.getEncoder().encodeToString(file.getBytes(UTF_8)) + "c";
      String rest = "w" + Base64.getEncoder().encodeToString("and so on".getBytes(UTF_8));
      String masked = new String(redactor.text((run + digits + rest).getBytes(UTF_8)), UTF_8);
      assertThat(masked).isEqualTo(run + "30[secret:both]" + rest);
    }
  }
}
