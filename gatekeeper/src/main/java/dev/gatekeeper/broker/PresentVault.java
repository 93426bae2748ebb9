package dev.gatekeeper.broker;

import dev.gatekeeper.audit.opening.Prints;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.succession.Succession;
import dev.gatekeeper.trust.PinnedIdentity;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;

/**
 * Whether the vault is the one that was written last. Where it is not, nothing is launched, with or
 * without a secret: beside values that were replaced, an older vault brings back the count of
 * trusts, and with it a list that was withdrawn. A warning would be read by the agent alone. Prints
 * of values are sealed to a vault that was found present here, and that no pin contradicts.
 */
final class PresentVault {
  private final VaultFile file;
  private final SeenVaults seen;
  private final Prints prints;
  private final PinnedIdentity pinned = new PinnedIdentity();

  PresentVault(Home home, Prints prints) {
    this.prints = prints;
    this.file = VaultFile.in(home);
    this.seen = new SeenVaults(home.resolve("audit"));
  }

  /** Reads the log, so that {@link #require} has little of it left to read. */
  void readAhead() {
    try {
      seen.readAhead();
    } catch (CannotJudge e) {
      // Whoever wants a launch is told.
    }
  }

  private void present(Header header) {
    try {
      pinned.check(header);
      prints.sealTo(header.auditPublicKey());
    } catch (TrustException e) {
      // Another one than the administrator pinned: no list is in force by it, and no print is made.
    }
  }

  void require(String name) throws BrokerException {
    try {
      if (!file.exists()) {
        return;
      }
      Succession succession = seen.judge(file, this::present);
      if (!succession.holds()) {
        throw new BrokerException(
            name + " cannot be started: " + succession.text() + ".", Succession.HINT);
      }
    } catch (CannotJudge e) {
      throw new BrokerException(
          name
              + " cannot be started: whether the vault is the present one cannot be judged: "
              + e.text());
    } catch (VaultException e) {
      // No sound vault: nothing is trusted by it, and whoever needs a secret of it is told why.
    }
  }
}
