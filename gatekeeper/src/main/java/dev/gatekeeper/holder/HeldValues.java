package dev.gatekeeper.holder;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.team.TeamValues;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Path;
import java.util.List;

/**
 * Values out of the vault that is held, and of a project's team vault by the identity in it: the
 * use of the identity, never the identity.
 */
final class HeldValues {
  private final Home home;
  private final HeldVault vault;

  HeldValues(Home home, HeldVault vault) {
    this.home = home;
    this.vault = vault;
  }

  /**
   * Whether all of these are there: of one vault, or of the other.
   *
   * @param project canonical, of a list that entitles to them
   * @return the generation of the vault that they come from
   */
  long require(String project, List<String> references) throws VaultException {
    OpenSecrets present = vault.present();
    long generation = present.header().generation();
    for (String reference : references) {
      if (reference.startsWith(HolderClient.TEAM)) {
        generation = team(present, project).require(List.of(name(reference))).generation();
      } else {
        present.info(reference);
      }
    }
    return generation;
  }

  /** One value, to be closed. */
  SecretValue reveal(String project, String reference) throws VaultException {
    OpenSecrets present = vault.present();
    return reference.startsWith(HolderClient.TEAM)
        ? team(present, project).reveal(name(reference))
        : present.reveal(reference);
  }

  private TeamValues team(OpenSecrets present, String project) {
    return new TeamValues(home, TeamPlace.of(Path.of(project)), present);
  }

  private static String name(String reference) {
    return reference.substring(HolderClient.TEAM.length());
  }
}
