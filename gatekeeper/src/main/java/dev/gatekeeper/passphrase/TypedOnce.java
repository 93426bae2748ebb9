package dev.gatekeeper.passphrase;

import dev.gatekeeper.vault.Passphrase;
import dev.gatekeeper.vault.VaultException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks another source once, and gives what it gave again until it is closed: one command that needs
 * the passphrase in two places asks a person once. For commands that end soon, and no session.
 */
public final class TypedOnce implements PassphraseSource, AutoCloseable {
  private final PassphraseSource source;
  private @Nullable Passphrase typed;

  public TypedOnce(PassphraseSource source) {
    this.source = source;
  }

  /** A new passphrase, which a person types twice, is asked for each time. */
  @Override
  public synchronized Optional<Passphrase> ask(String prompt, boolean confirm)
      throws VaultException {
    if (confirm) {
      return source.ask(prompt, true);
    }
    if (typed == null) {
      typed = source.ask(prompt, false).orElse(null);
    }
    return typed == null ? Optional.empty() : Optional.of(typed.copy());
  }

  @Override
  public synchronized void close() {
    if (typed != null) {
      typed.close();
      typed = null;
    }
  }
}
