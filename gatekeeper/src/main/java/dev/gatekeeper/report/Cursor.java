package dev.gatekeeper.report;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.Skim;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.report.source.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of one log, one at a time, so that several logs can be read side by side. */
final class Cursor {
  /** Records read at once. */
  private static final int BATCH = 2_048;

  /** Bytes that are read rather than halved. */
  private static final long NEAR = 1 << 18;

  /** Milliseconds by which records of processes that write at once may be out of order. */
  private static final long DISORDER = 60_000;

  private final AuditReader reader;
  private final Deque<AuditRecord> batch = new ArrayDeque<>();

  private final Source source;
  private final long since;
  private boolean placed;

  /**
   * @param skim what passes over records that are not asked for
   * @param since records before this time may be passed over; milliseconds since 1970
   */
  Cursor(Source source, long since, Optional<Skim> skim) {
    this.source = source;
    this.since = since;
    this.reader = new AuditReader(source.directory(), skim.orElse(null));
  }

  /** Stands {@code bytes} before the present end, or at the beginning; true if at the beginning. */
  boolean fromEnd(long bytes) throws CannotJudge {
    placed = true;
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
    if (!placed) {
      placed = true;
      reader.seek(since == Long.MIN_VALUE ? AuditReader.Place.START : before(since - DISORDER));
    }
    if (batch.isEmpty()) {
      reader.read(
          one -> {
            batch.add(one);
            return batch.size() < BATCH;
          });
    }
    return batch.pollFirst();
  }

  /**
   * A place near the records of {@code time}, found by halving: the log is its own index, since its
   * times rise but for a clock that was set. What such a clock dated later than what follows it can
   * be missed.
   */
  private AuditReader.Place before(long time) throws CannotJudge {
    for (AuditReader.Place end : reader.segments().reversed()) {
      AuditReader.Place start = older(end.segment(), 0, time);
      if (start != null) {
        long low = 0;
        long high = end.offset();
        while (high - low > NEAR) {
          long middle = (low + high) >>> 1;
          AuditReader.Place found = older(end.segment(), middle, time);
          if (found == null) {
            high = middle;
          } else {
            low = middle;
            start = found;
          }
        }
        return start;
      }
    }
    return AuditReader.Place.START;
  }

  /** Behind the first whole record from there on, if that is older than {@code time}. */
  private AuditReader.@Nullable Place older(long segment, long offset, long time)
      throws CannotJudge {
    AuditReader probe = new AuditReader(source.directory());
    probe.seek(new AuditReader.Place(segment, offset));
    List<Boolean> older = new ArrayList<>();
    probe.read(
        one -> {
          older.add(When.millis(one.get(Field.TIME).orElseThrow()) < time);
          return false;
        });
    return older.contains(true) ? probe.place() : null;
  }

  long unreadable() {
    return reader.unreadable();
  }
}
