package dev.gatekeeper.login.discovery;

import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.Document;
import dev.gatekeeper.login.web.LoginException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a server says of itself (RFC 9728).
 *
 * @param resource for which tokens are asked; the server is it, or lies within it
 * @param issuers authorization servers, in the server's order; at least one
 * @param scopes that are needed for basic use
 */
record ProtectedResource(Resource resource, List<String> issuers, SortedSet<String> scopes) {
  private static final String WHAT = "the server's resource metadata";

  static ProtectedResource parse(byte[] json, Resource server) throws LoginException {
    Document document = Document.parse(WHAT, json);
    Resource resource = Resource.of(document.required("resource"));
    if (!server.isWithin(resource)) {
      throw LoginException.fault(WHAT + " speak of " + resource + ", which is not this server");
    }
    List<String> issuers = List.copyOf(document.texts("authorization_servers"));
    if (issuers.isEmpty()) {
      throw LoginException.fault(WHAT + " name no authorization server");
    }
    SortedSet<String> scopes = new TreeSet<>();
    for (String scope : document.texts("scopes_supported")) {
      scopes.addAll(Challenge.scopes(scope));
    }
    return new ProtectedResource(resource, issuers, scopes);
  }
}
