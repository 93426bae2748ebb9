package dev.gatekeeper.source;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.vault.key.SecretValue;
import java.util.OptionalLong;

/**
 * Where the values of one scheme come from, for one launch. The order is the launch's: all {@link
 * #require required}, then granted in the log, then {@link #reveal revealed}.
 */
public interface Source {
  /** What the grant record calls it, e.g. {@code vault}. */
  String name();

  /** Of what the values are read from, where it counts its changes. */
  OptionalLong generation();

  /**
   * Whether there is such a secret, as far as can be told without its value.
   *
   * @throws SourceException if there is none, or if nobody can say
   */
  void require(Reference reference) throws SourceException;

  /**
   * Record {@code n} of the log grants it: once for each of the variables, before it is revealed.
   */
  default void granted(Reference reference, long n) {}

  /**
   * The value, never empty; to be closed by the caller.
   *
   * @throws SourceException rather than give anything else in its place
   */
  SecretValue reveal(Reference reference) throws SourceException;

  /** What a person types or does to give the secret another value. */
  String renewal(Reference reference);
}
