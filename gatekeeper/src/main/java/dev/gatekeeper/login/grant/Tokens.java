package dev.gatekeeper.login.grant;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/** What a token endpoint gave. Without {@code toString}. */
public final class Tokens {
  /** Before its end by which a token is renewed, but no more than a tenth of its life. */
  private static final Duration LEEWAY = Duration.ofSeconds(60);

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

  /** Whether the access token, given at one time, is to be renewed at another. */
  public boolean isDue(Instant given, Instant now) {
    return lifetime.map(life -> !now.isBefore(given.plus(life).minus(leeway(life)))).orElse(false);
  }

  private static Duration leeway(Duration life) {
    Duration tenth = life.dividedBy(10);
    return tenth.compareTo(LEEWAY) < 0 ? tenth : LEEWAY;
  }

  /** Whether it counts no longer. */
  public boolean isOver(Instant given, Instant now) {
    return lifetime.map(life -> !now.isBefore(given.plus(life))).orElse(false);
  }

  public Optional<SortedSet<String>> scopes() {
    return scopes;
  }
}
