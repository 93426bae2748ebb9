package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.reference.Scheme;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.source.CommandSource;
import dev.gatekeeper.source.EnvironmentSource;
import dev.gatekeeper.source.Setting;
import dev.gatekeeper.source.Source;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Collection;
import java.util.List;

/** Which source a scheme has in this session. */
final class Sources {
  private final Home home;
  private final Opening opening;

  Sources(Home home, Opening opening) {
    this.home = home;
    this.opening = opening;
  }

  /**
   * What gives the value of a reference, and of all others of its scheme.
   *
   * @param entry as the list names it
   * @param all references of the launch
   */
  Source of(Reference first, String entry, Collection<Reference> all, LaunchContext context)
      throws BrokerException {
    Scheme scheme = Scheme.named(first.scheme()).orElseThrow(() -> unknown(first));
    return switch (scheme) {
      case SECRET, TEAM -> opening.source(scheme, entry, names(first.scheme(), all), context);
      case ENV -> new EnvironmentSource(setting(context));
      case PASS, OP, KEYCHAIN, LIBSECRET, BITWARDEN, DOPPLER, VAULT, AWS_SM, AGE, SOPS, EXEC ->
          new CommandSource(scheme, setting(context));
    };
  }

  /**
   * As {@link #of}, for a program that a person typed: the vaults are opened by what they opened.
   *
   * @param personal stays its owner's to close
   */
  Source ofPerson(
      Reference first, OpenVault personal, Collection<Reference> all, LaunchContext context)
      throws BrokerException {
    try {
      return switch (first.scheme()) {
        case "secret" -> new VaultSource("vault", personal);
        case "team" -> opening.team(personal, names(first.scheme(), all), context);
        default -> of(first, "run", all, context);
      };
    } catch (VaultException e) {
      throw new BrokerException(first + " is needed: " + e.getMessage() + ".", e.hint());
    }
  }

  private Setting setting(LaunchContext context) {
    return new Setting(
        home,
        context.project(),
        BaseEnvironment.home(context.environment()),
        context.environment());
  }

  private static List<String> names(String scheme, Collection<Reference> all) {
    return all.stream()
        .filter(reference -> reference.scheme().equals(scheme))
        .map(Reference::name)
        .toList();
  }

  private static BrokerException unknown(Reference reference) {
    return new BrokerException(reference + " is needed: this version does not resolve it.");
  }
}
