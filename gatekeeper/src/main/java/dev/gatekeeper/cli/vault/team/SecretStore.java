package dev.gatekeeper.cli.vault.team;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SecretInfo;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What {@code put}, {@code list}, {@code check}, {@code remove} and {@code import} look into: the
 * person's vault, or the team's. Every change is recorded before it is written.
 */
public interface SecretStore extends AutoCloseable {
  /** Opens one of the two. */
  static SecretStore open(Console console, boolean team)
      throws CommandFailure, VaultException, IOException {
    return team ? TeamSession.open(console) : new Personal(PersonalVault.of(console));
  }

  /** What a reference to it begins with, without the colon. */
  String scheme();

  /** All secrets by name. */
  List<SecretInfo> secrets() throws VaultException;

  /** One value, to be closed. */
  SecretValue reveal(String name) throws VaultException;

  /** Adds secrets, or gives known ones a new value: all of them or none. */
  Change putAll(Map<String, SecretValue> values, Map<String, String> about, Instant now)
      throws VaultException;

  /** Removes a secret. */
  Change remove(String name) throws VaultException;

  @Override
  void close();

  /** The person's vault. */
  final class Personal implements SecretStore {
    private final OpenVault vault;
    private final AuditLog log;

    private Personal(PersonalVault personal) throws CommandFailure, VaultException {
      this.vault = personal.open();
      this.log = personal.log();
      vault.recordingTo(personal.recording(log, vault));
    }

    @Override
    public String scheme() {
      return "secret";
    }

    @Override
    public List<SecretInfo> secrets() throws VaultException {
      return vault.secrets();
    }

    @Override
    public SecretValue reveal(String name) throws VaultException {
      return vault.reveal(name);
    }

    @Override
    public Change putAll(Map<String, SecretValue> values, Map<String, String> about, Instant now)
        throws VaultException {
      return vault.putAll(values, about, now);
    }

    @Override
    public Change remove(String name) throws VaultException {
      return vault.remove(name);
    }

    @Override
    public void close() {
      log.close();
      vault.close();
    }
  }
}
