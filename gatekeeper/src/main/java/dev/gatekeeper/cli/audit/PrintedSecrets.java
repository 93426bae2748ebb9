package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.opening.KeptSecret;
import dev.gatekeeper.audit.opening.Prints;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.redaction.ValueDigest;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Which values secrets had, as far as the vault that is open can tell: never a value. */
final class PrintedSecrets implements AutoCloseable {
  private static final String PRINT = "print:";
  private static final String SCHEME = "secret:";

  private final Console console;
  private final Optional<OpenVault> vault;
  private final Optional<SealKeyPair> keys;

  /** Takes the vault over. */
  PrintedSecrets(Console console, Optional<OpenVault> vault) throws VaultException {
    this.console = console;
    this.vault = vault;
    this.keys = vault.isPresent() ? Optional.of(vault.get().auditKeys()) : Optional.empty();
  }

  /** What a revoke tells of. */
  static KeptSecret of(AuditRecord revoke) {
    String digest = revoke.get(Field.DIGEST).orElse("");
    List<String> prints =
        digest.startsWith(PRINT) ? List.of(digest.substring(PRINT.length())) : List.of();
    return new KeptSecret(revoke.get(Field.SECRET).orElse(""), prints);
  }

  void print(KeptSecret secret) {
    String name = Console.printable(secret.reference());
    texts(secret).forEach(text -> console.out().println(name + "  " + text));
  }

  /** The same for a script. */
  void print(KeptSecret secret, JsonWriter object) {
    object.put("secret", secret.reference());
    object.array("values", all -> texts(secret).forEach(all::add));
  }

  private List<String> texts(KeptSecret secret) {
    return secret.prints().isEmpty()
        ? List.of("(which value is not told: there was no vault, or no print)")
        : secret.prints().stream().map(print -> told(secret.reference(), print)).toList();
  }

  private String told(String reference, String print) {
    Optional<byte[]> digest =
        keys.isEmpty() ? Optional.empty() : Prints.open(keys.get(), reference, print);
    return digest.isEmpty()
        ? "(which value, the vault of that log tells)"
        : "value " + Prints.shown(keys.orElseThrow(), digest.get()) + now(reference, digest.get());
  }

  private String now(String reference, byte[] then) {
    if (!reference.startsWith(SCHEME)) {
      return "";
    }
    boolean[] same = new boolean[1];
    try (SecretValue value = vault.orElseThrow().reveal(reference.substring(SCHEME.length()))) {
      value.revealTo(bytes -> same[0] = MessageDigest.isEqual(ValueDigest.of(bytes), then));
    } catch (VaultException e) {
      return ", which the vault has no longer";
    }
    return same[0] ? ", the one of now" : ", not the one of now";
  }

  @Override
  public void close() {
    keys.ifPresent(SealKeyPair::wipe);
    vault.ifPresent(OpenVault::close);
  }
}
