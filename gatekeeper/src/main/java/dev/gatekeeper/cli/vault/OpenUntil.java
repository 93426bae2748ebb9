package dev.gatekeeper.cli.vault;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.HolderClient;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Whether the vault is open, in words for people. */
public final class OpenUntil {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm z", Locale.ROOT);

  private OpenUntil() {}

  /** When, in the person's own zone. */
  public static String text(Instant until) {
    return LOCAL.format(until.atZone(ZoneId.systemDefault()));
  }

  /** The end of the holder that answers now. */
  public static Optional<Instant> of(Home home, Header header) {
    return HolderClient.find(home, header).filter(HolderClient::isThere).map(HolderClient::until);
  }

  /** The same of the vault as it is there; empty where that cannot be read, too. */
  public static Optional<Instant> of(Home home) {
    try {
      return of(home, VaultFile.in(home).header());
    } catch (VaultException e) {
      return Optional.empty();
    }
  }

  /** A clause: open until when, closed, or neither. */
  public static String text(Home home, Header header) {
    if (KillSwitch.in(home).state().closed()) {
      return "closed; gatekeeper vault open";
    }
    return of(home, header)
        .map(until -> "open until " + text(until))
        .orElse("no key holder; gatekeeper vault open");
  }
}
