package dev.gatekeeper.fingerprint;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.team.OpenTeam;
import dev.gatekeeper.team.TeamFile;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Optional;

/** How the values of a team's vault were read. */
sealed interface TeamValues {
  /** The file cannot be read as it is: what was made of another one stays, and is stale. */
  record Unreadable() implements TeamValues {}

  /** The person has not accepted the file, or is no member. */
  record Closed() implements TeamValues {}

  /**
   * All of them.
   *
   * @param digest of the file, base64url
   */
  record Read(String digest) implements TeamValues {}

  /** Shows each value of the team's vault to {@code use}, where this person opens it. */
  static TeamValues read(Home home, TeamPlace place, OpenVault vault, ValueUse use) {
    try {
      TeamFile file = TeamFile.read(home, place);
      Optional<TeamIdentity> identity = TeamIdentity.ofPresent(vault);
      if (file.fault().isPresent() || identity.isEmpty()) {
        identity.ifPresent(TeamIdentity::close);
        return new Closed();
      }
      try (TeamIdentity person = identity.get()) {
        return read(home, place, person, file.digest(), use);
      }
    } catch (VaultException e) {
      return new Unreadable();
    }
  }

  private static TeamValues read(
      Home home, TeamPlace place, TeamIdentity person, String digest, ValueUse use)
      throws VaultException {
    OpenTeam opened;
    try {
      opened = OpenTeam.open(home, place, person);
    } catch (VaultException e) {
      return new Closed();
    }
    try (OpenTeam team = opened) {
      for (SecretInfo secret : team.secrets()) {
        try (SecretValue value = team.reveal(secret.name())) {
          value.revealTo(bytes -> use.take("team:" + secret.name(), bytes));
        }
      }
      // Another file, which git put there meanwhile, is not the one that was read.
      return TeamFile.read(home, place).digest().equals(digest)
          ? new Read(digest)
          : new Unreadable();
    }
  }
}
