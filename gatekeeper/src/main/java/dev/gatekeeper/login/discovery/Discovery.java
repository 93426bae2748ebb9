package dev.gatekeeper.login.discovery;

import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Reach;
import dev.gatekeeper.login.web.Web;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Finds the authorization server of a server, as the MCP specification of 2025-11-25 says
 * (Authorization, "Authorization Server Discovery"), and as that of 2025-03-26 said where a server
 * has no resource metadata. Nothing that is found is asked before {@link Reach} let it through.
 */
public final class Discovery {
  private static final String RESOURCE = "/.well-known/oauth-protected-resource";
  private static final String OAUTH = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";

  /** What a client says first; a server that wants a token answers 401. */
  private static final byte[] HELLO =
      ("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
              + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"gatekeeper\","
              + "\"version\":\"login\"}}}")
          .getBytes(StandardCharsets.US_ASCII);

  /** What it says next, where anybody may begin. */
  private static final byte[] NEXT =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{}}"
          .getBytes(StandardCharsets.US_ASCII);

  private static final String SESSION = "mcp-session-id";
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,1024}");

  private final Web web;
  private final Reach.Resolver resolver;
  private final boolean proxied;

  /**
   * @param proxied whether {@code web} goes through a proxy
   */
  public Discovery(Web web, boolean proxied) {
    this(web, proxied, Reach.SYSTEM);
  }

  Discovery(Web web, boolean proxied, Reach.Resolver resolver) {
    this.web = web;
    this.proxied = proxied;
    this.resolver = resolver;
  }

  /**
   * Asks the server what it wants, and whom it names.
   *
   * @param pinned the issuer that the entry names
   */
  public Discovered of(Resource server, Optional<String> pinned) throws LoginException {
    return of(server, pinned, challenge(server));
  }

  /** The same, where the server has said already what it wants. */
  public Discovered of(Resource server, Optional<String> pinned, Challenge challenge)
      throws LoginException {
    Reach reach = Reach.of(server.uri(), proxied, resolver);
    Optional<ProtectedResource> said = resource(server, challenge, reach);
    if (said.isEmpty()) {
      return withoutMetadata(server, pinned, challenge, reach);
    }
    List<String> issuers = said.get().issuers();
    String issuer = pinned.orElse(issuers.getFirst());
    if (!issuers.contains(issuer)) {
      throw LoginException.fault(
          "the server does not name the issuer of its entry (" + issuer + ") any more");
    }
    Reach wider = pinned.isPresent() ? reach.and(Reach.parse("the issuer", issuer)) : reach;
    AuthorizationServer found =
        metadata(issuer, wider)
            .orElseThrow(
                () ->
                    LoginException.fault(
                        AuthorizationServer.place(issuer)
                            + " publishes no authorization server metadata"));
    SortedSet<String> scopes = said.get().scopes();
    List<String> others = issuers.stream().filter(one -> !one.equals(issuer)).toList();
    return new Discovered(server, said.get().resource(), found, challenge, scopes, others);
  }

  /** The server itself, at its root, or the issuer that the entry names. */
  private Discovered withoutMetadata(
      Resource server, Optional<String> pinned, Challenge challenge, Reach reach)
      throws LoginException {
    String issuer = pinned.orElse(server.origin());
    Reach wider = pinned.isPresent() ? reach.and(Reach.parse("the issuer", issuer)) : reach;
    Optional<AuthorizationServer> found = metadata(issuer, wider);
    if (found.isEmpty() && pinned.isPresent() && !issuer.equals(server.origin())) {
      throw LoginException.fault(
          AuthorizationServer.place(issuer) + " publishes no authorization server metadata");
    }
    AuthorizationServer used = found.orElseGet(() -> AuthorizationServer.at(server.origin()));
    return new Discovered(server, server, used, challenge, new TreeSet<>(), List.of());
  }

  /** What the server wants, which it says where it refuses something for want of a token. */
  private Challenge challenge(Resource server) throws LoginException {
    TreeMap<String, String> headers =
        new TreeMap<>(
            Map.of(
                "content-type", "application/json",
                "accept", "application/json, text/event-stream"));
    Web.Answer answer = web.send(new Web.Request("POST", server.uri(), headers, HELLO));
    if (answer.status() == 200) {
      answer.header(SESSION).stream()
          .filter(session -> VISIBLE.matcher(session).matches())
          .findFirst()
          .ifPresent(session -> headers.put(SESSION, session));
      Web.Answer next = web.send(new Web.Request("POST", server.uri(), headers, NEXT));
      answer = next.status() == 401 ? next : answer;
    }
    return Challenge.of(answer.header("www-authenticate"));
  }

  private Optional<ProtectedResource> resource(Resource server, Challenge challenge, Reach reach)
      throws LoginException {
    Optional<String> named = challenge.resourceMetadata();
    if (named.isPresent()) {
      URI at = reach.check("the address of the server's resource metadata", named.get());
      byte[] json =
          get(at)
              .orElseThrow(
                  () ->
                      LoginException.fault(
                          "the server's resource metadata are not where it says that they are"));
      return Optional.of(ProtectedResource.parse(json, server));
    }
    String path = Resource.path(server.uri());
    if (!path.isEmpty()) {
      Optional<byte[]> below = get(URI.create(server.origin() + RESOURCE + path));
      if (below.isPresent()) {
        return Optional.of(ProtectedResource.parse(below.get(), server));
      }
    }
    Optional<byte[]> root = get(URI.create(server.origin() + RESOURCE));
    return root.isEmpty()
        ? Optional.empty()
        : Optional.of(ProtectedResource.parse(root.get(), server));
  }

  private Optional<AuthorizationServer> metadata(String issuer, Reach reach) throws LoginException {
    URI at = reach.check("the issuer", issuer);
    if (at.getRawQuery() != null) {
      throw LoginException.fault("the issuer's address has a query");
    }
    String origin = Resource.origin(at);
    String path = Resource.path(at).replaceFirst("/$", "");
    List<String> places =
        path.isEmpty()
            ? List.of(origin + OAUTH, origin + OPENID)
            : List.of(origin + OAUTH + path, origin + OPENID + path, origin + path + OPENID);
    for (String place : places) {
      Optional<byte[]> json = get(URI.create(place));
      if (json.isPresent()) {
        return Optional.of(AuthorizationServer.parse(json.get(), issuer, reach));
      }
    }
    return Optional.empty();
  }

  /** A document; empty where there is none. A redirect to another origin leads to none. */
  private Optional<byte[]> get(URI uri) throws LoginException {
    TreeMap<String, String> headers = new TreeMap<>(Map.of("accept", "application/json"));
    Web.Answer answer = web.send(new Web.Request("GET", uri, headers, new byte[0]));
    if (answer.status() == 200) {
      return Optional.of(answer.body());
    }
    if (answer.status() >= 500 || answer.status() == 429) {
      throw LoginException.unreachable(
          uri.getHost() + " answers " + answer.status() + " when asked for its metadata");
    }
    return Optional.empty();
  }
}
