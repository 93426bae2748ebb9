package dev.gatekeeper.allowlist.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tree, and the canonical text that is made of it, are the oracle. */
class CopiesTest {
  private static final List<String> AWKWARD =
      List.of(
          "{}",
          "{ \"a\" : [ ] , \"b\" : { } , \"c\" : [ {} , [ [ ] ] , null , true , false ] }",
          "{\"name\":\"x\",\"n\":1}",
          "{\"a\":1,\"a\":2}",
          "{\"\":\"\",\"\\u0041\":1,\"B\":\"b\"}",
          "{\"a\":\"\\u202e\\u200b\\ufeff\",\"b\":\"\u202e \u2028\u007f\"}",
          "{\"a\":\"\\\"\\\\\\/\\b\\f\\n"
              + "\\r"
              + "\\t\\u0000\\u001F\\u00e9\",\"b\":\"\\ud83d\\ude00\u00e9\"}",
          "{\"a\":\"\\ud83d\"}",
          "{\"\\ude00\":1}",
          "{\"\uffff\":1,\"\ud83d\ude00\":2}",
          "{\"\ud83d\ude00\":1,\"\uffff\":2}",
          "{\"a\":0,\"b\":-1,\"c\":1.5}",
          "{\"a\":00}",
          "{\"a\":1e2}",
          "{\"a\":999999999999999,\"b\":9007199254740993}",
          "{\"a\":" + "9".repeat(101) + "}",
          "{\"a\":[1,2,]}",
          "{\"a\":1,}",
          "{\"a\" 1}",
          "{1:2}",
          "{\"a\":tru}",
          "{\"a\":\"\t\"}",
          "{\"a\":\"\\x\"}",
          "{\"a\":{\"b\":{\"name\":\"deep\"}},\"name\":\"x\"}",
          "{\"a\":".repeat(62) + "{}" + "}".repeat(62),
          "{\"a\":".repeat(63) + "{}" + "}".repeat(63),
          "{\"a\":" + "[".repeat(62) + "]".repeat(62) + "}",
          "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}",
          "[{\"a\":1}]",
          "\"text\"",
          "7");

  /** All that reading gives; where the value could not be read or has no canonical text, why. */
  private record Outcome(
      String text, List<Json> strings, Optional<At> at, Optional<At> after, List<Fault> faults) {}

  private static Outcome outcome(String value, Copies copies) {
    List<Fault> faults = new ArrayList<>();
    try {
      String whole = "{\n \"copied\": " + value + ",\n \"after\": 1}";
      Json root = JsonReader.read(whole, copies, faults::add);
      Json read = root.get("copied").orElseThrow();
      Optional<String> copy =
          read instanceof JsonObject object ? copies.of(object) : Optional.empty();
      List<Json> strings = new ArrayList<>();
      for (Json.Member member : read.members()) {
        if (member.value() instanceof JsonText text) {
          strings.add(new JsonText(text.at(), member.name() + member.nameAt() + text.text()));
        }
      }
      return new Outcome(
          copy.isPresent() ? copy.get() : CanonicalJson.of(read),
          strings,
          Optional.of(read.at()),
          root.get("after").map(Json::at),
          faults);
    } catch (JsonException e) {
      return new Outcome(e.why(), List.of(), Optional.of(e.at()), Optional.empty(), faults);
    }
  }

  private static Copies copies() {
    return new Copies(path -> path.equals(List.of("copied")));
  }

  private static void agrees(String value) {
    assertThat(outcome(value, copies())).as(value).isEqualTo(outcome(value, Copies.NONE));
  }

  private static List<String> corpus() throws IOException {
    List<String> corpus = new ArrayList<>(AWKWARD);
    for (Path folder : List.of(Path.of("src/test/resources"), Path.of("../examples"))) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          String text = new String(Files.readAllBytes(file), UTF_8);
          if (text.stripLeading().startsWith("{") && text.length() < 100_000) {
            corpus.add(text);
          }
        }
      }
    }
    return corpus;
  }

  @Test
  void aCopyIsWhatTheTreeIsInCanonicalForm() throws Exception {
    List<String> corpus = corpus();
    assertThat(corpus).hasSizeGreaterThan(AWKWARD.size() + 10);
    corpus.forEach(CopiesTest::agrees);
  }

  @Test
  void soItIsOfTextsWithAFault() throws Exception {
    Random random = new Random(8785);
    for (String text : corpus()) {
      for (int i = 0; i < 60 && text.length() < 5_000; i++) {
        StringBuilder changed = new StringBuilder(text);
        int at = random.nextInt(text.length());
        switch (i % 3) {
          case 0 -> changed.deleteCharAt(at);
          case 1 -> changed.insert(at, "\"\\{}[],:0 \n".charAt(random.nextInt(11)));
          default -> changed.setCharAt(at, text.charAt(random.nextInt(text.length())));
        }
        agrees(new String(changed.toString().getBytes(UTF_8), UTF_8)); // no half of a pair
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{ \"a\": [\n 1, {\"b\": \"\\u202e\\n\"}, true ], \"name\": \"\u00e9\" }",
        "{\"A\":{\"B\":0,\"b\":[]},\"b\":[],\"\ud83d\ude00\":0,\"\uffff\":\"\"}"
      })
  void whatIsWrittenAsInALockIsCopied(String value) throws Exception {
    Copies copies = copies();
    Json root = JsonReader.read("{\"copied\":" + value + "}", copies, fault -> {});
    JsonObject read = (JsonObject) root.get("copied").orElseThrow();
    assertThat(copies.of(read)).contains(CanonicalJson.of(value.getBytes(UTF_8), 1 << 20));
  }

  @Test
  void aCopyTellsWhereTheStringsOfTheObjectStandInIt() throws Exception {
    Copies copies = copies();
    String value = "{ \"a\": {\"name\": \"deep\"},\n \"name\": \"t\\n\\u0041\", \"z\": \"\" }";
    Json root = JsonReader.read("{\"copied\":" + value + "}", copies, fault -> {});
    JsonObject read = (JsonObject) root.get("copied").orElseThrow();
    String copy = copies.of(read).orElseThrow();
    assertThat(copy).isEqualTo("{\"a\":{\"name\":\"deep\"},\"name\":\"t\\nA\",\"z\":\"\"}");
    for (Json.Member member : read.members()) {
      assertThat(copy.substring(copies.place(member.value()).orElseThrow()))
          .startsWith(CanonicalJson.of(member.value()));
    }
    assertThat(read.members()).extracting(Json.Member::name).containsExactly("name", "z");
    assertThat(copies.place(root)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"b\":1,\"a\":1}",
        "{\"a\":1.5}",
        "{\"a\":1,\"a\":1}",
        "{\"A\":1,\"a\":1}",
        "{\"k\":1,\"\u212a\":1}",
        "{\"a\\n\":1}"
      })
  void whatIsNotIsReadAsAWhole(String value) throws Exception {
    Copies copies = copies();
    Json root = JsonReader.read("{\"copied\":" + value + "}", copies, fault -> {});
    assertThat(copies.of((JsonObject) root.get("copied").orElseThrow())).isEmpty();
  }
}
