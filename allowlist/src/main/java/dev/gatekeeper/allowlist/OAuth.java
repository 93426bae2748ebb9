package dev.gatekeeper.allowlist;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * That requests to a remote server carry an access token of OAuth 2.1, and how one is had.
 *
 * @param login the name under which the tokens are kept; entries that name the same login share it
 * @param grant how tokens are had
 * @param scopes what is asked for; empty: what the server names
 * @param issuer the only authorization server that is used; empty: the one that the server names
 * @param clientId a client that was registered by hand
 * @param clientSecret where that client has one
 * @param clientMetadata the address of a client id metadata document, which is then the client's id
 * @param redirectPort the port of the loopback redirect, where a client was registered with one;
 *     empty: any
 */
public record OAuth(
    String login,
    Grant grant,
    SortedSet<String> scopes,
    Optional<String> issuer,
    Optional<String> clientId,
    Optional<Reference> clientSecret,
    Optional<String> clientMetadata,
    Optional<Integer> redirectPort) {
  /** The folder of the vault in which the keys of logins lie. */
  public static final String FOLDER = "login/";

  /** How a token is had at first. */
  public enum Grant {
    /** A person logs in with a browser, once. */
    AUTHORIZATION_CODE,
    /** The client itself is the one who is let in: for CI. */
    CLIENT_CREDENTIALS
  }

  public OAuth {
    scopes = Collections.unmodifiableSortedSet(new TreeSet<>(scopes));
  }

  /** The same with other scopes. */
  public OAuth withScopes(SortedSet<String> others) {
    return new OAuth(
        login, grant, others, issuer, clientId, clientSecret, clientMetadata, redirectPort);
  }

  /**
   * The secret of the person's vault with which the tokens of this login are sealed. The tokens
   * themselves change without a person, so they lie beside the vault, which does not.
   */
  public Reference key() {
    return new Reference("secret", FOLDER + login);
  }

  /** All secrets that it needs. */
  List<Reference> references() {
    return Stream.concat(Stream.of(key()), clientSecret.stream()).toList();
  }
}
