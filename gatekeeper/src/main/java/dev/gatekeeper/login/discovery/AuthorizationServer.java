package dev.gatekeeper.login.discovery;

import dev.gatekeeper.login.web.Document;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Reach;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An authorization server (RFC 8414).
 *
 * @param issuer its name, exactly as it writes it
 * @param authentication ways in which a client may prove itself at the token endpoint
 * @param metadataDocuments whether a client's id may be the address of a document about it
 * @param namesItself whether its answers to the browser carry {@code iss} (RFC 9207)
 * @param assumed whether it publishes no metadata, and these are the places that the MCP revision
 *     of 2025-03-26 names
 */
public record AuthorizationServer(
    String issuer,
    Optional<URI> authorization,
    URI token,
    Optional<URI> registration,
    Optional<URI> revocation,
    Set<String> authentication,
    Set<String> scopes,
    boolean metadataDocuments,
    boolean namesItself,
    boolean assumed) {
  private static final String WHAT = "the authorization server's metadata";

  public AuthorizationServer {
    authentication = Set.copyOf(authentication);
    scopes = Set.copyOf(scopes);
  }

  /**
   * @param issuer in whose name the metadata were asked for
   */
  static AuthorizationServer parse(byte[] json, String issuer, Reach reach) throws LoginException {
    Document document = Document.parse(WHAT, json);
    String says = document.required("issuer");
    if (!says.equals(issuer)) {
      throw LoginException.fault(WHAT + " are of another issuer than " + place(issuer));
    }
    List<String> methods = document.texts("token_endpoint_auth_methods_supported");
    AuthorizationServer server =
        new AuthorizationServer(
            issuer,
            endpoint(document, "authorization_endpoint", reach),
            endpoint(document, "token_endpoint", reach)
                .orElseThrow(() -> LoginException.fault(WHAT + " have no 'token_endpoint'")),
            endpoint(document, "registration_endpoint", reach),
            endpoint(document, "revocation_endpoint", reach),
            methods.isEmpty() ? Set.of("client_secret_basic") : Set.copyOf(methods),
            Set.copyOf(document.texts("scopes_supported")),
            document.is("client_id_metadata_document_supported"),
            document.is("authorization_response_iss_parameter_supported"),
            false);
    boolean codes = server.authorization.isPresent();
    if (codes && !document.texts("code_challenge_methods_supported").contains("S256")) {
      throw LoginException.fault(
          place(issuer)
              + " does not say that it checks PKCE by S256: a stolen code would be worth a token");
    }
    return server;
  }

  private static Optional<URI> endpoint(Document document, String name, Reach reach)
      throws LoginException {
    Optional<String> text = document.text(name);
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(reach.check("'" + name + "' of the authorization server", text.get()));
  }

  /** An issuer in a message, which an agent may read: where it is, and not what else it says. */
  static String place(String issuer) {
    return Resource.origin(URI.create(issuer));
  }

  /** The places of the revision of 2025-03-26, at the server's own origin. */
  static AuthorizationServer at(String origin) {
    return new AuthorizationServer(
        origin,
        Optional.of(URI.create(origin + "/authorize")),
        URI.create(origin + "/token"),
        Optional.of(URI.create(origin + "/register")),
        Optional.empty(),
        Set.of("none", "client_secret_post", "client_secret_basic"),
        Set.of(),
        false,
        false,
        true);
  }

  /** The page to which a browser is sent. */
  public URI page() throws LoginException {
    return authorization.orElseThrow(
        () -> LoginException.fault(issuer + " has no page on which a person could log in"));
  }
}
