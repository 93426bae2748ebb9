package dev.gatekeeper.allowlist.lock;

import java.util.List;

/** A definition that a running server gave, beside the locked one. */
public sealed interface Comparison {
  /** As it was reviewed, but for fields that the entry calls volatile. */
  record Same() implements Comparison {}

  /**
   * Not as it was reviewed.
   *
   * @param where JSON pointers to what differs, the shortest that tell; empty pointer: all of it
   */
  record Changed(List<String> where) implements Comparison {
    public Changed {
      where = List.copyOf(where);
    }
  }

  /** Nobody reviewed one of that name. */
  record Extra() implements Comparison {}
}
