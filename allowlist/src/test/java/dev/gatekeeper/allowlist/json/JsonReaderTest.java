package dev.gatekeeper.allowlist.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jackson, which read lists before, says what is JSON and what it means. */
final class JsonReaderTest {
  private static final JsonMapper JACKSON = mapper(JsonFactory.builder().build());
  private static final JsonMapper COMMENTED =
      mapper(
          JsonFactory.builder()
              .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
              .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
              .build());

  private static final List<String> SEEDS =
      List.of(
          "{\"a\": [1, -0.5e+7, true, false, null], \"b\\u0041\\n\": {\"c\": \"d\\\\\\\"\\/\"}}",
          "[[], {}, \"\\ud83d\\ude00\", \"é\u2028\ud83d\ude00\", 0, 10E2, -1, 1.25]",
          "{\n  // one\n  \"x\": /* two\n */ [1, 2,],\n}",
          " \t\r\n\"text\" ",
          "[1,2,3]x",
          "-0.0e-0");

  private static final String PIECES = "{}[]:,\"\\/*-+.eE0159tfnu \n\t\u0000\u00e9\ud83d\ude00#'";

  private static JsonMapper mapper(JsonFactory factory) {
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  @Test
  void itIsJsonWhereJacksonSaysSoAndMeansTheSame() {
    Random random = new Random(8259);
    int json = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
      for (int edits = random.nextInt(4); edits > 0 && text.length() > 0; edits--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, PIECES.charAt(random.nextInt(PIECES.length())));
          case 1 -> text.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
          default -> text.deleteCharAt(at);
        }
      }
      // Halves of surrogate pairs do not get here: what is read was strict UTF-8.
      String strict =
          new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      boolean comments = random.nextBoolean();
      Optional<JsonNode> theirs = jackson(strict, comments);
      Optional<Json> ours = ours(strict, comments);
      assertThat(ours.isPresent()).as(strict).isEqualTo(theirs.isPresent());
      if (ours.isPresent()) {
        json++;
        same(ours.get(), theirs.get(), strict);
      }
    }
    assertThat(json).isGreaterThan(5_000);
  }

  private static Optional<JsonNode> jackson(String text, boolean comments) {
    try {
      JsonNode node = (comments ? COMMENTED : JACKSON).readTree(text);
      return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<Json> ours(String text, boolean comments) {
    List<Fault> faults = new ArrayList<>();
    try {
      Json value = JsonReader.read(text, comments, List.of(), Copies.NONE, faults::add);
      return faults.isEmpty() ? Optional.of(value) : Optional.empty();
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  private static void same(Json ours, JsonNode theirs, String text) {
    switch (ours) {
      case Json.JsonObject object -> {
        assertThat(theirs.isObject()).as(text).isTrue();
        assertThat(object.members()).as(text).hasSize(theirs.size());
        object.members().forEach(each -> same(each.value(), theirs.get(each.name()), text));
      }
      case Json.JsonArray array -> {
        assertThat(theirs.isArray()).as(text).isTrue();
        assertThat(array.elements()).as(text).hasSize(theirs.size());
        for (int i = 0; i < theirs.size(); i++) {
          same(array.elements().get(i), theirs.get(i), text);
        }
      }
      case Json.JsonText string ->
          assertThat(theirs.stringValue()).as(text).isEqualTo(string.text());
      case Json.JsonNumber number ->
          assertThat(theirs.decimalValue()).as(text).isEqualByComparingTo(number.number());
      case Json.JsonFlag flag -> assertThat(theirs.booleanValue()).as(text).isEqualTo(flag.flag());
      case Json.JsonNull none -> assertThat(theirs.isNull()).as(text).isTrue();
    }
    assertThat(text.substring(ours.at().start(), ours.at().end())).isNotBlank();
  }

  @Test
  void everyValueKnowsWhereItStands() throws JsonException {
    String text = "{\n  \"é\": [\n    12,\n    {\"k\": \"v\"}]\n}";
    Json root = JsonReader.read(text, fault -> {});
    Json array = root.members().getFirst().value();
    Json inner = array.elements().get(1);
    assertThat(root.at()).isEqualTo(new At(1, 1, 0, text.length()));
    assertThat(root.members().getFirst().nameAt()).isEqualTo(new At(2, 3, 4, 7));
    assertThat(array.elements().getFirst().at()).isEqualTo(new At(3, 5, 15, 17));
    assertThat(text.substring(inner.at().start(), inner.at().end())).isEqualTo("{\"k\": \"v\"}");
    assertThat(inner.members().getFirst().value().at().line()).isEqualTo(4);
  }

  @Test
  void boundsHold() throws JsonException {
    assertFault("[".repeat(65) + "]".repeat(65), "nested or long beyond the bounds (64 levels)");
    assertThat(JsonReader.read("[".repeat(64) + "]".repeat(64), fault -> {})).isNotNull();
    assertFault("1".repeat(101), "nested or long beyond the bounds (64 levels)");
    assertFault("1e99999", "a number with such an exponent");
    assertFault("[" + "0,".repeat(200_000) + "0]", "more than 200000 values");
  }

  @Test
  void whatIsNoUtf8IsRefusedAndTheCharacterForItIsNot() throws JsonException {
    byte[] replacement = "\"\uFFFD\"".getBytes(StandardCharsets.UTF_8);
    assertThat(JsonReader.read(replacement, 100, fault -> {}).string()).contains("\uFFFD");
    byte[] broken = {'"', (byte) 0xc0, (byte) 0xaf, '"'};
    assertThatThrownBy(() -> JsonReader.read(broken, 100, fault -> {}))
        .hasMessage("this byte is not UTF-8");
    byte[] surrogate = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
    assertThatThrownBy(() -> JsonReader.read(surrogate, 100, fault -> {}))
        .hasMessage("this byte is not UTF-8");
  }

  private static void assertFault(String text, String message) {
    assertThatThrownBy(() -> JsonReader.read(text, fault -> {}))
        .isInstanceOf(JsonException.class)
        .hasMessage(message);
  }
}
