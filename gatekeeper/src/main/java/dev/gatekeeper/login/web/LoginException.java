package dev.gatekeeper.login.web;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no token. The message names hosts, scopes and error codes, never a token, and quotes
 * no more of what a server said than an error code of RFC 6749.
 */
public final class LoginException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is to be done about it. */
  public enum Kind {
    /** A person logs in. */
    NEEDS_LOGIN,
    /** The server says no: another try as it is says no again. */
    REFUSED,
    /** No answer, or one that says that it will be better later. */
    UNREACHABLE,
    /** The server, its metadata or our files are not as they must be. */
    FAULT
  }

  private final Kind kind;
  private final String code;
  private final @Nullable String hint;

  private LoginException(Kind kind, String message, String code, @Nullable String hint) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.hint = hint;
  }

  public static LoginException needsLogin(String message, String hint) {
    return new LoginException(Kind.NEEDS_LOGIN, message, "login", hint);
  }

  /**
   * The other side said no.
   *
   * @param code of RFC 6749 section 5.2, or of the status
   */
  public static LoginException refused(String message, String code) {
    return new LoginException(Kind.REFUSED, message, code, null);
  }

  public static LoginException unreachable(String message) {
    return new LoginException(Kind.UNREACHABLE, message, "unreachable", null);
  }

  public static LoginException fault(String message) {
    return new LoginException(Kind.FAULT, message, "fault", null);
  }

  public static LoginException fault(String message, String hint) {
    return new LoginException(Kind.FAULT, message, "fault", hint);
  }

  public Kind kind() {
    return kind;
  }

  /** The class of the fault, in one word: for the log. */
  public String code() {
    return code;
  }

  /** What a person types or writes, where there is something. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
