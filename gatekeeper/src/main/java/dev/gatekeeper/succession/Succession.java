package dev.gatekeeper.succession;

/** How a vault stands to what the log has seen written. */
public sealed interface Succession {
  /** One word for scripts. */
  String word();

  /** A sentence for people. */
  String text();

  /** The file that was written last. */
  record Current() implements Succession {
    @Override
    public String word() {
      return "current";
    }

    @Override
    public String text() {
      return "the one that the log saw last";
    }
  }

  /** Later than anything that was seen: it follows, or was written where this log was not. */
  record Later() implements Succession {
    @Override
    public String word() {
      return "later";
    }

    @Override
    public String text() {
      return "follows the one that the log saw last";
    }
  }

  /** The log knows nothing of any vault. */
  record NotSeen() implements Succession {
    @Override
    public String word() {
      return "not-seen";
    }

    @Override
    public String text() {
      return "the log has not seen a vault written";
    }
  }

  /**
   * An older file in the place of a later one: values that were replaced, slots that were removed,
   * trust that was withdrawn.
   *
   * @param here its generation
   * @param seen the latest that was written
   */
  record RolledBack(long here, long seen) implements Succession {
    @Override
    public String word() {
      return "rolled-back";
    }

    @Override
    public String text() {
      return "an older vault was put in the place of the present one: this is generation "
          + here
          + ", and the log has seen "
          + seen;
    }
  }

  /** Another vault in the place of the one that the log knows. */
  record Replaced() implements Succession {
    @Override
    public String word() {
      return "replaced";
    }

    @Override
    public String text() {
      return "another vault was put in the place of the one that the log knows";
    }
  }

  /** What to type where an older or another vault is meant: it takes the passphrase. */
  String HINT =
      "put the present file back; if a person has restored this one on purpose: gatekeeper vault"
          + " rekey --restored";

  /** Whether the vault may be used as the present one. */
  default boolean holds() {
    return switch (this) {
      case Current _, Later _, NotSeen _ -> true;
      case RolledBack _, Replaced _ -> false;
    };
  }
}
