package dev.gatekeeper.team;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.team.file.TeamContents;
import dev.gatekeeper.team.file.TeamHeader;
import dev.gatekeeper.team.file.TeamText;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Optional;

/**
 * What can be said of a team's vault without opening it: one of the members that it names signed
 * it. Whether that one counts for this person is said beside.
 *
 * @param writer who signed
 * @param fault why it does not count, where it does not
 * @param old whether a newer one was seen here
 */
public record TeamFile(
    TeamHeader header, String digest, Member writer, Optional<VaultException> fault, boolean old) {
  /**
   * Reads the file of a project.
   *
   * @throws VaultException where there is none, or it was altered
   */
  public static TeamFile read(Home home, TeamPlace place) throws VaultException {
    byte[] bytes = place.read();
    TeamText text = TeamText.parse(bytes);
    String digest = TeamContents.digest(bytes);
    Member writer = text.header().signer(text.signer()).orElseThrow();
    try {
      TeamMemory.Known known = new TeamMemory(home, place).judge(text, digest);
      return new TeamFile(text.header(), digest, writer, Optional.empty(), known.old());
    } catch (VaultException e) {
      return new TeamFile(text.header(), digest, writer, Optional.of(e), false);
    }
  }
}
