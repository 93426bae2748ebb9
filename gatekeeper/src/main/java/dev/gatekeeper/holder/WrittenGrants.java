package dev.gatekeeper.holder;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.Skim;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.files.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The grants of a holder's values that sessions wrote into the log since this one began, each good
 * for one question, whatever it is answered, until it is revoked or its process is gone. A process
 * that imitates a session has to write one, too: nobody takes a value and leaves no record.
 */
final class WrittenGrants {
  /** What a grant has as its source whose value is asked of a holder. */
  private static final String SOURCE = "holder";

  private static final int MOST = 4_096; // not used: the oldest give way

  private final Path directory;
  private final AuditReader reader;

  /** By their numbers in the log. */
  private final LinkedHashMap<Long, Grant> unused = new LinkedHashMap<>();

  /** By whom, for what, of what. */
  private record Grant(String pid, String entry, String secret) {}

  /** From now on: what was granted before is used. */
  WrittenGrants(Home home) throws CannotJudge {
    this.directory = home.resolve("audit");
    this.reader =
        new AuditReader(directory, Skim.of(Field.EVENT, Event.GRANT.text(), Event.REVOKE.text()));
    if (isThere()) {
      List<AuditReader.Place> segments = reader.segments();
      if (!segments.isEmpty()) {
        reader.seek(segments.getLast());
      }
    }
    readOn();
    unused.clear();
  }

  /**
   * Whether process {@code pid}, which runs, has written these grants, and used none of them; they
   * are used from now on.
   */
  synchronized boolean use(long pid, String entry, String reference, List<Long> numbers)
      throws CannotJudge {
    readOn();
    String secret = reference.startsWith(HolderClient.TEAM) ? reference : "secret:" + reference;
    Grant wanted = new Grant(Long.toString(pid), entry, secret);
    boolean all = !numbers.isEmpty();
    for (long number : numbers) {
      all &= unused.remove(number, wanted);
    }
    return all && ProcessHandle.of(pid).isPresent();
  }

  private boolean isThere() {
    return Files.isDirectory(directory.resolve("log"));
  }

  private void readOn() throws CannotJudge {
    if (isThere() && !reader.segments().isEmpty()) {
      reader.read(
          one -> {
            see(one);
            return true;
          });
    }
  }

  private void see(AuditRecord one) {
    if (one.event() == Event.REVOKE) {
      one.number(Field.REF).ifPresent(unused::remove);
      return;
    }
    // Of another source, the holder's own questions among them, the value is not asked for here:
    // its grant would stay, for whoever says that process's id.
    if (one.event() == Event.GRANT && one.get(Field.SOURCE).equals(Optional.of(SOURCE))) {
      unused.put(
          one.n(),
          new Grant(
              one.get(Field.PID).orElse(""),
              one.get(Field.SERVER).orElse(""),
              one.get(Field.SECRET).orElse("")));
      if (unused.size() > MOST) {
        unused.pollFirstEntry();
      }
    }
  }
}
