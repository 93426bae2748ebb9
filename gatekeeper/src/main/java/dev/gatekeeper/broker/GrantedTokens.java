package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.trust.follow.FollowException;
import dev.gatekeeper.trust.follow.Tokens;
import dev.gatekeeper.trust.follow.Upstream;
import dev.gatekeeper.vault.key.SecretValue;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** Tokens by the way of every secret: a grant in the log, then the redactor, then the value. */
final class GrantedTokens implements Tokens {
  private static final String VARIABLE = "authorization";

  private final Assembling assembling;

  /** What makes a launch of the values that it needs. */
  interface Assembling {
    Launch of(String name, Program values) throws BrokerException;
  }

  GrantedTokens(Assembling assembling) {
    this.assembling = assembling;
  }

  @Override
  public Token take(Upstream upstream) throws FollowException {
    String name = upstream.grantee();
    Reference token = new Reference("secret", upstream.credential().orElseThrow().secret());
    TreeMap<String, Template> values = new TreeMap<>();
    values.put(VARIABLE, Template.of(token));
    try {
      Launch launch =
          assembling.of(name, Program.of(List.of(name), values, Collections.emptySortedMap()));
      SecretValue value = SecretValue.taking(launch.value(VARIABLE));
      launch.started(); // what it holds beside is wiped; the grant lasts until it is closed
      launch.whenRevoked(value::close);
      return new Token(value, launch::close);
    } catch (BrokerException e) {
      String why = String.valueOf(e.getMessage()).replaceFirst("\\.$", "");
      throw new FollowException(why + e.hint().map(it -> "; a person types: " + it).orElse(""));
    }
  }
}
