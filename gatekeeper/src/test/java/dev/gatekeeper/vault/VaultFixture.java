package dev.gatekeeper.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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

  /** Writes a generation with two parents, which no command does. */
  public static void merge(OpenVault vault, long generation, String other) throws VaultException {
    Change _ =
        vault.change(
            draft -> {
              Header next = draft.header();
              draft.header(
                  new Header(
                      next.id(),
                      generation,
                      List.of(next.parents().getFirst(), other),
                      keys(next, next.trustBytes()),
                      Map.of(),
                      next.allSlots()));
              return "merge";
            },
            List.of(),
            vault::signTrust,
            change -> {});
  }

  /**
   * The same file as a closed reader sees it, but with a trust key and a signature of a stranger.
   */
  public static byte[] signedByAnother(Path path, long generation) throws Exception {
    VaultText text = VaultText.parse(Files.readAllBytes(path));
    Header header = text.header();
    byte[][] trust = Ed25519.generate();
    Header other =
        new Header(
            header.id(),
            generation,
            header.parents(),
            keys(header, trust[0]),
            Map.of(),
            header.allSlots());
    byte[] statement = VaultText.statement(other, text.mac(), text.index());
    String signature = Base64Url.of(Ed25519.sign(trust[1], statement));
    return new VaultText(other, text.mac(), text.index(), signature, text.parts()).print();
  }

  /** The keys of a header, with this trust key. */
  static Map<String, Header.NamedKey> keys(Header header, byte[] trust) {
    return Map.of(
        "audit", new Header.NamedKey("x25519", Base64Url.of(header.auditPublicKey())),
        "trust", new Header.NamedKey("ed25519", Base64Url.of(trust)));
  }
}
