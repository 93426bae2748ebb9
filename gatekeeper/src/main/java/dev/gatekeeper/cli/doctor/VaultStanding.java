package dev.gatekeeper.cli.doctor;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.succession.Succession;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Optional;

/**
 * What can be said of the person's vault without opening it.
 *
 * @param word for scripts: {@code present}, {@code none}, {@code broken}, {@code unknown}, or that
 *     of a {@link Succession}
 * @param fault a clause for people; empty where the vault is the present one
 * @param header what the file says, where it is the present one
 */
public record VaultStanding(String word, String fault, Optional<Header> header) {
  /**
   * That of the vault in a home.
   *
   * @param seen of the log of this home
   */
  public static VaultStanding of(Home home, SeenVaults seen) {
    VaultFile vault = VaultFile.in(home);
    if (!vault.exists()) {
      return unfit("none", "there is none. A person types: gatekeeper vault init");
    }
    try {
      Succession succession = seen.judge(vault);
      return succession.holds()
          ? new VaultStanding("present", "", Optional.of(vault.header()))
          : unfit(
              succession.word(), succession.text() + "; nothing is started: " + Succession.HINT);
    } catch (CannotJudge e) {
      return unfit("unknown", "whether it is the present one: " + e.text());
    } catch (VaultException e) {
      return unfit("broken", String.valueOf(e.getMessage()));
    }
  }

  private static VaultStanding unfit(String word, String fault) {
    return new VaultStanding(word, fault, Optional.empty());
  }
}
