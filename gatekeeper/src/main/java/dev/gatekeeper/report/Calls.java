package dev.gatekeeper.report;

import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.LogLines;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.report.source.Source;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins the outcomes of calls to their intents, in one log. Rows come out in the order of their
 * intents: a call that is not answered yet holds back those after it, for so many records that
 * memory stays bounded.
 */
final class Calls {
  /** Records after which a call is told without its outcome. Some 20 MB of rows at the worst. */
  static final long PATIENCE = 20_000;

  private final Source source;
  private final Selection selection;
  private final Deque<Call> waiting = new ArrayDeque<>();
  private final SequencedMap<Long, Call> open = new LinkedHashMap<>();
  private long last = -1;

  Calls(Source source, Selection selection) {
    this.source = source;
    this.selection = selection;
  }

  void take(AuditRecord record) {
    last = record.n();
    if (record.event() == Event.CALL_OUTCOME && selection.joins(record)) {
      Call call = open.remove(record.number(Field.REF).orElse(-1));
      if (call != null) {
        if (call.told) {
          waiting.add(new Call(call.n, call.record, record));
        } else {
          call.outcome = record;
        }
        return;
      }
      Optional<AuditRecord> intent = intentOf(record);
      if (intent.isPresent()) {
        waiting.add(new Call(intent.get().n(), intent.get(), record));
        return;
      }
    }
    giveUp();
    if (selection.accepts(record)) {
      Call call = new Call(last, record, null);
      waiting.add(call);
      if (record.event() == Event.CALL_INTENT) {
        open.put(call.n, call);
      }
    }
  }

  /** The call that is asked for by what its outcome tells; nothing where it is not, or pruned. */
  private Optional<AuditRecord> intentOf(AuditRecord outcome) {
    Optional<Selection> ofCall = selection.ofCall(outcome);
    OptionalLong n = outcome.number(Field.REF);
    if (ofCall.isEmpty() || n.isEmpty()) {
      return Optional.empty();
    }
    try {
      return AuditRecord.parse(LogLines.of(source.directory()).line(n.getAsLong()))
          .filter(intent -> intent.event() == Event.CALL_INTENT && ofCall.get().accepts(intent));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void giveUp() {
    while (!open.isEmpty() && last - open.firstEntry().getKey() > PATIENCE) {
      open.pollFirstEntry();
    }
  }

  /** The number of the record that was taken last, or -1. */
  long last() {
    return last;
  }

  /**
   * The next row that is whole, or whose record is not above {@code settled}: that is told as it
   * is, and once more when it ends.
   */
  @Nullable Row next(long settled) {
    while (!waiting.isEmpty()) {
      Call head = waiting.getFirst();
      boolean unanswered = head.outcome == null && open.get(head.n) == head;
      if (unanswered && head.n > settled) {
        return null;
      }
      waiting.removeFirst();
      head.told = true;
      Row row = new Row(source, head.record, Optional.ofNullable(head.outcome));
      if (selection.accepts(row)) {
        return row;
      }
    }
    return null;
  }

  private static final class Call {
    private final long n;
    private final AuditRecord record;
    private @Nullable AuditRecord outcome;
    private boolean told;

    Call(long n, AuditRecord record, @Nullable AuditRecord outcome) {
      this.n = n;
      this.record = record;
      this.outcome = outcome;
    }
  }
}
