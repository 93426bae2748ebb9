package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.line.RecordLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Calls that were announced and have no outcome yet, and other things that a reader of the log
 * wants counted.
 */
final class Intents {
  private static final int LISTED = 100;

  /** One bit a record: set while it is an intent without an outcome. */
  private long[] open = new long[64];

  private final List<AuditReport.Loss> lost = new ArrayList<>();
  private long count;
  private long recoveries;
  private long faults;
  private long clockSteps;

  /** Whether all that is to be known of such a record are its event and what it refers to. */
  static boolean isCall(Event event) {
    return event == Event.CALL_INTENT || event == Event.CALL_OUTCOME || event == Event.CALL_DENIED;
  }

  void call(Event event, long ref, long n) {
    if (event == Event.CALL_INTENT) {
      int word = word(n);
      if (word >= open.length) {
        open = Arrays.copyOf(open, 2 * word);
      }
      open[word] |= 1L << n;
      count++;
    } else if (event == Event.CALL_OUTCOME) {
      answered(ref, n);
    }
  }

  void record(RecordLine line, long n) {
    Event event = line.event();
    if (isCall(event)) {
      call(event, line.isNumber(Field.REF) ? line.number(Field.REF) : Long.MAX_VALUE, n);
    } else if (event == Event.RECOVER) {
      recoveries++;
      if (line.has(Field.EPOCH) && lost.size() < LISTED) {
        lost.add(AuditReport.Loss.said(n, line.get(Field.REASON).orElse("")));
      }
    } else if (event == Event.FAULT && !line.has(Field.SERVER) && !line.has(Field.SECRET)) {
      faults++; // others tell of what a server, or the file of a login, was seen to do
    } else if (event == Event.CLOCK_STEP) {
      clockSteps++;
    }
  }

  private void answered(long intent, long n) {
    if (intent < n && word(intent) < open.length && (open[word(intent)] >>> intent & 1) == 1) {
      open[word(intent)] ^= 1L << intent;
      count--;
    }
  }

  private static int word(long n) {
    return (int) (n >>> 6);
  }

  List<Long> first() {
    List<Long> first = new ArrayList<>();
    for (int word = 0; word < open.length && first.size() < LISTED; word++) {
      for (long left = open[word]; left != 0 && first.size() < LISTED; left &= left - 1) {
        first.add((long) word * Long.SIZE + Long.numberOfTrailingZeros(left));
      }
    }
    return first;
  }

  List<AuditReport.Loss> lost() {
    return lost;
  }

  long count() {
    return count;
  }

  long recoveries() {
    return recoveries;
  }

  long faults() {
    return faults;
  }

  long clockSteps() {
    return clockSteps;
  }
}
