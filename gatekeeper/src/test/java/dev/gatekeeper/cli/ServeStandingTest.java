package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Rule;
import dev.gatekeeper.vault.VaultFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServeStandingTest {
  @TempDir Path folder;

  private String instructions(InForce inForce) throws Exception {
    try (AuditLog log =
        AuditLog.open(folder.resolve("audit"), AuditOptions.of(new AuditContext()))) {
      return new ServeStanding(inForce, VaultFile.at(folder.resolve("vault")), log, lock -> lock)
          .instructions();
    }
  }

  private static AllowList list(String servers) throws Exception {
    String text = "{\"version\":1,\"mcpServers\":{" + servers + "}}";
    return ListReader.read(text.getBytes(UTF_8), "allowlist.json");
  }

  private InForce trusted(String servers) throws Exception {
    return new InForce.Trusted(list(servers), List.of(), Rule.CONTENT, Optional.empty(), false);
  }

  private static String server(String name, String reason) {
    return "\"%s\":{\"reason\":\"%s\",\"owner\":\"o\",\"command\":\"cat\",\"tools\":{\"allow\":[\"*\"]}}"
        .formatted(name, reason);
  }

  @Test
  void namesEachServerWithItsReasonOnALineOfItsOwn() throws Exception {
    String text =
        instructions(trusted(server("github", "issues") + "," + server("files", "notes <b>")));
    assertThat(text.lines())
        .hasSize(3)
        .contains("github: issues", "files: notes \\u{3c}b>")
        .first()
        .asString()
        .endsWith("by name.");
  }

  @Test
  void staysWithinWhatTheClientShows() throws Exception {
    StringBuilder servers = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      servers.append(i == 0 ? "" : ",").append(server("server-" + i, "because ".repeat(50)));
    }
    String text = instructions(trusted(servers.toString()));
    assertThat(text).hasSizeLessThanOrEqualTo(4_096).contains("server-0: ", "server-39: ");
  }

  @Test
  void whatAPersonTypesEndsItsLine() throws Exception {
    assertThat(instructions(new InForce.NoList("Type: gatekeeper allowlist add")).lines())
        .hasSize(2)
        .first()
        .isEqualTo("Type: gatekeeper allowlist add");
  }
}
