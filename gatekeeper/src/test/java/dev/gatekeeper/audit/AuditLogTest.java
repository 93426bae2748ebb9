package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class AuditLogTest {
  @TempDir Path folder;

  @Test
  void numbersFollowEachOther() throws Exception {
    AuditOptions options = AuditOptions.of(new AuditContext());
    try (AuditLog log = AuditLog.open(folder.resolve("audit"), options)) {
      assertThat(log.append(Entry.of(Event.CALL_INTENT).with(Field.TOOL, "a"))).isEqualTo(1);
      assertThat(log.append(Entry.of(Event.CALL_OUTCOME).with(Field.REF, 1))).isEqualTo(2);
    }
    try (AuditLog log = AuditLog.open(folder.resolve("audit"), options)) {
      assertThat(log.append(Entry.of(Event.CALL_INTENT))).isEqualTo(3);
    }
    List<String> lines = Files.readAllLines(folder.resolve("audit/log/00000000000000000000.jsonl"));
    assertThat(lines).hasSize(4);
  }
}
