package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.util.List;
import java.util.TreeSet;

/**
 * Calls that were announced and have no outcome yet, and other things that a reader of the log
 * wants counted.
 */
final class Intents {
  private static final int LISTED = 100;

  private final TreeSet<Long> open = new TreeSet<>();
  private long recoveries;
  private long faults;
  private long clockSteps;

  void record(RecordLine line, long n) {
    Event event = line.event();
    if (event == Event.CALL_INTENT) {
      open.add(n);
    } else if (event == Event.CALL_OUTCOME) {
      line.get(Field.REF)
          .filter(ref -> ref.matches("[0-9]{1,18}"))
          .ifPresent(ref -> open.remove(Long.valueOf(ref)));
    } else if (event == Event.RECOVER) {
      recoveries++;
    } else if (event == Event.FAULT) {
      faults++;
    } else if (event == Event.CLOCK_STEP) {
      clockSteps++;
    }
  }

  List<Long> first() {
    return open.stream().limit(LISTED).toList();
  }

  long count() {
    return open.size();
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
