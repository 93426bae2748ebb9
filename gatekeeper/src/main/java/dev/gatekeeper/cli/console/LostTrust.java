package dev.gatekeeper.cli.console;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Optional;

/**
 * What goes with a trust store that cannot be believed, since the next trust begins it anew: said
 * before a person agrees, and recorded. Whoever deletes the store must not do so unseen while that
 * person types.
 */
public final class LostTrust {
  private final Auditors auditors;
  private final Optional<String> said;

  private LostTrust(Auditors auditors) throws VaultException {
    this.auditors = auditors;
    this.said = auditors.obstacle();
  }

  /** Looks at the store of a home, and warns where something will be lost. */
  public static LostTrust warned(Console console, Home home) throws VaultException {
    LostTrust lost = new LostTrust(new Auditors(home));
    lost.said.ifPresent(
        why ->
            console
                .err()
                .println(
                    "gatekeeper: warning: "
                        + why
                        + "; what it held is gone with this: other places are to be trusted anew,"
                        + " and auditors of the log added anew"));
    return lost;
  }

  /**
   * For the record, after the passphrase.
   *
   * @throws CommandFailure where it is no more what was said
   */
  public Optional<String> reason() throws CommandFailure, VaultException {
    if (!auditors.obstacle().equals(said)) {
      throw CommandFailure.no(
          "the trust store was changed while you were asked; nothing was done",
          "gatekeeper audit auditor list");
    }
    return said.map(why -> "the store is begun anew: " + why);
  }
}
