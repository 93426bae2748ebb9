package dev.gatekeeper.login.file;

import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.login.web.Document;
import dev.gatekeeper.login.web.LoginException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What lies sealed in a login's file. Without {@code toString}. */
public final class Kept {
  private static final String WHAT = "what a login's file holds";

  private final String access;
  private final Optional<String> refresh;
  private final Optional<Duration> lifetime;
  private final URI token;
  private final Optional<URI> revocation;
  private final Client client;

  /**
   * @param lifetime of the access token when it was given
   * @param token where it is refreshed
   * @param revocation where it is revoked, if anywhere
   * @param client to whom it was given; without a secret where the vault or another source has it
   */
  public Kept(
      String access,
      Optional<String> refresh,
      Optional<Duration> lifetime,
      URI token,
      Optional<URI> revocation,
      Client client) {
    this.access = access;
    this.refresh = refresh;
    this.lifetime = lifetime;
    this.token = token;
    this.revocation = revocation;
    this.client = client;
  }

  /** The same login with other tokens. */
  public Kept with(String newAccess, Optional<String> newRefresh, Optional<Duration> newLifetime) {
    return new Kept(newAccess, newRefresh, newLifetime, token, revocation, client);
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

  public URI token() {
    return token;
  }

  public Optional<URI> revocation() {
    return revocation;
  }

  public Client client() {
    return client;
  }

  byte[] json() {
    JsonWriter json = Json.object().put("access", access);
    refresh.ifPresent(one -> json.put("refresh", one));
    lifetime.ifPresent(one -> json.put("lifetime", one.toSeconds()));
    json.put("token_endpoint", token.toString());
    revocation.ifPresent(one -> json.put("revocation_endpoint", one.toString()));
    json.put("client", client.id()).put("method", client.method().word());
    client.secret().ifPresent(one -> json.put("secret", one));
    return json.toBytes();
  }

  /** What {@link #json} wrote: sealed by us, so an error is a bug of another version. */
  static Kept parse(byte[] json) throws LoginException {
    Document document = Document.parse(WHAT, json);
    Client.Method method =
        Client.Method.named(document.required("method"))
            .orElseThrow(() -> LoginException.fault(WHAT + " is of another version"));
    OptionalLong lifetime = document.count("lifetime");
    return new Kept(
        document.required("access"),
        document.text("refresh"),
        lifetime.isEmpty()
            ? Optional.empty()
            : Optional.of(Duration.ofSeconds(lifetime.getAsLong())),
        URI.create(document.required("token_endpoint")),
        document.text("revocation_endpoint").map(URI::create),
        new Client(document.required("client"), document.text("secret"), method));
  }
}
