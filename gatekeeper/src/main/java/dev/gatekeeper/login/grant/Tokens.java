package dev.gatekeeper.login.grant;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;

/** What a token endpoint gave. Without {@code toString}. */
public final class Tokens {
  private final String access;
  private final Optional<String> refresh;
  private final Optional<Duration> lifetime;
  private final Optional<SortedSet<String>> scopes;

  /**
   * @param lifetime of the access token; empty where nothing was said
   * @param scopes that were granted; empty where they are those that were asked for
   */
  public Tokens(
      String access,
      Optional<String> refresh,
      Optional<Duration> lifetime,
      Optional<SortedSet<String>> scopes) {
    this.access = access;
    this.refresh = refresh;
    this.lifetime = lifetime;
    this.scopes = scopes;
  }

  public String access() {
    return access;
  }

  public Optional<String> refresh() {
    return refresh;
  }

  public Optional<Duration> lifetime() {
    return lifetime;
  }

  public Optional<SortedSet<String>> scopes() {
    return scopes;
  }
}
