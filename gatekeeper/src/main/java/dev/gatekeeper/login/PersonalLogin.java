package dev.gatekeeper.login;

import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.login.discovery.Discovered;
import dev.gatekeeper.login.file.Kept;
import dev.gatekeeper.login.file.LoginFile;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.file.LoginKey;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.login.grant.TokenEndpoint;
import dev.gatekeeper.login.grant.Tokens;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** A login as only a person changes it: whoever has opened the vault by its passphrase. */
public final class PersonalLogin {
  private final String login;
  private final String reference;
  private final Logins logins;
  private final OpenVault vault;

  /**
   * @param vault records its changes, and stays its owner's to close
   */
  public PersonalLogin(String login, String name, Logins logins, OpenVault vault) {
    this.login = login;
    this.reference = name;
    this.logins = logins;
    this.vault = vault;
  }

  /**
   * Keeps the tokens of a login in the place of those that were there. Killed on the way, it leaves
   * the login of before, or this one.
   *
   * @param asked scopes, which are those that were granted where nothing else was said
   */
  public void keep(
      Discovered from,
      Client client,
      Tokens tokens,
      SortedSet<String> asked,
      LoginLog log,
      Instant now)
      throws LoginException, IOException, VaultException {
    Watched.requireStrong(tokens);
    LoginHeader header =
        new LoginHeader(
            login,
            from.resource().toString(),
            from.authorization().issuer(),
            1,
            tokens.lifetime().map(life -> now.plus(life).truncatedTo(ChronoUnit.SECONDS)),
            Optional.empty(),
            tokens.scopes().orElse(asked));
    Kept kept =
        new Kept(
            tokens.access(),
            tokens.refresh(),
            tokens.lifetime(),
            from.authorization().token(),
            from.authorization().revocation(),
            client);
    Map<String, String> about =
        Map.of(
            SecretInfo.CLASS,
            "oauth-login-key",
            SecretInfo.PROVIDER,
            String.valueOf(URI.create(header.issuer()).getHost()));
    try (LoginKey key = LoginKey.generate();
        LockFile _ = logins.lock(login)) {
      logins.writeNext(LoginFile.seal(key, header, kept));
      log.login(header.issuer(), header.scopes());
      Change _ = vault.put(reference, key.value(), about, now);
      logins.takeNext(login);
      logins.setMark(login);
    }
  }

  /** How a login ended. */
  public enum End {
    REVOKED,
    /** Its issuer offers no revocation. */
    KEPT,
    /** The issuer could not be asked, or said no: the tokens count until they are over. */
    FAILED,
    /** There was none; one of a session alone is over all the same. */
    NONE
  }

  /** The client's secret, where the entry names one. */
  public interface ClientSecret {
    /**
     * To be sent to the issuer of this login and nowhere else.
     *
     * @throws LoginException where the entry speaks of another login or client
     */
    Optional<String> of(LoginHeader header, Client client) throws LoginException;
  }

  /**
   * What is known of the login without its key.
   *
   * @return empty where there is none, or none that can be read
   */
  public Optional<LoginHeader> header() {
    try {
      return logins.read(login).or(this::next).map(LoginFile::header);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<LoginFile> next() {
    try {
      return logins.readNext(login);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Revokes the tokens where the issuer offers it, and deletes file and key in any case. */
  public End end(Web web, ClientSecret secret, LoginLog log)
      throws LoginException, IOException, VaultException {
    try (LockFile _ = logins.lock(login)) {
      logins.setMark(login);
      boolean hasKey = vault.secrets().stream().map(SecretInfo::name).anyMatch(reference::equals);
      Optional<LoginHeader> header = header();
      if (!hasKey && header.isEmpty()) {
        logins.delete(login);
        return End.NONE;
      }
      Optional<Kept> kept = hasKey ? kept() : Optional.empty();
      End end =
          kept.isPresent() && header.isPresent()
              ? revoke(header.get(), kept.get(), web, secret)
              : End.FAILED;
      log.logout(
          header.map(LoginHeader::issuer).orElse("unknown"),
          end.name().toLowerCase(java.util.Locale.ROOT));
      if (hasKey) {
        Change _ = vault.remove(reference); // from here on the file opens to nothing
      }
      logins.delete(login);
      return end;
    }
  }

  private Optional<Kept> kept() throws VaultException {
    try (var value = vault.reveal(reference)) {
      byte[][] text = new byte[1][];
      value.revealTo(bytes -> text[0] = bytes.clone());
      Optional<LoginKey> key = LoginKey.taking(text[0]);
      if (key.isEmpty()) {
        return Optional.empty();
      }
      try (LoginKey open = key.get()) {
        Optional<LoginFile> file = logins.read(login);
        Optional<Kept> found = file.isEmpty() ? Optional.empty() : file.get().open(open);
        Optional<LoginFile> next = next();
        return found.isPresent() || next.isEmpty() ? found : next.get().open(open);
      }
    } catch (LoginException | IOException e) {
      return Optional.empty();
    }
  }

  private static End revoke(LoginHeader header, Kept kept, Web web, ClientSecret secret) {
    if (kept.revocation().isEmpty()) {
      return End.KEPT;
    }
    try {
      Client client = kept.client();
      if (client.method() != Client.Method.NONE && client.secret().isEmpty()) {
        client = new Client(client.id(), secret.of(header, client), client.method());
      }
      new TokenEndpoint(web, kept.token(), client)
          .revoke(kept.revocation().get(), kept.refresh(), kept.access());
      return End.REVOKED;
    } catch (LoginException e) {
      return End.FAILED;
    }
  }

  /** What a server offers, with what lets it give a refresh token (OpenID Connect Core, 11). */
  public static SortedSet<String> offered(Discovered from) {
    SortedSet<String> offered = new TreeSet<>(from.asked());
    if (from.authorization().scopes().contains("offline_access")) {
      offered.add("offline_access");
    }
    return offered;
  }
}
