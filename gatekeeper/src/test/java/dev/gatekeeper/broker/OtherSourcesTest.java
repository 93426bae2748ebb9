package dev.gatekeeper.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditFault;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.redaction.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A launch whose values come from a program and from the environment, without any vault. */
final class OtherSourcesTest {
  private static final String VALUE = "made-up-value-of-a-row";
  private static final String ENTRY =
      "\"env\": {\"A\": \"exec:row\", \"B\": \"x ${exec:row} ${env:MADE_UP}\"},"
          + " \"files\": {\"C\": \"exec:row\"}, \"ambientSecret\": \"to test\",";

  @TempDir Path folder;
  private Home home;
  private Map<String, String> environment;
  private final Redactor redactor = new Redactor();

  @BeforeEach
  void layOut() throws IOException {
    folder = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    environment =
        Map.of("HOME", folder.toString(), "PATH", "/usr/bin", "MADE_UP", "made-up-ambient-value");
    Path script = folder.resolve("script");
    Files.writeString(
        script,
        "#!/bin/sh\necho run >> "
            + folder
            + "/runs\nulimit -H -c >> "
            + folder
            + "/core\necho "
            + VALUE
            + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    Path rows = home.resolve("sources.json");
    Files.writeString(
        rows, "{\"version\": 1, \"exec\": {\"row\": {\"command\": [\"" + script + "\"]}}}");
    Files.setPosixFilePermissions(rows, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void close() {
    redactor.close();
  }

  private static StdioServer server(String members) throws Exception {
    String text =
        "{\"version\": 1, \"mcpServers\": {\"weather\": {\"command\": \"cat\", "
            + members
            + " \"tools\": {\"allow\": [\"*\"]}}}}";
    return (StdioServer)
        Optional.ofNullable(ListReader.read(text.getBytes(UTF_8), "test").servers().get("weather"))
            .orElseThrow();
  }

  private Broker broker(AuditLog log) {
    return new Broker(home, PassphraseSource.nonInteractive(environment), log, redactor);
  }

  private LaunchContext context() {
    return new LaunchContext(folder, environment);
  }

  private AuditLog log() throws Exception {
    return AuditLog.open(home.resolve("audit"), AuditOptions.of(new AuditContext()));
  }

  private String recorded() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(home.resolve("audit/log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @Test
  void eachVariableHasItsGrantAndTheProgramIsAskedOnce() throws Exception {
    Path file;
    try (AuditLog log = log();
        Broker broker = broker(log);
        Launch launch = broker.launch(server(ENTRY), context())) {
      List<String> block =
          launch.environmentBlock().stream().map(one -> new String(one, UTF_8)).toList();
      assertThat(block).contains("A=" + VALUE, "B=x " + VALUE + " made-up-ambient-value");
      file =
          Path.of(
              block.stream()
                  .filter(one -> one.startsWith("C="))
                  .map(one -> one.substring(2))
                  .findFirst()
                  .orElseThrow());
      assertThat(Files.readString(file)).isEqualTo(VALUE);
      assertThat(Files.readString(folder.resolve("runs"))).isEqualTo("run\n");
      // Hardened before a value was there: a core file of us is forbidden, and so of the program.
      assertThat(Files.readString(folder.resolve("core"))).isEqualTo("0\n");
    }
    assertThat(file).doesNotExist();
    assertThat(recorded().split("\"event\":\"grant\"", -1)).hasSize(5);
    assertThat(recorded().split("\"event\":\"revoke\"", -1)).hasSize(5);
    assertThat(recorded())
        .contains("\"secret\":\"exec:row\",\"variable\":\"A\",\"source\":\"exec\"")
        .contains("\"secret\":\"env:MADE_UP\",\"variable\":\"B\",\"source\":\"env\"")
        .doesNotContain(VALUE, "made-up-ambient-value");
  }

  @Test
  void withoutARecordNoProgramIsAsked() throws Exception {
    AuditFault fault = new AuditFault(AuditFault.Kind.NOT_WRITABLE, "made-up fault");
    Path nowhere = folder.resolve("script/audit"); // below a file
    try (AuditLog log = AuditLog.unavailable(fault, nowhere, AuditOptions.of(new AuditContext()));
        Broker broker = broker(log)) {
      assertThatThrownBy(() -> broker.launch(server(ENTRY), context()))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("no secret without a record");
    }
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void whereOneIsMissingNoProgramIsAsked() throws Exception {
    String members = "\"env\": {\"A\": \"exec:row\", \"B\": \"pass:none\"},";
    try (AuditLog log = log();
        Broker broker = broker(log)) {
      assertThatThrownBy(() -> broker.launch(server(members), context()))
          .isInstanceOf(BrokerException.class)
          .hasMessageStartingWith("weather cannot be started: pass:none ");
    }
    assertThat(folder.resolve("runs")).doesNotExist();
    assertThat(recorded()).doesNotContain("\"event\":\"grant\"");
  }
}
