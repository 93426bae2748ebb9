package dev.gatekeeper.allowlist.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

final class NarrowingTest {
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
          return Path.of(absolute).normalize();
        }
      };

  private final Random random = new Random(11);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // wide | narrow | whether it is provable
        "{'properties':{'a':true}} | {'properties':{'a':{'const':1}}} | true",
        "{'properties':{'a':{'const':1}}} | {'properties':{'a':true}} | false",
        "{'properties':{'a':true,'b':true}} | {'properties':{'a':true}} | true",
        "{'properties':{'a':true}} | {'properties':{'a':true,'b':true}} | false",
        "{'properties':{'a':true}} | {} | true",
        "{} | {'properties':{'a':true}} | false",
        "{'properties':{'a':{'const':1}},'additionalProperties':true}"
            + " | {'additionalProperties':true} | false",
        "{'properties':{'a':{'const':1}},'patternProperties':{'^.*$':true}}"
            + " | {'patternProperties':{'^.*$':true}} | false",
        "{'additionalProperties':true} | {} | true",
        "{'properties':{'a':true}} | {'properties':{'a':true},'required':['a']} | true",
        "{'properties':{'a':true},'required':['a']} | {'properties':{'a':true}} | false",
        "{'properties':{'a':{'enum':[1,2]}}} | {'properties':{'a':{'enum':[2]}}} | true",
        "{'properties':{'a':{'enum':[1,2]}}} | {'properties':{'a':{'const':2.0}}} | true",
        "{'properties':{'a':{'enum':[1,2]}}} | {'properties':{'a':{'const':3}}} | false",
        "{'properties':{'a':{'type':['string','null']}}} | {'properties':{'a':{'type':'null'}}} |"
            + " true",
        "{'properties':{'a':{'type':'number'}}} | {'properties':{'a':{'type':'integer'}}} | true",
        "{'properties':{'a':{'type':'integer'}}} | {'properties':{'a':{'type':'number'}}} | false",
        "{'maxProperties':2} | {'maxProperties':1} | true",
        "{'maxProperties':1} | {'maxProperties':2} | false",
        "{'minProperties':1} | {'minProperties':2} | true",
        "{'maxProperties':1} | {} | false",
        "{'properties':{'a':{'type':'string'}}}"
            + " | {'properties':{'a':{'type':'string','pattern':'^x$'}}} | true",
        "{'properties':{'a':{'type':'string','pattern':'^x.*$'}}}"
            + " | {'properties':{'a':{'type':'string','pattern':'^x$'}}} | false",
        "{'properties':{'h':{'type':'string','gk:hostIn':['a.example','b.example']}}}"
            + " | {'properties':{'h':{'type':'string','gk:hostIn':['a.example']}}} | true",
        "{'properties':{'h':{'type':'string','gk:hostIn':['a.example']}}}"
            + " | {'properties':{'h':{'type':'string','gk:hostIn':['*.example']}}} | false",
        "{'allOf':[{'properties':{'a':{'const':1}}},{'properties':{'a':true}}]}"
            + " | {'allOf':[{'properties':{}},{'properties':{'a':true}}]} | false",
        "{'properties':{'a':{'const':1}},'allOf':[{'properties':{'a':true}}]}"
            + " | {'allOf':[{'properties':{'a':true}}]} | false",
        "{'title':'x','properties':{'a':true}} | {'properties':{'a':true},'title':'y'} | true",
        "{'properties':{'a':{'type':'array','items':true}}}"
            + " | {'properties':{'a':{'type':'array','items':{'const':1}}}} | true",
        "{'properties':{'a':{'type':'array','items':{'const':1}}}}"
            + " | {'properties':{'a':{'type':'array'}}} | false",
      })
  void onlyPlainCasesAreProvable(String wide, String narrow, boolean provable)
      throws JsonException {
    assertThat(rule(quoted(narrow)).isWithin(rule(quoted(wide)))).isEqualTo(provable);
  }

  /** What passes the rule that is called narrower passes the other. */
  @Test
  void whatIsProvableHoldsForArguments() throws JsonException {
    int proved = 0;
    for (int i = 0; i < 6_000; i++) {
      Map<String, Object> schema = place(2);
      Optional<Rule> before = valid(schema);
      Optional<Rule> after = valid(random.nextBoolean() ? edited(schema) : place(2));
      if (before.isEmpty() || after.isEmpty() || !after.get().isWithin(before.get())) {
        continue;
      }
      proved++;
      for (int j = 0; j < 20; j++) {
        byte[] arguments = JsonMapper.shared().writeValueAsBytes(value(2, true));
        if (after.get().violation(arguments, PATHS).isEmpty()) {
          assertThat(before.get().violation(arguments, PATHS))
              .as(
                  "%s passes %s, which is called narrower than %s",
                  new String(arguments, StandardCharsets.UTF_8),
                  after.get().text(),
                  before.get().text())
              .isEmpty();
        }
      }
    }
    assertThat(proved).isGreaterThan(500);
  }

  private Map<String, Object> place(int depth) {
    Map<String, Object> schema = new TreeMap<>();
    for (String word : List.of("maxProperties", "minProperties", "required", "dependentRequired")) {
      if (random.nextInt(5) == 0) {
        schema.put(word, keyword(word, depth));
      }
    }
    for (String word : List.of("properties", "additionalProperties", "patternProperties")) {
      if (random.nextInt(3) == 0) {
        schema.put(word, keyword(word, depth));
      }
    }
    if (random.nextInt(8) == 0) {
      schema.put("allOf", List.of(depth > 0 ? place(depth - 1) : true));
    }
    if (random.nextInt(8) == 0) {
      schema.put("not", new TreeMap<>(Map.of("required", List.of("a"))));
    }
    return schema;
  }

  private Object keyword(String word, int depth) {
    return switch (word) {
      case "maxProperties", "minProperties" -> random.nextInt(3);
      case "required" -> List.of(random.nextBoolean() ? "a" : "b");
      case "dependentRequired" -> Map.of("a", List.of("b"));
      case "additionalProperties" -> below(depth);
      case "patternProperties" -> new TreeMap<>(Map.of("^b.*$", below(depth)));
      default -> {
        Map<String, Object> properties = new TreeMap<>();
        for (String name : List.of("a", "b", "bb")) {
          if (random.nextInt(2) == 0) {
            properties.put(name, below(depth));
          }
        }
        yield properties;
      }
    };
  }

  private Object below(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> true;
      case 1 -> false;
      case 2 -> new TreeMap<>(Map.of("const", random.nextInt(3)));
      case 3 -> new TreeMap<>(Map.of("enum", List.of(0, "x")));
      case 4 -> new TreeMap<>(Map.of("type", random.nextBoolean() ? "number" : "integer"));
      case 5 -> new TreeMap<>(Map.of("type", "string", "maxLength", random.nextInt(3)));
      case 6 -> new TreeMap<>(Map.of("type", List.of("string", "integer")));
      case 7 -> {
        Map<String, Object> array = new TreeMap<>(Map.of("type", "array"));
        array.put("items", below(depth - 1));
        if (random.nextBoolean()) {
          array.put("maxItems", random.nextInt(3));
        }
        yield array;
      }
      default -> {
        Map<String, Object> nested = place(depth - 1);
        nested.put("type", "object");
        yield nested;
      }
    };
  }

  /** The same with one keyword less, more or different. */
  private Map<String, Object> edited(Map<String, Object> schema) {
    Map<String, Object> edited = new TreeMap<>(schema);
    Map<String, Object> other = place(2);
    if (random.nextInt(3) == 0 && !edited.isEmpty()) {
      edited.remove(new ArrayList<>(edited.keySet()).get(random.nextInt(edited.size())));
    } else if (!other.isEmpty()) {
      String word = new ArrayList<>(other.keySet()).get(random.nextInt(other.size()));
      edited.put(word, other.get(word));
    }
    return edited;
  }

  private Object value(int depth, boolean object) {
    if (object || (depth > 0 && random.nextInt(4) == 0)) {
      Map<String, Object> map = new TreeMap<>();
      for (String name : List.of("a", "b", "bb", "c")) {
        if (random.nextInt(3) == 0) {
          map.put(name, value(depth - 1, false));
        }
      }
      return map;
    }
    return switch (random.nextInt(7)) {
      case 0 -> "x";
      case 1 -> "";
      case 2 -> 1.5;
      case 3 -> List.of(depth > 0 ? value(depth - 1, false) : 0);
      default -> random.nextInt(3);
    };
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }

  private static Rule rule(String text) throws JsonException {
    return find(text).orElseThrow(() -> new AssertionError("no rule: " + text));
  }

  private static Optional<Rule> valid(Object schema) throws JsonException {
    return find(JsonMapper.shared().writeValueAsString(schema));
  }

  private static Optional<Rule> find(String text) throws JsonException {
    Json json =
        JsonReader.read(
            text.getBytes(StandardCharsets.UTF_8), JsonReader.MAX_BYTES, duplicate -> {});
    return Rule.check(json, Rule.Root.OBJECT, fault -> {});
  }
}
