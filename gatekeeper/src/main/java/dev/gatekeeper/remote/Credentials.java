package dev.gatekeeper.remote;

import java.util.List;
import java.util.Optional;

/**
 * What a server wants to see in {@code Authorization}, beside the headers of its entry. Called from
 * the threads of requests, several at once, and never from one that reads; it may wait, but not
 * longer than a request may. Whatever it gives is known to the redactor before.
 */
public interface Credentials {
  /**
   * The value of {@code Authorization} for the next request; empty where none is needed.
   *
   * @throws CredentialsException where there is none, and a request without it would be in vain
   */
  Optional<String> authorization() throws CredentialsException;

  /**
   * The server refused a request (401 or 403), which it has therefore not processed.
   *
   * @param sent what {@link #authorization} had given for it: where it is no longer what would be
   *     given now, another request was faster and {@link Verdict.Again} is right
   * @param challenges the values of {@code WWW-Authenticate}, bounded, as the server wrote them
   */
  Verdict refused(int status, Optional<String> sent, List<String> challenges);

  /** The session with the server is over: what was kept for it is forgotten. */
  default void forget() {}

  /** What comes of a refusal. */
  sealed interface Verdict {
    /** The request is sent once more, with what {@link #authorization} gives then. */
    record Again() implements Verdict {}

    /**
     * It is not.
     *
     * @param text a clause of which the server is the subject, for the agent and the person: "needs
     *     a login: a person types gatekeeper login NAME"
     */
    record Refused(String text) implements Verdict {}

    /**
     * It is not, and a login by a person would help.
     *
     * @param text as in {@link Refused}
     */
    record NeedsLogin(String text) implements Verdict {}
  }

  /** Why there are no credentials: a clause as in {@link Verdict.Refused}. */
  final class CredentialsException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean needsLogin;

    /**
     * With the clause.
     *
     * @param needsLogin whether a login by a person would help
     */
    public CredentialsException(String text, boolean needsLogin) {
      super(text);
      this.needsLogin = needsLogin;
    }

    boolean needsLogin() {
      return needsLogin;
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /**
   * Of an entry that names no login.
   *
   * @param headers whether the entry gives headers of its own
   */
  static Credentials none(String server, boolean headers) {
    return new Credentials() {
      @Override
      public Optional<String> authorization() {
        return Optional.empty();
      }

      @Override
      public Verdict refused(int status, Optional<String> sent, List<String> challenges) {
        return new Verdict.Refused(
            "refuses us (HTTP "
                + status
                + "): "
                + (headers
                    ? "the credentials in the headers of its entry are wrong, or not enough"
                    : "it wants credentials, and the entry \""
                        + server
                        + "\" has neither headers nor oauth"));
      }
    };
  }
}
