package dev.gatekeeper.broker;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.source.Source;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.Passphrase;
import dev.gatekeeper.vault.VaultException;
import dev.gatekeeper.vault.VaultFile;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a session gets at the person's vault: what gives {@code secret:} for one launch.
 *
 * <p>Opened at the first launch that needs a secret, and held until {@link #close}: Argon2id runs
 * once a session. While there is no passphrase each launch asks for it anew, so that a running
 * session goes on as soon as there is one.
 */
final class Opening implements AutoCloseable {
  /** Between two tries with a wrong passphrase: each is an Argon2id. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final VaultFile file;
  private final PassphraseSource passphrases;
  private final LongSupplier nanoTime;
  private @Nullable OpenVault open;
  private @Nullable BrokerException refused;
  private long refusedAt;

  Opening(Home home, PassphraseSource passphrases, LongSupplier nanoTime) {
    this.file = VaultFile.in(home);
    this.passphrases = passphrases;
    this.nanoTime = nanoTime;
  }

  /**
   * What gives the secrets of one launch.
   *
   * @param first what is needed, for the message
   */
  Source source(String first, LaunchContext context) throws BrokerException {
    try {
      return new VaultSource("vault", vault(first, context));
    } catch (VaultException e) {
      throw refusal(first, e);
    }
  }

  private synchronized OpenVault vault(String first, LaunchContext context) throws BrokerException {
    if (open != null) {
      try {
        open.header(); // reads the file again where it has changed
        return open;
      } catch (VaultException e) {
        open.close(); // re-keyed or replaced: the passphrase decides
        open = null;
      }
    }
    if (!file.exists()) {
      throw new BrokerException(
          first + " is needed, and there is no vault yet.", "gatekeeper vault init");
    }
    if (refused != null && nanoTime.getAsLong() - refusedAt < PAUSE.toNanos()) {
      throw refused;
    }
    try {
      return open(context, first);
    } catch (VaultException e) {
      refusedAt = nanoTime.getAsLong();
      refused = refusal(first, e);
      throw refused;
    }
  }

  private OpenVault open(LaunchContext context, String first)
      throws VaultException, BrokerException {
    Optional<Passphrase> asked = passphrases.ask("Passphrase", false);
    if (asked.isEmpty()) {
      throw locked(context, first);
    }
    try (Passphrase passphrase = asked.get()) {
      OpenVault vault = file.open(passphrase);
      open = vault;
      refused = null;
      return vault;
    }
  }

  private static BrokerException refusal(String first, VaultException e) {
    return new BrokerException(first + " is needed: " + e.getMessage() + ".", e.hint());
  }

  private static BrokerException locked(LaunchContext context, String first) {
    String named = context.environment().getOrDefault(PassphraseSource.FILE_VARIABLE, "");
    return named.isEmpty()
        ? new BrokerException(
            first
                + " is needed, and the vault is locked: the gatekeeper was started without "
                + PassphraseSource.FILE_VARIABLE
                + ".",
            "name an owner-only file with the passphrase in "
                + PassphraseSource.FILE_VARIABLE
                + " of the gatekeeper's entry, and restart the session")
        : new BrokerException(
            first + " is needed, and the vault is locked: " + named + " is not there.",
            "write the passphrase to "
                + named
                + " (chmod 600); the next call works without a restart");
  }

  /** Wipes the vault's key. */
  @Override
  public synchronized void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
