package dev.gatekeeper.fingerprint;

/** What is done with each value of a vault. */
@FunctionalInterface
public interface ValueUse {
  /**
   * Takes no copy of it.
   *
   * @param value wiped afterwards
   */
  void take(String reference, byte[] value);
}
