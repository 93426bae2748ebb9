package dev.gatekeeper.audit.verify;

import java.util.List;

/**
 * A checkpoint that was kept elsewhere.
 *
 * @param name where it was kept, and when, for a finding or a verdict; not safe for a terminal
 */
public record Head(SignedCheckpoint note, String name) {
  /** By whom the first {@code size} records were kept. */
  public static List<String> of(List<Head> heads, long size) {
    return heads.stream()
        .filter(it -> it.note().size() == size)
        .map(Head::name)
        .distinct()
        .toList();
  }
}
