package dev.gatekeeper.cli.allowlist.client;

import dev.gatekeeper.allowlist.edit.client.NeededSecret;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The secrets that stood in clients' files, on their way into the vault. */
final class ImportedSecrets {
  private final Console console;
  private final List<NeededSecret> needed;

  ImportedSecrets(Console console, List<NeededSecret> needed) {
    this.console = console;
    this.needed = List.copyOf(needed);
  }

  /** Those whose values are at hand. */
  List<NeededSecret> inline() {
    return needed.stream().filter(NeededSecret::isInline).toList();
  }

  /**
   * Puts the values into the vault, all or none, for the vault's passphrase. One that is there with
   * this very value stays as it is; one that is there with another is never overwritten.
   */
  void store() throws CommandFailure, IOException, VaultException {
    if (inline().isEmpty()) {
      return;
    }
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("allowlist import --vault");
    Map<String, SecretValue> values = new TreeMap<>();
    try (OpenVault vault = personal.open();
        AuditLog log = personal.log()) {
      List<String> known = vault.secrets().stream().map(secret -> secret.name()).toList();
      List<String> other = new ArrayList<>();
      for (NeededSecret secret : inline()) {
        if (!known.contains(secret.name())) {
          values.put(secret.name(), SecretValue.taking(secret.unsafeValue()));
        } else if (!holds(vault, secret)) {
          other.add(secret.name());
        }
      }
      if (!other.isEmpty()) {
        throw CommandFailure.no(
            "the vault has these with other values: " + String.join(", ", other),
            "gatekeeper vault put NAME, or import without --vault");
      }
      if (!values.isEmpty()) {
        vault
            .recordingTo(personal.recording(log, vault))
            .putAll(values, Map.of(), console.clock().instant());
      }
    } finally {
      values.values().forEach(SecretValue::close);
    }
  }

  private static boolean holds(OpenVault vault, NeededSecret secret) throws VaultException {
    boolean[] same = new boolean[1];
    try (SecretValue value = vault.reveal(secret.name())) {
      value.revealTo(bytes -> same[0] = Arrays.equals(bytes, secret.unsafeValue()));
    }
    return same[0];
  }
}
