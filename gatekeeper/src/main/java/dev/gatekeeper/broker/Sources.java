package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.reference.Scheme;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.source.CommandSource;
import dev.gatekeeper.source.EnvironmentSource;
import dev.gatekeeper.source.Setting;
import dev.gatekeeper.source.Source;
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
      case SECRET -> opening.source(entry, names(first.scheme(), all), context);
      case TEAM -> throw unknown(first);
      case ENV -> new EnvironmentSource(setting(context));
      case PASS, OP, KEYCHAIN, LIBSECRET, BITWARDEN, DOPPLER, VAULT, AWS_SM, AGE, SOPS, EXEC ->
          new CommandSource(scheme, setting(context));
    };
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
