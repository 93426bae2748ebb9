package dev.gatekeeper.login;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.login.discovery.Resource;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.login.web.LoginException;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an entry says of a login.
 *
 * @param server as the list names it
 * @param resource its address
 */
public record Terms(String server, Resource resource, OAuth oauth) {
  /** Of an entry; its address holds no secret, since it is shown to the authorization server. */
  public static Terms of(HttpServer entry) throws LoginException {
    OAuth oauth =
        entry
            .oauth()
            .orElseThrow(
                () ->
                    LoginException.fault(
                        entry.name() + " has no login",
                        "write \"oauth\": {} into its entry of the allow-list"));
    if (entry.url().parts().size() != 1 || entry.url().hasSecrets()) {
      throw LoginException.fault("the address of a server with a login is plain text");
    }
    if (!Logins.isName(oauth.login())) {
      throw LoginException.fault("the name of the login is letters, digits, '.', '_' and '-'");
    }
    String address =
        entry
            .url()
            .expand(
                secret -> {
                  throw new AssertionError("said above");
                },
                place -> "");
    return new Terms(entry.name(), Resource.of(address), oauth);
  }

  /** What a person types to log in. */
  String command() {
    return "gatekeeper login " + server;
  }

  /**
   * What is asked for: what the person names, else what the entry names, else what the server
   * names. The entry's are the most that may be asked for.
   *
   * @param named by a person, in {@code --scope}; empty for none
   * @param offered by the server
   */
  public SortedSet<String> scopes(SortedSet<String> named, SortedSet<String> offered)
      throws LoginException {
    SortedSet<String> most = oauth.scopes();
    if (!named.isEmpty()) {
      SortedSet<String> beyond = new TreeSet<>(named);
      beyond.removeAll(most);
      if (!most.isEmpty() && !beyond.isEmpty()) {
        throw LoginException.fault(
            "the entry does not let " + String.join(" ", beyond) + " be asked for",
            "add it to \"scopes\" of the entry, and have the list reviewed");
      }
      return named;
    }
    return most.isEmpty() ? offered : most;
  }

  /**
   * That a login is the one that the entry speaks of: of its name, for its server, with its issuer
   * and its client.
   *
   * @throws LoginException where it is another one
   */
  public void check(LoginHeader header, Client client) throws LoginException {
    boolean ours =
        header.login().equals(oauth.login()) && resource.isWithin(Resource.of(header.resource()));
    if (!ours) {
      throw LoginException.needsLogin(
          "the login " + oauth.login() + " is for " + header.resource(), command());
    }
    if (!oauth.issuer().orElse(header.issuer()).equals(header.issuer())) {
      throw LoginException.needsLogin("its login is with another issuer", command());
    }
    if (!oauth.clientId().orElse(client.id()).equals(client.id())) {
      throw LoginException.needsLogin("its login is of another client", command());
    }
  }
}
