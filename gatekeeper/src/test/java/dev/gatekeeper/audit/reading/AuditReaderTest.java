package dev.gatekeeper.audit.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.SampleLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lines are read with the help of the one before: what is no record must not lead the next astray.
 */
final class AuditReaderTest {
  @TempDir Path folder;

  @Test
  void whatIsNoRecordIsCountedAndPassedOver() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 9);
    List<String> lines = SampleLog.lines(log);
    for (String wrong :
        List.of("", "{", "x".repeat(70_000), lines.get(4).replace("event", "evenT"))) {
      List<String> altered = new ArrayList<>(lines);
      altered.set(4, wrong);
      Files.writeString(log.resolve(SampleLog.SEGMENT), String.join("\n", altered) + "\n");
      AuditReader reader = new AuditReader(log);
      List<String> read = new ArrayList<>();
      reader.read(record -> read.add(record.json()));
      altered.remove(4);
      assertThat(read).isEqualTo(altered);
      assertThat(reader.unreadable()).isEqualTo(1);
    }
  }

  @Test
  void aReaderStaysBehindWhatItHandedOver() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 9);
    AuditReader reader = new AuditReader(log);
    List<String> read = new ArrayList<>();
    for (int before = -1; before < read.size(); ) {
      before = read.size();
      reader.read(
          record -> {
            read.add(record.json());
            return false;
          });
    }
    assertThat(read).isEqualTo(SampleLog.lines(log));
  }
}
