package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person accepted is seen, and ends where somebody takes it back. */
@EndToEnd
final class AcceptanceTest {
  private static final String DEFINITIONS =
      """
      {"tools": [{"name": "read", "description": "Reads a thing",
                  "inputSchema": {"type": "object"}}],
       "prompts": [], "resources": [], "templates": []}
      """;

  @TempDir Path folder;
  private Project project;

  @BeforeEach
  void changeWhatWasLocked() throws Exception {
    Path definitions = Files.writeString(folder.resolve("definitions.json"), DEFINITIONS);
    project = new Project(Files.createDirectories(folder.resolve("p")));
    project
        .server(
            "notes",
            List.of(
                Peers.installed().node().toString(),
                Project.script("definitions.mjs"),
                definitions.toString(),
                folder.resolve("trace").toString()),
            "{\"tools\": {\"allow\": [\"*\"]}, \"lifetime\": \"session\"}")
        .locked();
    Files.writeString(definitions, DEFINITIONS.replace("Reads a thing", "Reads another"));
  }

  @Test
  void whatIsAcceptedIsListedAndTakenBackWithoutAPassphrase() throws Exception {
    String until = LocalDate.now(ZoneOffset.UTC).plusDays(7).toString();
    assertThat(project.asAgent("allowlist", "accept").out()).contains("Nothing is accepted here");
    assertThat(project.gatekeeper("allowlist", "accept", "notes", "--until", until, "--yes").exit())
        .isZero();
    String words = "tools read until " + until;
    assertThat(project.asAgent("allowlist", "accept", "--list").out()).contains("notes: " + words);
    assertThat(project.asAgent("allowlist", "accept", "--json").out())
        .contains("\"server\":\"notes\"", "\"name\":\"read\"", "\"until\":\"" + until + '"');
    assertThat(project.asAgent("status").out())
        .contains("accepted notes, " + words, "gatekeeper allowlist accept notes --withdraw");
    assertThat(project.asAgent("status", "--json").out()).contains("\"accepted\":[{\"server\"");
    assertThat(project.asAgent("allowlist", "show").out()).contains("accepted   " + words);
    assertThat(project.asAgent("allowlist", "accept", "notes", "--withdraw", "--list").exit())
        .isEqualTo(2);
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(client.tool("notes__read", "{}").failed()).isFalse();
      Project.Result back = project.asAgent("allowlist", "accept", "notes", "--withdraw");
      assertThat(back.exit()).as("%s", back).isZero();
      assertThat(back.out()).contains("notes: tools read counts as it was locked");
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!client.tool("notes__read", "{}").failed()) {
        assertThat(System.nanoTime()).as("it is taken back").isLessThan(end);
        Thread.sleep(100);
      }
      client.finish();
    }
    assertThat(project.asAgent("allowlist", "accept").out()).contains("Nothing is accepted here");
    assertThat(project.asAgent("status").out()).doesNotContain("accepted");
    assertThat(project.chain()).contains("\"outcome\":\"withdrawn\"");
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }
}
