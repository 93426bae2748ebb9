package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.review.Change.Topic;
import java.util.Optional;
import java.util.TreeSet;

/** What another address, other headers and another login change. */
final class RemoteChanges {
  private final Ledger ledger;

  RemoteChanges(Ledger ledger) {
    this.ledger = ledger;
  }

  void compare(HttpServer before, HttpServer after) {
    if (!before.url().equals(after.url())) {
      ledger.changed(
          Topic.ADDRESS,
          before.origin().equals(after.origin()) ? "another address" : "another host",
          Quoted.address(before),
          Quoted.address(after));
    }
    new ProgramChanges(ledger).values("header", before.headers(), after.headers());
    if (!before.oauth().equals(after.oauth())) {
      login(before.oauth(), after.oauth());
    }
    certificates(before.caFile().map(Template::toString), after.caFile().map(Template::toString));
    if (!before.proxy().equals(after.proxy())) {
      // One that is gone may have been what kept it from other places.
      ledger.changed(Topic.ADDRESS, "goes another way", way(before.proxy()), way(after.proxy()));
    }
    ledger.reason(
        Topic.ACKNOWLEDGEMENT,
        "a value that looks like a secret",
        before.literalSecret(),
        after.literalSecret());
  }

  private void login(Optional<OAuth> before, Optional<OAuth> after) {
    if (before.isEmpty() || after.isEmpty()) {
      before.ifPresent(was -> ledger.removes(Topic.SECRET, "no longer logs in", words(was)));
      after.ifPresent(now -> ledger.grants(Topic.SECRET, "gets a login", words(now)));
      return;
    }
    OAuth was = before.get();
    OAuth now = after.get();
    if (!was.withScopes(new TreeSet<>()).equals(now.withScopes(new TreeSet<>()))) {
      ledger.changed(Topic.SECRET, "another login", words(was), words(now));
    } else if (was.scopes().isEmpty() || now.scopes().isEmpty()) {
      // What a server names for itself may be less than any list, or more.
      ledger.changed(Topic.SECRET, "other scopes of its login", scopes(was), scopes(now));
    } else {
      ledger.names(Topic.SECRET, "scopes of its login", was.scopes(), now.scopes());
    }
  }

  private void certificates(Optional<String> before, Optional<String> after) {
    if (before.isPresent() && after.isEmpty()) {
      ledger.removes(Topic.ADDRESS, "no longer trusts further certificates", before.get());
    } else if (!before.equals(after)) {
      ledger.add(
          Effect.GRANTS,
          Topic.ADDRESS,
          "trusts further certificates",
          before.stream().toList(),
          after.stream().toList());
    }
  }

  private static String way(Optional<String> proxy) {
    return proxy.map(address -> "by the proxy " + address).orElse("directly");
  }

  private static String scopes(OAuth oauth) {
    return oauth.scopes().isEmpty() ? "what the server names" : String.join(" ", oauth.scopes());
  }

  /** A login in words: who is let in, how, and for what. */
  static String words(OAuth oauth) {
    StringBuilder words = new StringBuilder(oauth.login());
    words.append(
        switch (oauth.grant()) {
          case AUTHORIZATION_CODE -> ", by a person with a browser";
          case CLIENT_CREDENTIALS -> ", by the client alone";
        });
    words.append(", scopes: ").append(scopes(oauth));
    oauth.issuer().ifPresent(issuer -> words.append(", at ").append(issuer).append(" only"));
    oauth.clientId().ifPresent(client -> words.append(", as the client ").append(client));
    oauth.clientSecret().ifPresent(secret -> words.append(" with ").append(secret));
    oauth.clientMetadata().ifPresent(client -> words.append(", as the client ").append(client));
    oauth.redirectPort().ifPresent(port -> words.append(", back to port ").append(port));
    return words.toString();
  }
}
