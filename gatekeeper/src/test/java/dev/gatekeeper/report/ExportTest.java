package dev.gatekeeper.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.report.source.Sources;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
final class ExportTest {
  @TempDir Path folder;

  @Test
  void csvHasAHeadAndOneLineARow() throws Exception {
    SampleLog.closed(folder.resolve("a"), 3);
    List<String> lines = csv().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst())
        .startsWith("\"log_name\",\"log\",\"n\",\"time\",\"event\",\"result\",\"server\",\"tool\",")
        .endsWith(",\"arguments\",\"definition\",\"end_n\",\"end_time\"");
    assertThat(lines.get(2))
        .startsWith("\"me\",\"")
        .contains(",\"call\",\"ok\",\"github\",\"create_issue\",");
    assertThat(csv()).endsWith("\"\r\n");
  }

  @Test
  void noCellIsAFormulaAndNoneBreaksOut() {
    assertThat(Export.cell("=HYPERLINK(\"http://x\")"))
        .isEqualTo("\"'=HYPERLINK(\"\"http://x\"\")\"");
    for (String start : List.of("=", "+", "-", "@", "|", "%", "\uff1d", "  =")) {
      assertThat(Export.cell(start + "1")).startsWith("\"'");
    }
    assertThat(Export.cell("\t=1")).isEqualTo("\"\\u0009=1\"");
    assertThat(Export.cell("a\r\n\"b\",c\u202e"))
        .isEqualTo("\"a\\u000d\\u000a\"\"b\"\",c\\u202e\"");
    assertThat(Export.cell("2026-01-01")).isEqualTo("\"2026-01-01\"");
  }

  @Test
  void jsonIsOneDocumentThatHoldsTextAsItIs() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.outcome(log.intent("x\"\u202e", "</script>"), "ok");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Sources sources = Sources.open(List.of("me=a"), folder)) {
      Export.json(new Timeline(sources, Selection.ALL), out);
    }
    JsonNode all = JsonMapper.shared().readTree(out.toByteArray());
    assertThat(all.size()).isEqualTo(2);
    assertThat(all.get(1).get("server").asString()).isEqualTo("x\"\u202e");
    assertThat(all.get(1).get("duration").asLong()).isEqualTo(1234);
    assertThat(all.get(1).get("end_n").asLong()).isEqualTo(2);
  }

  /** Some readers take the first of two values, and most the last. */
  @Test
  void noKeyStandsTwice() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      Entry all = Entry.of(Event.GRANT);
      for (Field field : Field.values()) {
        all = field.free() ? all.with(field, "7") : all;
      }
      log.append(all);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Sources sources = Sources.open(List.of("me=a"), folder)) {
      Export.json(new Timeline(sources, Selection.ALL), out);
    }
    JsonNode grant =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readTree(out.toByteArray())
            .get(1);
    assertThat(grant.get("log_name").asString()).isEqualTo("me");
    assertThat(grant.get("source").asString()).isEqualTo("7");
    assertThat(csv().lines().toList().get(2)).startsWith("\"me\",").contains(",\"7\",\"7\",");
  }

  @Test
  void nothingChosenIsAnEmptyDocument() throws Exception {
    SampleLog.closed(folder.resolve("a"), 3);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Sources sources = Sources.open(List.of("a"), folder)) {
      Export.json(new Timeline(sources, Selection.ALL.event("none")), out);
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("[]\n");
  }

  private String csv() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Sources sources = Sources.open(List.of("me=a"), folder)) {
      Export.csv(new Timeline(sources, Selection.ALL), out);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
