package dev.gatekeeper.holder;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.succession.Succession;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;

/**
 * The vault that is held, for as long as the file is the present one: an older file under the same
 * key, put in its place, is as sound as it was then.
 */
final class HeldVault {
  private final VaultFile file;
  private final SeenVaults seen;
  private final OpenSecrets secrets;

  /**
   * @param secrets of the home's vault; stays its owner's to close
   */
  HeldVault(Home home, OpenSecrets secrets) {
    this.file = VaultFile.in(home);
    this.seen = new SeenVaults(home.resolve("audit"));
    this.secrets = secrets;
  }

  /**
   * The secrets, for one question.
   *
   * @throws VaultException where another file lies in the place of the one that was written last,
   *     or that cannot be judged
   */
  OpenSecrets present() throws VaultException {
    try {
      Succession succession = seen.judge(file);
      if (!succession.holds()) {
        throw new VaultException(succession.text(), Succession.HINT);
      }
      return secrets;
    } catch (CannotJudge e) {
      throw new VaultException(
          "whether the vault is the present one cannot be judged: " + e.text(),
          "gatekeeper audit verify");
    }
  }
}
