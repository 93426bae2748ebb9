package dev.gatekeeper.team;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.Base64Url;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SecretValue;
import dev.gatekeeper.vault.VaultException;
import dev.gatekeeper.vault.VaultKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The private half of a {@link PublicIdentity}: 32 bytes, kept in the personal vault, of which both
 * keys are derived. Off heap, wiped at {@link #close}.
 */
public final class TeamIdentity implements AutoCloseable {
  private static final String NAME = "team";

  private final VaultKey seed;
  private final PublicIdentity publicIdentity;

  private TeamIdentity(VaultKey seed) {
    this.seed = seed;
    byte[] sealing = seed.derive("team-seal");
    byte[] signing = seed.derive("team-sign");
    try {
      SealKeyPair pair = SealKeyPair.of(sealing);
      this.publicIdentity =
          new PublicIdentity(
              Base64Url.of(pair.publicKey()), Base64Url.of(Ed25519.publicKey(signing)));
      pair.wipe();
    } finally {
      Arrays.fill(sealing, (byte) 0);
      Arrays.fill(signing, (byte) 0);
    }
  }

  /** That of the person whose vault this is, where they have one. */
  public static Optional<TeamIdentity> of(OpenSecrets personal) throws VaultException {
    Optional<SecretValue> kept = personal.identity(NAME);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    try (SecretValue value = kept.get()) {
      AtomicReference<TeamIdentity> identity = new AtomicReference<>();
      value.revealTo(seed -> identity.set(new TeamIdentity(VaultKey.taking(seed))));
      return Optional.of(identity.get());
    }
  }

  /** That of the person whose vault this is; made where they have none. */
  public static TeamIdentity need(OpenVault personal) throws VaultException {
    Optional<TeamIdentity> kept = of(personal);
    if (kept.isPresent()) {
      return kept.get();
    }
    byte[] seed = new byte[VaultKey.BYTES];
    new SecureRandom().nextBytes(seed);
    try (SecretValue value = SecretValue.taking(seed)) {
      Change _ = personal.putIdentity(NAME, value);
    }
    return of(personal).orElseThrow();
  }

  /** The half to be sent. */
  public PublicIdentity publicIdentity() {
    return publicIdentity;
  }

  /** An Ed25519 signature. */
  byte[] sign(byte[] statement) {
    byte[] signing = seed.derive("team-sign");
    try {
      return Ed25519.sign(signing, statement);
    } finally {
      Arrays.fill(signing, (byte) 0);
    }
  }

  /** What was sealed to this identity; to be wiped by the caller. */
  byte[] open(String purpose, byte[] aad, byte[] sealed) throws SealException {
    byte[] sealing = seed.derive("team-seal");
    try {
      return Seal.open(sealing, info(purpose), aad, sealed);
    } finally {
      Arrays.fill(sealing, (byte) 0);
    }
  }

  /** The key of a team's vault, where it was sealed to this identity. */
  Optional<VaultKey> open(String vaultId, String sealedKey) {
    try {
      byte[] key = open("slot", Base64Url.parse(vaultId), Base64Url.parse(sealedKey));
      return key.length == VaultKey.BYTES ? Optional.of(VaultKey.taking(key)) : Optional.empty();
    } catch (SealException e) {
      return Optional.empty();
    }
  }

  /**
   * Seals to somebody.
   *
   * @throws VaultException where the public key is none
   */
  static byte[] seal(PublicIdentity to, String purpose, byte[] aad, byte[] plain)
      throws VaultException {
    try {
      return Seal.to(Base64Url.parse(to.sealKey()), info(purpose), aad, plain);
    } catch (IllegalArgumentException e) {
      throw new VaultException("nothing can be sealed to that public identity");
    }
  }

  private static byte[] info(String purpose) {
    return (TeamText.VERSION + "/" + purpose).getBytes(US_ASCII);
  }

  @Override
  public void close() {
    seed.close();
  }
}
