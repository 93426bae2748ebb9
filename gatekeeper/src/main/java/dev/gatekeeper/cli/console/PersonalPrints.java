package dev.gatekeeper.cli.console;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.fingerprint.Fingerprints;
import dev.gatekeeper.fingerprint.Place;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;

/**
 * The fingerprints of the person's vault, made anew wherever a person opens or changes it. What a
 * command was typed for does not depend on them: where they cannot be made, they stay stale, which
 * a scan says.
 */
public final class PersonalPrints {
  private final Console console;
  private final Home home;

  PersonalPrints(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  /**
   * The place whose fingerprints count where the command was typed: not where an agent says that
   * its project is, for what is read, or committed, is here.
   */
  public Place place() throws IOException {
    return Place.of(Project.find(console.directory()).directory());
  }

  /** Makes those that are stale. */
  public void renew(OpenVault vault) {
    try {
      Fingerprints.in(home)
          .renew(vault, place(), console.clock().instant())
          .forEach(
              remark -> console.err().println("gatekeeper: warning: " + Console.printable(remark)));
    } catch (IOException | VaultException | RuntimeException e) {
      console
          .err()
          .println(
              "gatekeeper: warning: no fingerprints were made, so that vault scan cannot judge: "
                  + Console.printable(String.valueOf(e.getMessage())));
    }
  }
}
