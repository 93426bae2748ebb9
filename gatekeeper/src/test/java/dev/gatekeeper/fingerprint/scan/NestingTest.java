package dev.gatekeeper.fingerprint.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.fingerprint.print.Imprint;
import dev.gatekeeper.fingerprint.print.PrintKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each encoding in each other one, with other text around the value at each step. */
final class NestingTest {
  private static final int ROUNDS = 40;

  /** A value of the kind that escapes change. */
  private static final String VALUE = "made-up-k3R9/wQ2z+Xv8L~mT4yB7nC1pF6hJ5dG0sAq==";

  private final Random random = new Random(13);
  private final PrintKey key = PrintKey.generate();
  private final Scan scan =
      new Scan(
          List.of(
              new Watch(
                  List.of(
                      new Imprint(key).ofStrong("secret:t", VALUE.getBytes(UTF_8)).orElseThrow()),
                  key,
                  false)));

  private final Map<String, UnaryOperator<String>> encodings = new TreeMap<>();

  NestingTest() {
    encodings.put("plain", text -> text);
    encodings.put("base64", text -> Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
    encodings.put(
        "base64url",
        text -> Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8)));
    encodings.put("mime", text -> Base64.getMimeEncoder().encodeToString(text.getBytes(UTF_8)));
    encodings.put("hex", text -> HexFormat.of().formatHex(text.getBytes(UTF_8)));
    encodings.put("percent", text -> each(text, "%%%02X", "[A-Za-z0-9._~-]"));
    encodings.put("percent, all", text -> each(text, "%%%02x", ""));
    encodings.put("json", text -> each(text, "\\u%04x", "[A-Za-z0-9 _.-]"));
    encodings.put("slashes", text -> text.replace("\\", "\\\\").replace("/", "\\/"));
    encodings.put("html", text -> each(text, "&#x%x;", "[A-Za-z0-9 _.-]"));
  }

  private static String each(String text, String format, String plain) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(
          String.valueOf(c).matches(plain.isEmpty() ? "(?!)" : plain)
              ? String.valueOf(c)
              : String.format(format, (int) c));
    }
    return out.toString();
  }

  private String around(String text) {
    String letters = "abc: {\"x\"} = ,;\n/";
    StringBuilder before = new StringBuilder();
    StringBuilder after = new StringBuilder();
    for (int i = random.nextInt(60); i > 0; i--) {
      before.append(letters.charAt(random.nextInt(letters.length())));
      after.append(letters.charAt(random.nextInt(letters.length())));
    }
    return before + " " + text + "\"" + after;
  }

  @Test
  void aValueIsFoundInAnyEncodingOfAnyOther() throws IOException {
    for (var inner : encodings.entrySet()) {
      for (var outer : encodings.entrySet()) {
        for (int round = 0; round < ROUNDS; round++) {
          String text = around(inner.getValue().apply(around(VALUE)));
          text = around(outer.getValue().apply(text));
          assertThat(scan.read("f", new ByteArrayInputStream(text.getBytes(UTF_8))).findings())
              .as(inner.getKey() + " in " + outer.getKey() + ": " + text)
              .isNotEmpty();
        }
      }
    }
  }
}
