package dev.gatekeeper.cli.vault.team;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.team.TeamFile;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.team.file.Member;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What can be said of the repository's vault without opening it.
 *
 * @param word for scripts: {@code accepted}, {@code old}, {@code not-accepted} or {@code broken}
 * @param text a clause for people
 * @param members labels, as the file has them; they count where the file does
 */
public record TeamStanding(String word, String text, List<String> members) {
  private static final String ACCEPT = "gatekeeper vault accept";

  public TeamStanding {
    members = List.copyOf(members);
  }

  /** That of a project; empty where it has no such vault. */
  public static Optional<TeamStanding> of(Home home, Path project) {
    TeamPlace place = TeamPlace.of(project);
    if (!place.exists()) {
      return Optional.empty();
    }
    try {
      TeamFile file = TeamFile.read(home, place);
      List<String> members = file.header().members().stream().map(Member::label).toList();
      return Optional.of(
          file.fault()
              .map(fault -> new TeamStanding(word(fault), text(fault), members))
              .orElseGet(() -> accepted(file, members)));
    } catch (VaultException e) {
      return Optional.of(new TeamStanding("broken", text(e), List.of()));
    }
  }

  /** Whether its values are given here. */
  public boolean counts() {
    return word.equals("accepted") || word.equals("old");
  }

  private static TeamStanding accepted(TeamFile file, List<String> members) {
    String text =
        "accepted; written by "
            + file.writer().label()
            + "; members: "
            + String.join(", ", members)
            + (file.old() ? "; older than one that was seen here" : "");
    return new TeamStanding(file.old() ? "old" : "accepted", text, members);
  }

  private static String word(VaultException fault) {
    return fault.hint().filter(hint -> hint.contains(ACCEPT)).isPresent()
        ? "not-accepted"
        : "broken";
  }

  private static String text(VaultException fault) {
    return fault.getMessage() + fault.hint().map(hint -> ". A person types: " + hint).orElse("");
  }
}
