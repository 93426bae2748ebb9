package dev.gatekeeper.login.grant;

import dev.gatekeeper.login.discovery.AuthorizationServer;
import dev.gatekeeper.login.web.LoginException;
import java.util.Optional;

/** As whom tokens are asked for. Without {@code toString}: it may hold a secret. */
public final class Client {
  /** How it proves itself, as RFC 7591 names it. */
  public enum Method {
    NONE("none"),
    BASIC("client_secret_basic"),
    POST("client_secret_post");

    private final String word;

    Method(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /** The method of that name; empty for one that we do not speak. */
    public static Optional<Method> named(String word) {
      for (Method method : values()) {
        if (method.word.equals(word)) {
          return Optional.of(method);
        }
      }
      return Optional.empty();
    }
  }

  private final String id;
  private final Optional<String> secret;
  private final Method method;

  public Client(String id, Optional<String> secret, Method method) {
    this.id = id;
    this.secret = secret;
    this.method = method;
  }

  /** A client without a secret: one of ours on a person's machine could not keep one. */
  public static Client open(String id) {
    return new Client(id, Optional.empty(), Method.NONE);
  }

  /** A client that was registered by hand. */
  public static Client registered(String id, Optional<String> secret, AuthorizationServer server)
      throws LoginException {
    if (secret.isEmpty()) {
      return open(id);
    }
    if (server.authentication().contains(Method.BASIC.word)) {
      return new Client(id, secret, Method.BASIC);
    }
    if (server.authentication().contains(Method.POST.word)) {
      return new Client(id, secret, Method.POST);
    }
    throw LoginException.fault(
        server.issuer() + " takes a client's secret in none of the ways that we speak");
  }

  public String id() {
    return id;
  }

  public Optional<String> secret() {
    return secret;
  }

  public Method method() {
    return method;
  }
}
