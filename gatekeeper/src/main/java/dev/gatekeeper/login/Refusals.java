package dev.gatekeeper.login;

import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.LoginException;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What is said of a server that wants another token: clauses of which it is the subject. */
final class Refusals {
  /** What a person may be told to type, whoever wrote it: nothing that a shell takes apart. */
  private static final Pattern TYPED = Pattern.compile("[A-Za-z0-9:._/@+*~-]{1,128}");

  private static final int MAX_TYPED = 32;

  private Refusals() {}

  static String text(Terms terms, LoginException fault) {
    String why = String.valueOf(fault.getMessage());
    return switch (fault.kind()) {
      case NEEDS_LOGIN ->
          "needs a login (" + why + "): a person types " + fault.hint().orElse(terms.command());
      case REFUSED -> "gets no token: " + why;
      case UNREACHABLE -> "gets no token for now: " + why;
      case FAULT -> "gets no token: " + why + fault.hint().map(hint -> "; " + hint).orElse("");
    };
  }

  /** Whether a person can read and type these, whoever wrote them. */
  static boolean isFit(SortedSet<String> scopes) {
    return scopes.size() <= MAX_TYPED
        && scopes.stream().allMatch(scope -> TYPED.matcher(scope).matches());
  }

  /** HTTP 403 (RFC 6750 section 3.1). */
  static String forbidden(Terms terms, SortedSet<String> granted, Challenge challenge) {
    if (!challenge.error().orElse("").equals("insufficient_scope")) {
      return "refuses us (HTTP 403): whoever logged in may not do this";
    }
    SortedSet<String> wanted = new TreeSet<>(challenge.scopes());
    if (wanted.isEmpty()) {
      return "wants more scopes for this than the login has, and does not say which";
    }
    wanted.addAll(granted);
    if (!isFit(wanted)) {
      return "wants scopes for this that cannot be named here; its documentation says which";
    }
    SortedSet<String> beyond = new TreeSet<>(wanted);
    beyond.removeAll(terms.oauth().scopes());
    if (!terms.oauth().scopes().isEmpty() && !beyond.isEmpty()) {
      return "wants scopes for this that its entry does not let be asked for: "
          + String.join(" ", beyond);
    }
    return switch (terms.oauth().grant()) {
      case CLIENT_CREDENTIALS ->
          "wants scopes for this that its entry does not name: " + String.join(" ", wanted);
      case AUTHORIZATION_CODE ->
          "needs a login with more scopes: a person types "
              + terms.command()
              + " --scope '"
              + String.join(" ", wanted)
              + "'";
    };
  }
}
