package dev.gatekeeper.trust.follow;

import dev.gatekeeper.vault.text.SecretName;
import java.util.regex.Pattern;

/**
 * By what we prove ourselves to a private remote: HTTP's Basic scheme (RFC 7617). Names, never a
 * value.
 *
 * @param secret of the person's vault, without {@code secret:}
 * @param user whom the remote expects beside a token
 */
public record Credential(String secret, String user) {
  /** What GitHub documents; GitLab takes any. */
  public static final String USER = "x-access-token";

  private static final String SCHEME = "secret:";

  /** RFC 7617 allows no colon; what else a header does not carry is left out. */
  private static final Pattern USERS = Pattern.compile("[A-Za-z0-9_.@+-]{1,128}");

  /**
   * As a person names it.
   *
   * @param reference {@code secret:NAME}
   * @throws FollowException where it is no name of a secret, or no user
   */
  public static Credential of(String reference, String user) throws FollowException {
    String name = reference.startsWith(SCHEME) ? reference.substring(SCHEME.length()) : "";
    if (!SecretName.isValid(name)) {
      throw new FollowException("a token is named as secret:NAME, and stays in the vault");
    }
    if (!USERS.matcher(user).matches()) {
      throw new FollowException("the user beside the token is odd");
    }
    return new Credential(name, user);
  }

  /** {@code secret:NAME}. */
  public String reference() {
    return SCHEME + secret;
  }
}
