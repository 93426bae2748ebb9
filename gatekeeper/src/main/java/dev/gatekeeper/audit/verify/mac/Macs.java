package dev.gatekeeper.audit.verify.mac;

import java.util.List;

/**
 * What was checked of the MACs.
 *
 * @param asked whether there was an opener
 * @param checked records whose MAC was checked
 * @param unchecked records whose MAC key nobody could open, or of which only hashes are left
 * @param stretches where those that were checked stand: the first hundred
 */
public record Macs(boolean asked, long checked, long unchecked, List<Stretch> stretches) {
  /**
   * Records one after the other whose MACs were checked.
   *
   * @param from number of the first one
   * @param to number of the one after the last
   * @param firstEpoch whose MAC key the first one has
   * @param lastEpoch whose MAC key the last one has
   */
  public record Stretch(long from, long to, long firstEpoch, long lastEpoch) {}

  public Macs {
    stretches = List.copyOf(stretches);
  }
}
