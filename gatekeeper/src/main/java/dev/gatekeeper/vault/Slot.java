package dev.gatekeeper.vault;

import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.seal.SealKeyPair;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One way into a vault: an X25519 key pair to whose public half the vault key is sealed. Whoever
 * holds the private half opens the vault; how the private half is kept is the kind of the slot.
 *
 * <p>A slot is only text until the header that holds it was authenticated.
 */
sealed interface Slot {
  /** Unique in a vault: a word for the person or machine that it belongs to. */
  String label();

  /** Public half, canonical base64url. */
  String publicKey();

  /** The vault key, sealed to the public half: canonical base64url. */
  String sealedKey();

  /** Kind first, without {@code slot}. */
  List<String> words();

  /**
   * A slot whose private half is wrapped by Argon2id of a passphrase.
   *
   * @param salt 16 bytes, canonical base64url
   * @param wrapped the private half under AES-256-GCM, canonical base64url
   */
  record ByPassphrase(
      String label,
      String publicKey,
      String sealedKey,
      Argon2Cost cost,
      String salt,
      String wrapped)
      implements Slot {
    static final String KIND = "passphrase";

    static ByPassphrase create(
        String label, byte[] vaultId, VaultKey key, Passphrase passphrase, Argon2Cost cost) {
      SealKeyPair pair = SealKeyPair.generate();
      byte[] salt = new byte[Argon2Cost.SALT_BYTES];
      new SecureRandom().nextBytes(salt);
      byte[] privateHalf = pair.unsafePrivateKey();
      byte[] vaultKey = key.unsafeCopy();
      try {
        byte[] wrapped =
            Aead.seal(cost.key(passphrase, salt), aad(vaultId, pair.publicKey()), privateHalf);
        byte[] sealed = Seal.to(pair.publicKey(), SlotText.INFO, vaultId, vaultKey);
        return new ByPassphrase(
            label,
            Base64Url.of(pair.publicKey()),
            Base64Url.of(sealed),
            cost,
            Base64Url.of(salt),
            Base64Url.of(wrapped));
      } finally {
        pair.wipe();
        Arrays.fill(privateHalf, (byte) 0);
        Arrays.fill(vaultKey, (byte) 0);
      }
    }

    /** The vault key; empty where the passphrase is another, or the slot was altered. */
    Optional<VaultKey> open(byte[] vaultId, Passphrase passphrase) {
      Optional<byte[]> privateHalf =
          Aead.open(
              cost.key(passphrase, Base64Url.parse(salt)),
              aad(vaultId, Base64Url.parse(publicKey)),
              Base64Url.parse(wrapped));
      if (privateHalf.isEmpty()) {
        return Optional.empty();
      }
      try {
        byte[] key =
            Seal.open(privateHalf.get(), SlotText.INFO, vaultId, Base64Url.parse(sealedKey));
        return key.length == VaultKey.BYTES ? Optional.of(VaultKey.taking(key)) : Optional.empty();
      } catch (SealException e) {
        return Optional.empty();
      } finally {
        Arrays.fill(privateHalf.get(), (byte) 0);
      }
    }

    private static byte[] aad(byte[] vaultId, byte[] publicKey) {
      byte[] aad = Arrays.copyOf(vaultId, vaultId.length + publicKey.length);
      System.arraycopy(publicKey, 0, aad, vaultId.length, publicKey.length);
      return aad;
    }

    @Override
    public List<String> words() {
      return List.of(
          KIND,
          label,
          publicKey,
          sealedKey,
          "argon2id",
          Integer.toString(cost.memoryKib()),
          Integer.toString(cost.passes()),
          Integer.toString(cost.lanes()),
          salt,
          wrapped);
    }
  }

  /**
   * A slot of a kind that this version cannot open (a keyring's, a teammate's): kept as it is, and
   * authenticated with the rest.
   */
  record OfOtherKind(
      String kind, String label, String publicKey, String sealedKey, List<String> parameters)
      implements Slot {
    public OfOtherKind {
      parameters = List.copyOf(parameters);
    }

    @Override
    public List<String> words() {
      java.util.ArrayList<String> words = new java.util.ArrayList<>();
      words.addAll(List.of(kind, label, publicKey, sealedKey));
      words.addAll(parameters);
      return words;
    }
  }
}
