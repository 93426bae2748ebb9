package dev.gatekeeper.report;

import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one log or of several, merged by time. Rows of one log keep their order there,
 * whatever its clock did; equal times come in the order in which the logs were named. It judges
 * nothing.
 */
public final class Timeline {
  /**
   * Bytes from the end in which the newest rows are looked for first, and the factor after that.
   */
  private static final long NEAR_END = 1 << 18;

  private static final int FARTHER = 16;

  private final List<Strand> strands = new ArrayList<>();

  public Timeline(Sources sources, Selection selection) {
    for (Source source : sources.all()) {
      strands.add(new Strand(source, selection));
    }
  }

  /**
   * Hands all rows to {@code each}, oldest first, calls in flight included; stops early when it
   * answers false.
   *
   * @throws CannotJudge when a log cannot be read
   */
  public void read(Predicate<Row> each) throws CannotJudge {
    hand(each, true);
  }

  /**
   * The newest {@code count} rows, oldest first. A call that began long before may stand there as
   * its outcome alone.
   */
  public List<Row> newest(int count) throws CannotJudge {
    Deque<Row> kept = new ArrayDeque<>();
    boolean whole = false;
    for (long bytes = NEAR_END; !whole && kept.size() < Math.max(1, count); bytes *= FARTHER) {
      kept.clear();
      whole = true;
      for (Strand strand : strands) {
        whole &= strand.fromEnd(bytes);
      }
      read(
          row -> {
            kept.add(row);
            if (kept.size() > count) {
              kept.removeFirst();
            }
            return true;
          });
    }
    return List.copyOf(kept);
  }

  /**
   * What has come since the last row, also in a segment that was begun meanwhile. A call that is
   * not answered until the next time is told then, and once more when it ends.
   */
  public void follow(Predicate<Row> each) throws CannotJudge {
    strands.forEach(Strand::settle);
    hand(each, false);
  }

  private void hand(Predicate<Row> each, boolean all) throws CannotJudge {
    while (true) {
      Strand next = null;
      for (Strand strand : strands) {
        Row row = strand.head(all);
        if (row != null && (next == null || row.millis() < next.millis())) {
          next = strand;
        }
      }
      if (next == null || !each.test(next.take())) {
        return;
      }
    }
  }

  /** Lines so far that are not records. */
  public long unreadable() {
    return strands.stream().mapToLong(strand -> strand.cursor.unreadable()).sum();
  }

  /** The rows of one log, of which the next one is known. */
  private static final class Strand {
    private final Source source;
    private final Selection selection;
    private Cursor cursor;
    private Calls calls;
    private long settled = -1;
    private long due = -1;
    private @Nullable Row head;

    Strand(Source source, Selection selection) {
      this.source = source;
      this.selection = selection;
      this.cursor = new Cursor(source, selection.since(), selection.skim());
      this.calls = new Calls(source, selection);
    }

    boolean fromEnd(long bytes) throws CannotJudge {
      cursor = new Cursor(source, selection.since(), selection.skim());
      calls = new Calls(source, selection);
      settled = -1;
      return cursor.fromEnd(bytes);
    }

    /** What is here now and open is told as it is, once all that has come since was read. */
    void settle() {
      due = calls.last();
      settled = -1;
    }

    @Nullable Row head(boolean all) throws CannotJudge {
      while (head == null) {
        head = calls.next(settled);
        if (head == null) {
          AuditRecord record = cursor.next();
          if (record != null) {
            calls.take(record);
          } else if (settled < (all ? Long.MAX_VALUE : due)) {
            settled = all ? Long.MAX_VALUE : due;
          } else {
            return null;
          }
        }
      }
      return head;
    }

    long millis() {
      return head == null ? Long.MAX_VALUE : head.millis();
    }

    Row take() {
      Row row = head;
      if (row == null) {
        throw new AssertionError("taken before it was there");
      }
      head = null;
      return row;
    }
  }
}
