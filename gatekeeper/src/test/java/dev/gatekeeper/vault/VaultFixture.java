package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** A real vault in a temporary folder, at the least cost of a guess that a file may ask for. */
public final class VaultFixture {
  /** The passphrase of every vault of the tests. */
  public static final String PASSPHRASE = "made-up passphrase of the tests";

  /** The instant at which everything happens. */
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private VaultFixture() {}

  /** The passphrase, to be closed. */
  public static Passphrase passphrase() throws VaultException {
    return new Passphrase(PASSPHRASE.getBytes(UTF_8));
  }

  /** A new, empty vault. */
  public static OpenVault create(Path path) throws VaultException {
    try (Passphrase passphrase = passphrase()) {
      return VaultFile.create(path, passphrase, Argon2Cost.LEAST);
    }
  }

  /** Opens what {@link #create} made. */
  public static OpenVault open(Path path) throws VaultException {
    try (Passphrase passphrase = passphrase()) {
      return VaultFile.at(path).open(passphrase);
    }
  }

  /** Stores one made-up value. */
  public static Change put(OpenVault vault, String name, String value) throws VaultException {
    try (SecretValue secret = SecretValue.taking(value.getBytes(UTF_8))) {
      return vault.put(name, secret, Map.of(), NOW);
    }
  }

  /** The made-up value behind a name. */
  public static String value(OpenSecrets vault, String name) throws VaultException {
    StringBuilder text = new StringBuilder();
    try (SecretValue secret = vault.reveal(name)) {
      secret.revealTo(bytes -> text.append(new String(bytes, UTF_8)));
    }
    return text.toString();
  }
}
