package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.request.AccessRequest;
import dev.gatekeeper.request.AccessRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class StatusCommandTest {
  @TempDir Path folder;
  private Path home;
  private Path project;

  @BeforeEach
  void layOut() throws IOException {
    home = folder.toRealPath().resolve("home");
    project = Files.createDirectories(folder.toRealPath().resolve("project"));
  }

  @Test
  void withNothingThereItSaysWhatToType() {
    CommandRun run = status();
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains("project  " + project)
        .contains("list     There is no allow-list.")
        .contains("vault    there is none. A person types: gatekeeper vault init")
        .contains("chain    nothing is recorded yet")
        .contains("home     " + home);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void aListThatNobodyTrustedIsNotInForce() throws IOException {
    Path list = project.resolve(".gatekeeper/allowlist.json");
    Files.createDirectories(list.getParent());
    Files.writeString(list, "{\"version\": 1, \"mcpServers\": {}}");
    JsonNode answer = JsonMapper.shared().readTree(status("--json").out());
    assertThat(answer.at("/list/state").asString()).isEqualTo("not-trusted");
    assertThat(answer.at("/servers").isEmpty()).isTrue();
  }

  @Test
  void whatWaitsForAPersonIsSaid() throws IOException {
    assertThat(status().out()).doesNotContain("requests");
    AccessRequests agent = new AccessRequests(home, Clock.systemUTC());
    AccessRequest _ = agent.add(AccessRequest.of("server", "jira", "to test"));

    assertThat(status().out()).contains("requests 1 of agents wait: gatekeeper allowlist requests");
    JsonNode answer = JsonMapper.shared().readTree(status("--json").out());
    assertThat(answer.at("/waiting/requests").asInt()).isEqualTo(1);
    assertThat(answer.at("/waiting/calls").asInt()).isZero();
  }

  /** Whoever can write the work tree can write so many that none is read. */
  @Test
  void signaturesThatArePassedOverAreSaid() throws IOException {
    Path signatures = project.resolve(".gatekeeper/signatures");
    Path statement = Files.createDirectories(signatures.resolve("7"));
    Files.writeString(project.resolve(".gatekeeper/allowlist.json"), "{\"version\": 1}");
    for (int i = 0; i < 64; i++) {
      Files.createFile(statement.resolve(i + ".sig"));
    }
    assertThat(status().out()).doesNotContain("signed ");
    Files.createFile(statement.resolve("one-more.sig"));
    String said = "statement 7 has more than 64 signatures: none of these is read";
    assertThat(status().out()).contains("signed   " + said);
    JsonNode answer = JsonMapper.shared().readTree(status("--json").out());
    assertThat(answer.at("/signaturesPassedOver").asString()).isEqualTo(said);
    for (int i = 0; i < 4_096; i++) {
      Files.createFile(signatures.resolve("x" + i));
    }
    assertThat(status().out()).contains("more than 4096 statements: no signature is read");
  }

  @Test
  void aDamagedVaultIsSaidAndDoesNotEndTheCommand() throws IOException {
    assertThat(status().exit()).isZero(); // makes the home
    Files.writeString(home.resolve("vault"), "not a vault");
    JsonNode answer = JsonMapper.shared().readTree(status("--json").out());
    assertThat(answer.at("/vault/state").asString()).isEqualTo("broken");
  }

  @Test
  void anAlteredChainIsSaid() throws Exception {
    assertThat(status().exit()).isZero(); // makes the home
    Path audit = home.resolve("audit");
    try (AuditLog log = AuditLog.open(audit, AuditOptions.of(new AuditContext()))) {
      log.append(Entry.of(Event.SESSION_OPEN));
      log.append(Entry.of(Event.SESSION_CLOSE));
    }
    assertThat(state("/chain/state")).isEqualTo("sound");
    Path segment;
    try (Stream<Path> segments = Files.list(audit.resolve("log"))) {
      segment = segments.findFirst().orElseThrow();
    }
    Files.writeString(segment, Files.readString(segment).replace("session.open", "session.ope_"));
    assertThat(state("/chain/state")).isEqualTo("altered");
  }

  private String state(String pointer) {
    return JsonMapper.shared().readTree(status("--json").out()).at(pointer).asString();
  }

  private CommandRun status(String... options) {
    String[] line = new String[options.length + 1];
    line[0] = "status";
    System.arraycopy(options, 0, line, 1, options.length);
    return CommandRun.in(project).with("GATEKEEPER_HOME", home.toString()).run(line);
  }
}
