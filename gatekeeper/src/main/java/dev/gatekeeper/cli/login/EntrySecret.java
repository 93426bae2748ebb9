package dev.gatekeeper.cli.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.BrokerException;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.login.Keys;
import dev.gatekeeper.login.PersonalLogin;
import dev.gatekeeper.login.Terms;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.vault.OpenVault;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The secret of a client that was registered by hand, with a grant in the log. */
final class EntrySecret implements PersonalLogin.ClientSecret {
  private final Broker broker;
  private final RemoteEntry entry;
  private final OpenVault vault;

  EntrySecret(Broker broker, RemoteEntry entry, OpenVault vault) {
    this.broker = broker;
    this.entry = entry;
    this.vault = vault;
  }

  @Override
  public Optional<String> of(LoginHeader header, Client client) throws LoginException {
    Terms.of(entry.server()).check(header, client);
    return get();
  }

  /** What the entry names, for a login that is made now. */
  Optional<String> get() throws LoginException {
    Optional<Reference> reference = entry.server().oauth().orElseThrow().clientSecret();
    if (reference.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<String, Reference> places = new TreeMap<>();
    places.put(Keys.CLIENT_SECRET, reference.get());
    try (Launch launch =
        broker.credentials(entry.server(), places, vault.presence(), entry.launchContext())) {
      byte[] value = launch.value(Keys.CLIENT_SECRET);
      String secret = new String(value, UTF_8);
      Arrays.fill(value, (byte) 0);
      return Optional.of(secret);
    } catch (BrokerException e) {
      throw LoginException.fault(
          String.valueOf(e.getMessage()), e.hint().orElse("gatekeeper status"));
    }
  }
}
