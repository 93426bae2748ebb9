package dev.gatekeeper.fingerprint;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.fingerprint.print.Imprint;
import dev.gatekeeper.fingerprint.print.Print;
import dev.gatekeeper.fingerprint.print.PrintKey;
import dev.gatekeeper.fingerprint.scan.Watch;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The values of an open vault that are too weak for fingerprints. Those that are made of them here
 * are of a key of this process, and are never written.
 */
public final class WeakValues implements AutoCloseable {
  private final PrintKey key = PrintKey.generate();
  private final Imprint imprint = new Imprint(key);
  private final List<Print> prints = new ArrayList<>();
  private int left;

  private WeakValues() {}

  /** Those of the person's vault, and of the team's where this person opens it. */
  public static WeakValues of(Home home, Place place, OpenVault vault) throws VaultException {
    WeakValues weak = new WeakValues();
    for (SecretInfo secret : vault.secrets()) {
      try (SecretValue value = vault.reveal(secret.name())) {
        value.revealTo(bytes -> weak.take("secret:" + secret.name(), bytes));
      }
    }
    Optional<TeamPlace> team = Fingerprints.team(place);
    if (team.isPresent()) {
      TeamValues _ = TeamValues.read(home, team.get(), vault, weak::take);
    }
    return weak;
  }

  private void take(String reference, byte[] value) {
    if (Imprint.isStrong(value)) {
      return;
    }
    Optional<Print> print =
        Redactor.isRecognisable(value) ? imprint.ofAny(reference, value) : Optional.empty();
    print.ifPresentOrElse(prints::add, () -> left++);
  }

  /** How many there are that can be looked for. */
  public int count() {
    return prints.size();
  }

  /**
   * How many are in any text: under 8 bytes, without a line of as many, or with fewer than 4
   * different ones.
   */
  public int left() {
    return left;
  }

  /** Looks for them. */
  public Watch watch() {
    return new Watch(prints, key, true);
  }

  @Override
  public void close() {
    key.close();
  }
}
