package dev.gatekeeper.team.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.kernel.LockedMemory;
import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A person as teams know them: an X25519 private half, kept in the personal vault, off heap, wiped
 * at {@link #close}; and the trust key of that vault, which signs what they write.
 *
 * <p>So whatever opens the personal vault opens the team's as well, but only its passphrase writes
 * in the person's name.
 */
public final class TeamIdentity implements AutoCloseable {
  private static final String NAME = "team";

  private final LockedMemory privateHalf;
  private final PublicIdentity publicIdentity;
  private final Signing signing;

  /** What signs in the person's name, or refuses. */
  public interface Signing {
    /** An Ed25519 signature. */
    byte[] sign(byte[] statement) throws VaultException;
  }

  /** Takes {@code private32} over: it is wiped. */
  public TeamIdentity(byte[] private32, String signKey, Signing signing) {
    SealKeyPair pair = SealKeyPair.of(private32);
    this.publicIdentity = new PublicIdentity(Base64Url.of(pair.publicKey()), signKey);
    pair.wipe();
    this.privateHalf = LockedMemory.taking(private32);
    this.signing = signing;
  }

  /** That of the person whose vault this is, where they have one. It opens, and signs nothing. */
  public static Optional<TeamIdentity> of(OpenSecrets personal) throws VaultException {
    return of(
        personal,
        statement -> {
          throw new VaultException(
              "writing the team vault takes the passphrase", "gatekeeper vault --help");
        });
  }

  /** That of the person whose vault this is, where they have one. */
  public static Optional<TeamIdentity> ofPresent(OpenVault personal) throws VaultException {
    return of(personal, personal::signTrust);
  }

  private static Optional<TeamIdentity> of(OpenSecrets personal, Signing signing)
      throws VaultException {
    Optional<SecretValue> kept = personal.identity(NAME);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    String signKey = personal.header().trustPublicKey();
    try (SecretValue value = kept.get()) {
      List<TeamIdentity> identity = new ArrayList<>();
      value.revealTo(bytes -> identity.add(new TeamIdentity(bytes.clone(), signKey, signing)));
      return Optional.of(identity.getFirst());
    }
  }

  /** That of the person whose vault this is; made where they have none. */
  public static TeamIdentity need(OpenVault personal) throws VaultException {
    Optional<TeamIdentity> kept = ofPresent(personal);
    if (kept.isPresent()) {
      return kept.get();
    }
    SealKeyPair pair = SealKeyPair.generate();
    try (SecretValue value = SecretValue.taking(pair.unsafePrivateKey())) {
      Change _ = personal.putIdentity(NAME, value);
    } finally {
      pair.wipe();
    }
    return ofPresent(personal).orElseThrow();
  }

  /** The half to be sent. */
  public PublicIdentity publicIdentity() {
    return publicIdentity;
  }

  /** An Ed25519 signature of a {@link Bytes#statement statement}. */
  public byte[] sign(byte[] statement) throws VaultException {
    return signing.sign(statement);
  }

  /** What was sealed to this identity; to be wiped by the caller. */
  public byte[] open(String purpose, byte[] aad, byte[] sealed) throws SealException {
    return unseal(info(purpose), aad, sealed);
  }

  private byte[] unseal(byte[] info, byte[] aad, byte[] sealed) throws SealException {
    byte[] half = privateHalf.unsafeCopy();
    try {
      return Seal.open(half, info, aad, sealed);
    } finally {
      Arrays.fill(half, (byte) 0);
    }
  }

  /**
   * What was sealed to this identity for a purpose that is no team's, under an {@code info} of its
   * own; to be wiped by the caller.
   */
  public byte[] openElsewhere(byte[] info, byte[] aad, byte[] sealed) throws SealException {
    if (new String(info, US_ASCII).startsWith(TeamText.VERSION)) {
      throw new IllegalArgumentException("what is a team's opens as a team's");
    }
    return unseal(info, aad, sealed);
  }

  /** The key of a team's vault, where it was sealed to this identity. */
  public Optional<VaultKey> open(String vaultId, String sealedKey) {
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
  public static byte[] seal(PublicIdentity to, String purpose, byte[] aad, byte[] plain)
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
    privateHalf.close();
  }
}
