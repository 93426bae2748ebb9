package dev.gatekeeper.allowlist.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class RuleTest {
  /** A file system with one link, {@code /project/link} to {@code /etc}, and one closed door. */
  private static final PathView PATHS =
      new PathView() {
        @Override
        public Path project() {
          return Path.of("/project");
        }

        @Override
        public Path home() {
          return Path.of("/home/alice");
        }

        @Override
        public Path canonical(String absolute) throws IOException {
          if (!absolute.startsWith("/") || absolute.startsWith("/unreadable")) {
            throw new IOException("cannot tell");
          }
          return Path.of(absolute.replace("/project/link", "/etc")).normalize();
        }
      };

  @TestFactory
  List<DynamicTest> vectors() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : vectors("arguments.json")) {
      String rule = vector.get("rule").toString();
      for (JsonNode arguments : vector.get("passes")) {
        tests.add(test(rule, arguments.stringValue(), Optional.empty()));
      }
      vector
          .get("fails")
          .forEachEntry(
              (arguments, why) -> tests.add(test(rule, arguments, Optional.of(why.stringValue()))));
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> faultyRules() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : vectors("rules.json")) {
      String rule = vector.get("rule").stringValue();
      List<String> faults = new ArrayList<>();
      vector.get("faults").forEach(fault -> faults.add(fault.stringValue()));
      tests.add(
          DynamicTest.dynamicTest(
              rule,
              () -> {
                List<Fault> found = new ArrayList<>();
                Optional<Rule> checked = Rule.check(json(rule), Rule.Root.OBJECT, found::add);
                assertThat(found.stream().map(RuleTest::text)).containsExactlyElementsOf(faults);
                assertThat(checked.isPresent()).isEqualTo(faults.isEmpty());
              }));
    }
    return tests;
  }

  @Test
  void aRuleForACommandJudgesAnArray() throws Exception {
    Rule rule =
        rule(
            "{\"items\":{\"type\":\"string\",\"pattern\":\"^--[a-z]+$\"},\"maxItems\":1}",
            Rule.Root.ARRAY);
    assertThat(rule.violation(bytes("[\"--dry\"]"), PATHS)).isEmpty();
    assertThat(rule.violation(bytes("[\"x\"]"), PATHS))
        .contains("The argument \"[0]\" violates \"pattern\" of the allow-list's rule.");
    assertThat(rule.violation(bytes("{}"), PATHS)).contains("The arguments are an object.");
  }

  @Test
  void argumentsBeyondTheBoundDoNotPass() throws Exception {
    Rule rule = rule("{\"additionalProperties\":true}", Rule.Root.OBJECT);
    String large = "{\"a\":\"" + "x".repeat(Rule.MAX_BYTES) + "\"}";
    assertThat(rule.violation(bytes(large), PATHS))
        .contains("The arguments cannot be judged: the text has 8388616 bytes, more than 8388608.");
  }

  @Test
  void argumentsNestedTooDeeplyDoNotPass() throws Exception {
    Rule rule = rule("{\"additionalProperties\":true}", Rule.Root.OBJECT);
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(rule.violation(bytes(deep), PATHS))
        .contains("The arguments cannot be judged: nested or long beyond the bounds (64 levels).");
  }

  @Test
  void argumentsThatAreNotUtf8DoNotPass() throws Exception {
    Rule rule = rule("{\"additionalProperties\":true}", Rule.Root.OBJECT);
    byte[] json = {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'};
    assertThat(rule.violation(json, PATHS))
        .contains("The arguments cannot be judged: this byte is not UTF-8.");
  }

  @Test
  void alternativesInArraysDoNotStallADecision() throws Exception {
    String alternatives = "{\"const\":1},".repeat(200) + "{\"const\":2}";
    Rule rule =
        rule(
            "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"anyOf\":["
                + alternatives
                + "]}}}}",
            Rule.Root.OBJECT);
    String twos = "{\"a\":[" + "2,".repeat(20_000) + "2]}";
    assertThat(rule.violation(bytes(twos), PATHS))
        .contains("The call violates \"limits\" of the allow-list's rule.");
  }

  private static DynamicTest test(String rule, String arguments, Optional<String> why) {
    return DynamicTest.dynamicTest(
        rule + " on " + arguments,
        () ->
            assertThat(rule(rule, Rule.Root.OBJECT).violation(bytes(arguments), PATHS))
                .isEqualTo(why));
  }

  private static Rule rule(String text, Rule.Root root) throws JsonException {
    return Rule.check(
            json(text),
            root,
            fault -> {
              throw new AssertionError(text(fault));
            })
        .orElseThrow();
  }

  private static Json json(String text) throws JsonException {
    return JsonReader.read(
        text,
        fault -> {
          throw new AssertionError(text(fault));
        });
  }

  private static String text(Fault fault) {
    return fault.at().column()
        + ": "
        + fault.message()
        + fault.hint().map(h -> " (" + h + ")").orElse("");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode vectors(String file) throws IOException {
    try (InputStream in = RuleTest.class.getResourceAsStream("/vectors/" + file)) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in));
    }
  }
}
