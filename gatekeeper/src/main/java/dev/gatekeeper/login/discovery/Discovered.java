package dev.gatekeeper.login.discovery;

import dev.gatekeeper.login.web.Challenge;
import java.util.List;
import java.util.SortedSet;

/**
 * Where tokens for one server come from.
 *
 * @param server the address in the entry
 * @param resource for which tokens are asked: the server, or what it lies within
 * @param challenge what the server said when it was asked without a token
 * @param scopes that the server names for basic use
 * @param others authorization servers that the server names beside the one that is used
 */
public record Discovered(
    Resource server,
    Resource resource,
    AuthorizationServer authorization,
    Challenge challenge,
    SortedSet<String> scopes,
    List<String> others) {
  public Discovered {
    others = List.copyOf(others);
  }

  /** What the server asks for, by its challenge, else by its metadata. */
  public SortedSet<String> asked() {
    return challenge.scopes().isEmpty() ? scopes : challenge.scopes();
  }
}
