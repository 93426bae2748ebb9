package dev.gatekeeper.login.file;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a login's file says in the open, bound to its tokens: nothing in it is secret, and without
 * the key nothing in it is proved.
 *
 * @param login its name
 * @param resource for which the tokens are
 * @param issuer who gave them
 * @param sequence of this content, from 1
 * @param expires of the access token, in seconds; empty where nothing was said
 * @param attempt when a refresh was begun whose end is not known
 * @param scopes that were granted
 */
public record LoginHeader(
    String login,
    String resource,
    String issuer,
    long sequence,
    Optional<Instant> expires,
    Optional<Instant> attempt,
    SortedSet<String> scopes) {
  public LoginHeader {
    scopes = Collections.unmodifiableSortedSet(new TreeSet<>(scopes));
  }

  /** The next content, which begins a refresh. */
  public LoginHeader attempting(Instant now) {
    return new LoginHeader(
        login, resource, issuer, sequence + 1, expires, Optional.of(now), scopes);
  }

  /** The next content, with another access token. */
  public LoginHeader renewed(Optional<Instant> until, SortedSet<String> granted) {
    return new LoginHeader(login, resource, issuer, sequence + 1, until, Optional.empty(), granted);
  }
}
