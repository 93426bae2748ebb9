package dev.gatekeeper.cli;

import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.redaction.Findings;
import java.util.Set;
import java.util.TreeSet;

/** Counts what was masked in the output of a command, for its record. */
final class MaskedOutput implements Findings {
  private final Set<String> references = new TreeSet<>();
  private long edits;

  @Override
  public synchronized void masked(int more, Set<String> found) {
    edits += more;
    references.addAll(found);
  }

  /** The record with what was masked. */
  synchronized Entry in(Entry entry) {
    return edits == 0
        ? entry
        : entry.with(Field.REDACTIONS, edits).with(Field.SECRET, String.join(" ", references));
  }
}
