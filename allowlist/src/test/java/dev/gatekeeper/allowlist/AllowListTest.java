package dev.gatekeeper.allowlist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.allowlist.review.ListSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AllowListTest {
  @TestFactory
  List<DynamicTest> vectors() throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ListSchema.text());
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : vectorsFile()) {
      String list = vector.get("list").stringValue();
      List<String> expected = new ArrayList<>();
      vector.get("problems").forEach(problem -> expected.add(problem.stringValue()));
      tests.add(
          DynamicTest.dynamicTest(
              "list " + list,
              () -> assertThat(problems(list)).containsExactlyElementsOf(expected)));
      if (vector.get("schema").isBoolean()) {
        boolean accepted = vector.get("schema").booleanValue();
        tests.add(
            DynamicTest.dynamicTest(
                "schema on " + list,
                () -> {
                  boolean passes = schema.validate(JsonMapper.shared().readTree(list)).isEmpty();
                  assertThat(passes).isEqualTo(accepted);
                  // The schema may be more generous than the parser, never stricter.
                  assertThat(passes || !expected.isEmpty()).isTrue();
                }));
      }
    }
    return tests;
  }

  @Test
  void theSchemaIsTheOneThatIsPublished() throws IOException {
    assertThat(Files.readString(Path.of("../docs/allowlist.schema.json")))
        .isEqualTo(ListSchema.text());
  }

  @Test
  void bytesThatAreNotUtf8AreAProblemAtTheirPlace() {
    byte[] text = {'{', '\n', ' ', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'};
    assertThatThrownBy(() -> ListReader.read(text, "f"))
        .hasMessage("f:2:3: this byte is not UTF-8");
  }

  @Test
  void aTextBeyondTheBoundIsNotRead() {
    assertThatThrownBy(() -> ListReader.read(new byte[(1 << 20) + 1], "f"))
        .hasMessage("f:1:1: the text has 1048577 bytes, more than 1048576");
  }

  @Test
  void theDigestIsOfTheBytes() throws AllowListException {
    assertThat(parse("{\"version\":1}").digest())
        .isEqualTo("sha256:" + "2430f1a2ad2982d0067885488a4c89e21ad1d7c83b115ba8f1b20acc88dfaea8");
    assertThat(parse("{\"version\":1} ").digest()).isNotEqualTo(parse("{\"version\":1}").digest());
  }

  @Test
  void theProjectWinsANameOverThePersonsOwnList() throws AllowListException {
    AllowList project = parse("{\"version\":1,\"mcpServers\":{\"a\":{\"command\":\"project\"}}}");
    AllowList personal =
        parse(
            "{\"version\":1,\"mcpServers\":{\"a\":{\"command\":\"mine\"},\"b\":{\"command\":\"mine\"}}}");
    AllowList both = project.beside(personal);
    StdioServer winner = (StdioServer) both.servers().values().iterator().next();
    assertThat(winner.program().command()).hasToString("project");
    assertThat(both.servers()).containsOnlyKeys("a", "b");
    assertThat(both.digest()).isNotEqualTo(project.digest());
  }

  @Test
  void aProjectCanRefuseThePersonsOwnList() throws AllowListException {
    AllowList project = parse("{\"version\":1,\"personal\":false}");
    AllowList personal = parse("{\"version\":1,\"mcpServers\":{\"b\":{\"command\":\"mine\"}}}");
    assertThat(project.beside(personal).servers()).isEmpty();
  }

  @Test
  void thePersonsOwnListCannotUseTheRepositorysSecrets() {
    byte[] text =
        bytes(
            "{\"version\":1,\"mcpServers\":{\"a\":{\"command\":\"x\",\"env\":{\"A\":\"team:x\"}}}}");
    assertThatThrownBy(() -> ListReader.readPersonal(text, "f"))
        .hasMessage(
            "f:1:58: a person's own list cannot use the repository's secrets (use secret:NAME)");
  }

  private static List<String> problems(String list) {
    try {
      AllowList parsed = parse(list);
      assertThat(parsed.digest()).startsWith("sha256:");
      return List.of();
    } catch (AllowListException e) {
      return e.problems().stream()
          .map(
              p ->
                  p.line()
                      + ":"
                      + p.column()
                      + ": "
                      + p.message()
                      + p.hint().map(h -> " (" + h + ")").orElse(""))
          .toList();
    }
  }

  private static AllowList parse(String text) throws AllowListException {
    return ListReader.read(bytes(text), "f");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode vectorsFile() throws IOException {
    try (InputStream in = AllowListTest.class.getResourceAsStream("/vectors/lists.json")) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in));
    }
  }
}
