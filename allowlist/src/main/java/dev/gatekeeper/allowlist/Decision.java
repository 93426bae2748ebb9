package dev.gatekeeper.allowlist;

/** The answer to one {@link Subject}. */
public sealed interface Decision {
  /**
   * Where in the list the decision was made, e.g. {@code mcpServers.github.tools.allow "get_*"}.
   */
  String rule();

  /** It may pass. */
  record Allowed(String rule) implements Decision {}

  /** It may pass once a person approved this very request. */
  record NeedsApproval(String rule) implements Decision {}

  /**
   * It may not pass.
   *
   * @param explanation one sentence for the model; holds no value of an argument
   */
  record Denied(Reason reason, String rule, String explanation) implements Decision {
    /** Whether the subject must look as if it did not exist. */
    public boolean hidden() {
      return switch (reason) {
        case NOT_LISTED, NOT_ALLOWED, NOT_LOCKED, DENIED, EXPIRED -> true;
        case ARGUMENTS -> false;
      };
    }
  }

  /** Why something is denied. */
  enum Reason {
    /** No entry has this name. */
    NOT_LISTED,
    /** The entry has no rule that lets it through. */
    NOT_ALLOWED,
    /** A rule lets it through, and nobody has reviewed what it is. */
    NOT_LOCKED,
    /** A deny rule matched. */
    DENIED,
    /** The entry's last day is over. */
    EXPIRED,
    /** What it names is allowed, but not with these arguments. */
    ARGUMENTS
  }
}
