package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.source.Source;
import dev.gatekeeper.source.SourceException;
import dev.gatekeeper.team.TeamValues;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.util.List;
import java.util.OptionalLong;

/** Values out of the vault that the project's repository carries. */
final class TeamSource implements Source {
  private final TeamValues values;
  private final TeamValues.Origin origin;

  /**
   * @param names of all that the launch needs
   * @throws VaultException where one is not there, or the file does not count
   */
  TeamSource(TeamValues values, List<String> names) throws VaultException {
    this.values = values;
    this.origin = values.require(names);
  }

  /** The record of a grant says so where the value may be one that was replaced. */
  @Override
  public String name() {
    return origin.old() ? "team, older than seen" : "team";
  }

  @Override
  public OptionalLong generation() {
    return OptionalLong.of(origin.generation());
  }

  /** Was asked when this was made. */
  @Override
  public void require(Reference reference) {}

  @Override
  public SecretValue reveal(Reference reference) throws SourceException {
    try {
      return values.reveal(reference.name());
    } catch (VaultException e) {
      throw new SourceException(String.valueOf(e.getMessage()), e.hint());
    }
  }

  @Override
  public String renewal(Reference reference) {
    return "gatekeeper vault put --team " + reference.name();
  }
}
