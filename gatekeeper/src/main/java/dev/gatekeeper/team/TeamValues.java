package dev.gatekeeper.team;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.util.List;

/**
 * Single values of a team's vault, by the identity in a personal vault that somebody holds open.
 * The file is read and judged at each question, and its key is held no longer than that.
 */
public final class TeamValues {
  private final Home home;
  private final TeamPlace place;
  private final OpenSecrets personal;

  /**
   * Those of one project.
   *
   * @param personal stays its owner's to close
   */
  public TeamValues(Home home, TeamPlace place, OpenSecrets personal) {
    this.home = home;
    this.place = place;
    this.personal = personal;
  }

  /**
   * The file that the values come from.
   *
   * @param generation of it
   * @param old whether a newer one was seen here
   */
  public record Origin(long generation, boolean old) {}

  /**
   * Whether all of these are there.
   *
   * @throws VaultException where one is not, or the file does not count
   */
  public Origin require(List<String> names) throws VaultException {
    try (TeamIdentity identity = identity();
        OpenTeam team = OpenTeam.open(home, place, identity)) {
      for (String name : names) {
        team.info(name);
      }
      return new Origin(team.header().generation(), team.isOld());
    }
  }

  /** One value, to be closed by the caller. */
  public SecretValue reveal(String name) throws VaultException {
    try (TeamIdentity identity = identity();
        OpenTeam team = OpenTeam.open(home, place, identity)) {
      return team.reveal(name);
    }
  }

  private TeamIdentity identity() throws VaultException {
    return TeamIdentity.of(personal)
        .orElseThrow(
            () ->
                new VaultException(
                    "you have no identity yet, so no team has let you in",
                    "gatekeeper vault identity"));
  }
}
