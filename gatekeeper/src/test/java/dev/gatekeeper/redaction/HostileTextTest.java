package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server sends to slow the masking down, or what only looks like a value. */
@Timeout(120)
final class HostileTextTest {
  private static final int SIZE = 4 << 20;

  /** Of a slow machine, with an instrumented build, under load: the worst here takes one. */
  private static final Duration MOST = Duration.ofSeconds(40);

  private static final String VALUE = "made-up/Value\"1%41&lt;\\x41";

  private final Random random = new Random(5);
  private final Redactor redactor = new Redactor();

  HostileTextTest() {
    redactor.watch("secret:a", VALUE.getBytes(UTF_8));
    redactor.watch("secret:periodic", "abcdabcdabcd".getBytes(UTF_8));
    redactor.watch("secret:short", "q7w1x9p3".getBytes(UTF_8));
    for (int i = 0; i < 200; i++) {
      byte[] value = new byte[30];
      random.nextBytes(value);
      redactor.watch(
          "secret:" + i, ("ghp_" + Base64.getEncoder().encodeToString(value)).getBytes(UTF_8));
    }
  }

  private void takes(String what, byte[] text) throws Exception {
    long from = System.nanoTime();
    redactor.text(text);
    redactor.message(Slice.of(Json.quote(new String(text, UTF_8))));
    Duration took = Duration.ofNanos(System.nanoTime() - from);
    assertThat(took).as("%s, %d bytes", what, text.length).isLessThan(MOST);
  }

  @Test
  void nestsCostWhatTheirLengthSays() throws Exception {
    for (String piece :
        List.of(
            "%25",
            "%2525",
            "\\",
            "\\\\u005c",
            "&amp;",
            "&amp;amp;",
            "%5C%75",
            "\\x25",
            "&#37;",
            "&#x26;#37;",
            "\\u0026amp;",
            "%",
            "&",
            "\\u00",
            "&#0000000000")) {
      takes(piece, piece.repeat(SIZE / piece.length()).getBytes(UTF_8));
    }
    byte[] text = ("key: \\u0061%41&lt;" + "x".repeat(50) + "\n").repeat(10_000).getBytes(UTF_8);
    while (text.length < SIZE) {
      text = Base64.getMimeEncoder().encode(text);
    }
    takes("base64 in base64", text);
    String hex = "%41%42";
    while (hex.length() < SIZE) {
      hex = HexFormat.of().formatHex(hex.getBytes(UTF_8));
    }
    takes("hex in hex", hex.getBytes(UTF_8));
    takes("one run", "A".repeat(SIZE).getBytes(UTF_8));
    takes("one run, a text from each start", "V".repeat(SIZE).getBytes(UTF_8));
    takes("folded runs", ("A".repeat(40) + "\n").repeat(SIZE / 41).getBytes(UTF_8));
    takes("runs of one character less", ("a".repeat(15) + " ").repeat(SIZE / 16).getBytes(UTF_8));
  }

  @Test
  void valuesWithoutEndCostWhatTheirLengthSays() throws Exception {
    takes("periodic", "abcd".repeat(SIZE / 4).getBytes(UTF_8));
    takes("values", VALUE.repeat(SIZE / VALUE.length()).getBytes(UTF_8));
    takes("starts of values", "made-up/Value\"1%41&lt;".repeat(SIZE / 22).getBytes(UTF_8));
    takes("base64", Base64.getEncoder().encode(VALUE.repeat(SIZE / 40).getBytes(UTF_8)));
  }

  /** What docs/redaction.md says is not found; where this changes, the page has to. */
  @Test
  void disguisesAreNotFound() throws Exception {
    String value = "made-up-value-0123456789";
    redactor.watch("secret:disguised", value.getBytes(UTF_8));
    StringBuilder spaced = new StringBuilder();
    StringBuilder shifted = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      spaced.append(c).append('\u200b');
      shifted.append((char) (c ^ 1));
    }
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(value.getBytes(UTF_8));
    }
    for (String disguise :
        List.of(
            new StringBuilder(value).reverse().toString(),
            spaced.toString(),
            shifted.toString(),
            value.toUpperCase(java.util.Locale.ROOT),
            Base64.getEncoder().encodeToString(zipped.toByteArray()))) {
      assertThat(redactor.message(Slice.of(Json.quote(disguise)))).isEmpty();
    }
    Slice split = Slice.of("[\"made-up-value\",\"-0123456789\"]".getBytes(UTF_8));
    assertThat(redactor.message(split)).isEmpty();
  }

  @Test
  void sourceCodeHoldsNoValue() throws Exception {
    long bytes = 0;
    for (byte[] file : sources()) {
      assertThat(redactor.text(file)).isSameAs(file);
      Slice message = Slice.of(Json.quote(new String(file, UTF_8)));
      assertThat(redactor.message(message)).isEmpty();
      bytes += file.length;
    }
    assertThat(bytes).isGreaterThan(1_000_000);
  }

  /** Our own, and some megabytes of the JDK's where its source is installed. */
  private static List<byte[]> sources() throws IOException {
    List<byte[]> files = new ArrayList<>();
    try (var ours = Files.walk(Path.of("../gatekeeper/src"))) {
      for (Path file : (Iterable<Path>) ours.filter(Files::isRegularFile)::iterator) {
        // Tests of the redactor name its values.
        if (!file.toString().contains("redaction")) {
          files.add(Files.readAllBytes(file));
        }
      }
    }
    Path jdk = Path.of(System.getProperty("java.home"), "lib/src.zip");
    if (Files.exists(jdk)) {
      try (ZipFile zip = new ZipFile(jdk.toFile())) {
        int at = 0;
        for (ZipEntry entry : Collections.list(zip.entries())) {
          if (at++ % 20 == 0) {
            try (InputStream in = zip.getInputStream(entry)) {
              files.add(in.readAllBytes());
            }
          }
        }
      }
    }
    return files;
  }
}
