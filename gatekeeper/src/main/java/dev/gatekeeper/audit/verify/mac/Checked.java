package dev.gatekeeper.audit.verify.mac;

import java.util.ArrayList;
import java.util.List;

/** Counts the records whose MACs were checked, in the order of the log. */
public final class Checked {
  private static final int MAX_STRETCHES = 100;

  private final List<Macs.Stretch> stretches = new ArrayList<>();
  private long count;
  private long from;
  private long to;
  private long firstEpoch;
  private long lastEpoch;

  /** The record {@code n} was checked, with the key of {@code epoch}. */
  public void add(long n, long epoch) {
    if (count == 0 || n != to) {
      end();
      from = n;
      firstEpoch = epoch;
    }
    to = n + 1;
    lastEpoch = epoch;
    count++;
  }

  private void end() {
    if (count > 0 && stretches.size() < MAX_STRETCHES) {
      stretches.add(new Macs.Stretch(from, to, firstEpoch, lastEpoch));
    }
  }

  /** After the last one of {@code records}. */
  public Macs of(boolean asked, long records) {
    end();
    return new Macs(asked, count, records - count, stretches);
  }
}
