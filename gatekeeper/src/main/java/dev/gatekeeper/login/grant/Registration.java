package dev.gatekeeper.login.grant;

import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.login.discovery.AuthorizationServer;
import dev.gatekeeper.login.web.Document;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import java.net.URI;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes ourselves known to an authorization server (RFC 7591), as a public native client. */
public final class Registration {
  private static final String WHAT = "the answer of the registration endpoint";
  private static final int MAX_ID = 2048;

  private Registration() {}

  /** A new client of this one redirect address. */
  public static Client register(
      Web web, AuthorizationServer server, URI redirect, Collection<String> scopes)
      throws LoginException {
    URI endpoint =
        server
            .registration()
            .orElseThrow(
                () ->
                    LoginException.fault(
                        server.issuer() + " registers no clients by itself",
                        "register one there by hand, with the redirect address"
                            + " http://127.0.0.1:PORT/callback, and write its id as \"clientId\""
                            + " and PORT as \"redirectPort\" into \"oauth\" of the entry"));
    JsonWriter request =
        Json.object()
            .put("client_name", "Gatekeeper")
            .array("redirect_uris", uris -> uris.add(redirect.toString()))
            .array("grant_types", types -> types.add("authorization_code").add("refresh_token"))
            .array("response_types", types -> types.add("code"))
            .put("token_endpoint_auth_method", Client.Method.NONE.word())
            .put("application_type", "native");
    if (!scopes.isEmpty()) {
      request.put("scope", String.join(" ", scopes));
    }
    Map<String, String> headers =
        Map.of("content-type", "application/json", "accept", "application/json");
    Web.Answer answer =
        web.send(new Web.Request("POST", endpoint, new TreeMap<>(headers), request.toBytes()));
    if (answer.status() / 100 != 2) {
      throw TokenEndpoint.refusal(endpoint, answer);
    }
    return client(Document.parse(WHAT, answer.body()));
  }

  private static Client client(Document said) throws LoginException {
    String id = said.required("client_id");
    Optional<String> secret = said.text("client_secret");
    boolean fit =
        id.length() <= MAX_ID
            && visible(id)
            && secret.map(one -> one.length() <= MAX_ID && visible(one)).orElse(true);
    if (!fit) {
      throw LoginException.fault(WHAT + " holds what no client can be called");
    }
    String method =
        said.text("token_endpoint_auth_method").orElse(secret.isPresent() ? "" : "none");
    Optional<Client.Method> known =
        method.isEmpty() ? Optional.of(Client.Method.BASIC) : Client.Method.named(method);
    if (known.isEmpty() || (known.get() != Client.Method.NONE && secret.isEmpty())) {
      throw LoginException.fault(WHAT + " wants a proof of us that we do not speak");
    }
    return known.get() == Client.Method.NONE
        ? Client.open(id)
        : new Client(id, secret, known.get());
  }

  private static boolean visible(String text) {
    return text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }
}
