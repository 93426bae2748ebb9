package dev.gatekeeper.report;

import dev.gatekeeper.audit.verify.AuditReader;
import dev.gatekeeper.audit.verify.AuditRecord;
import dev.gatekeeper.audit.verify.CannotJudge;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The records of one log, one at a time, so that several logs can be read side by side. */
final class Cursor {
  /** Records read at once. */
  private static final int BATCH = 2_048;

  private final AuditReader reader;
  private final Deque<AuditRecord> batch = new ArrayDeque<>();

  Cursor(Source source) {
    this.reader = new AuditReader(source.directory());
  }

  /** Stands {@code bytes} before the present end, or at the beginning; true if at the beginning. */
  boolean fromEnd(long bytes) throws CannotJudge {
    long left = bytes;
    for (AuditReader.Place end : reader.segments().reversed()) {
      if (end.offset() >= left) {
        reader.seek(new AuditReader.Place(end.segment(), end.offset() - left));
        return false;
      }
      left -= end.offset();
    }
    reader.seek(AuditReader.Place.START);
    return true;
  }

  /** The next record; null at the present end. */
  @Nullable AuditRecord next() throws CannotJudge {
    if (batch.isEmpty()) {
      reader.read(
          one -> {
            batch.add(one);
            return batch.size() < BATCH;
          });
    }
    return batch.pollFirst();
  }

  long unreadable() {
    return reader.unreadable();
  }
}
