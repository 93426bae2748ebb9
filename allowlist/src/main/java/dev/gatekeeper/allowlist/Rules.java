package dev.gatekeeper.allowlist;

import java.util.List;
import java.util.Optional;

/**
 * Which names of one kind (tools, prompts, resources) an entry lets through.
 *
 * <p>{@code deny} beats {@code ask} beats {@code allow}; a name that none of them matches is not
 * let through, so that empty rules deny all.
 */
public record Rules(List<Glob> allow, List<Glob> deny, List<Glob> ask) {
  /** Lets nothing through. */
  public static final Rules NONE = new Rules(List.of(), List.of(), List.of());

  public Rules {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    ask = List.copyOf(ask);
  }

  /** What the rules say about one name. */
  public enum Effect {
    ALLOW,
    ASK,
    DENY
  }

  /** The effect, and the glob that decided; without a glob nothing matched. */
  public record Match(Effect effect, Optional<Glob> glob) {}

  /** Judges {@code name}. */
  public Match match(String name) {
    for (Effect effect : new Effect[] {Effect.DENY, Effect.ASK, Effect.ALLOW}) {
      for (Glob glob : globs(effect)) {
        if (glob.matches(name)) {
          return new Match(effect, Optional.of(glob));
        }
      }
    }
    return new Match(Effect.DENY, Optional.empty());
  }

  /** Whether {@code allow} or {@code ask} holds {@code name} itself. */
  boolean spells(String name) {
    Glob exact = new Glob(name);
    return name.indexOf('*') < 0 && (allow.contains(exact) || ask.contains(exact));
  }

  /** Whether no name can pass, with or without approval. */
  public boolean isEmpty() {
    return allow.isEmpty() && ask.isEmpty();
  }

  private List<Glob> globs(Effect effect) {
    return switch (effect) {
      case ALLOW -> allow;
      case ASK -> ask;
      case DENY -> deny;
    };
  }
}
