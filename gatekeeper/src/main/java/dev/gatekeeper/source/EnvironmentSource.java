package dev.gatekeeper.source;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.vault.key.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Values of our own environment, where an entry says why. The agent's shell has the same variables,
 * so this hides nothing from it; the value is masked all the same.
 */
public final class EnvironmentSource implements Source {
  private final Setting setting;

  /** Of the environment that {@code setting} has. */
  public EnvironmentSource(Setting setting) {
    this.setting = setting;
  }

  @Override
  public String name() {
    return "env";
  }

  @Override
  public OptionalLong generation() {
    return OptionalLong.empty();
  }

  @Override
  public void require(Reference reference) throws SourceException {
    if (setting.variable(reference.name()).isEmpty()) {
      throw new SourceException(
          reference + " is not set in the gatekeeper's environment",
          Optional.of("gatekeeper vault put NAME, and secret:NAME in the entry"));
    }
  }

  @Override
  public SecretValue reveal(Reference reference) throws SourceException {
    require(reference);
    return SecretValue.taking(setting.variable(reference.name()).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String renewal(Reference reference) {
    return "give " + reference.name() + " a longer value where it is set";
  }
}
