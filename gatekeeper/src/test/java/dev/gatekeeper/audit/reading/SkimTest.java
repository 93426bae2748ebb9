package dev.gatekeeper.audit.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SkimTest {
  /** Enough for more than one block. */
  private static final int CALLS = 1_200;

  private static final List<String> SERVERS =
      List.of("db", "d", "dbx", "a\"b\\c\u0001", "\",\"server\":\"db\",\"", "größe");

  @TempDir Path folder;

  @Test
  void whatIsPassedOverIsNeitherAskedForNorTheOutcomeOfIt() throws Exception {
    Path log = folder.resolve("audit");
    write(log);
    for (String server : SERVERS) {
      Set<Long> calls = new HashSet<>();
      List<Long> wanted = new ArrayList<>();
      new AuditReader(log)
          .read(
              one -> {
                boolean asked = one.get(Field.SERVER).equals(Optional.of(server));
                if (asked && one.event() == Event.CALL_INTENT) {
                  calls.add(one.n());
                }
                long ref = one.get(Field.REF).map(Long::parseLong).orElse(-1L);
                if (asked || calls.contains(ref)) {
                  wanted.add(one.n());
                }
                return true;
              });
      List<Long> taken = new ArrayList<>();
      new AuditReader(log, Skim.of(Field.SERVER, server)).read(one -> taken.add(one.n()));
      assertThat(taken).as(server).isEqualTo(wanted).hasSize(2 * CALLS / SERVERS.size());
    }
  }

  @Test
  void whatNoRecordHasIsNotFound() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 20);
    List<AuditRecord> taken = new ArrayList<>();
    new AuditReader(log, Skim.of(Field.SECRET, "nobody")).read(taken::add);
    assertThat(taken).isEmpty();
  }

  /** Each outcome comes after the intent of the next call. */
  private static void write(Path log) throws Exception {
    try (AuditLog open = AuditLog.open(log, SampleLog.options().unsafeWithoutSync())) {
      long before = -1;
      for (int i = 0; i < CALLS; i++) {
        long n =
            open.append(
                Entry.of(Event.CALL_INTENT).with(Field.SERVER, SERVERS.get(i % SERVERS.size())));
        if (before >= 0) {
          outcome(open, before);
        }
        before = n;
      }
      outcome(open, before);
    }
  }

  private static void outcome(AuditLog open, long ref) {
    open.submit(
        Entry.of(Event.CALL_OUTCOME)
            .with(Field.REF, ref)
            .with(Field.REASON, "server db, not \",\"server\":\"db\""),
        receipt -> {});
  }
}
