package dev.gatekeeper.vault;

import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.Aead;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One way into a vault: an X25519 key pair to whose public half the vault key is sealed. Whoever
 * holds the private half opens the secrets; how the private half is kept is the kind of the slot.
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
   * The same slot for other keys. Only for a slot whose header was authenticated: otherwise the new
   * keys go to whoever wrote it there.
   */
  Slot resealed(byte[] vaultId, VaultKey key, VaultKey presence);

  /** The kind, as the first word says it. */
  default String kind() {
    return words().getFirst();
  }

  /** The vault key by the private half; empty where it belongs to another slot. */
  default Optional<VaultKey> open(byte[] vaultId, byte[] privateHalf) {
    return unseal(SlotText.INFO, vaultId, privateHalf, sealedKey());
  }

  /**
   * A slot whose private half is wrapped by Argon2id of a passphrase: the only kind to which the
   * presence key is sealed.
   *
   * <p>Sealing says nothing of who sealed. So the wrapping names the trust key: whoever holds the
   * vault key but not the passphrase can write a slot, but none that this passphrase opens and that
   * speaks for another trust key, and that key signs the file.
   *
   * @param sealedPresence the presence key, sealed to the public half, canonical base64url
   * @param salt 16 bytes, canonical base64url
   * @param wrapped the private half under AES-256-GCM, canonical base64url
   */
  record ByPassphrase(
      String label,
      String publicKey,
      String sealedKey,
      String sealedPresence,
      Argon2Cost cost,
      String salt,
      String wrapped)
      implements Slot {
    static final String KIND = "passphrase";

    static ByPassphrase create(
        String label,
        byte[] vaultId,
        byte[] trustKey,
        VaultKey key,
        VaultKey presence,
        Passphrase passphrase,
        Argon2Cost cost) {
      SealKeyPair pair = SealKeyPair.generate();
      byte[] salt = new byte[Argon2Cost.SALT_BYTES];
      new SecureRandom().nextBytes(salt);
      String wrapped = wrap(cost.unsafeKey(passphrase, salt), vaultId, trustKey, pair);
      pair.wipe();
      return new ByPassphrase(
          label,
          Base64Url.of(pair.publicKey()),
          seal(SlotText.INFO, vaultId, pair.publicKey(), key),
          seal(SlotText.PRESENCE_INFO, vaultId, pair.publicKey(), presence),
          cost,
          Base64Url.of(salt),
          wrapped);
    }

    /** The private half, to be wiped; empty where passphrase or trust key are others. */
    Optional<byte[]> privateHalf(byte[] vaultId, byte[] trustKey, Passphrase passphrase) {
      byte[] wrapping = cost.unsafeKey(passphrase, Base64Url.parse(salt));
      return unwrap(wrapping, vaultId, trustKey, publicKey, wrapped);
    }

    /** The presence key by the private half. */
    Optional<VaultKey> openPresence(byte[] vaultId, byte[] privateHalf) {
      return unseal(SlotText.PRESENCE_INFO, vaultId, privateHalf, sealedPresence);
    }

    @Override
    public Slot resealed(byte[] vaultId, VaultKey key, VaultKey presence) {
      byte[] to = Base64Url.parse(publicKey);
      return new ByPassphrase(
          label,
          publicKey,
          seal(SlotText.INFO, vaultId, to, key),
          seal(SlotText.PRESENCE_INFO, vaultId, to, presence),
          cost,
          salt,
          wrapped);
    }

    @Override
    public List<String> words() {
      return List.of(
          KIND,
          label,
          publicKey,
          sealedKey,
          sealedPresence,
          "argon2id",
          Integer.toString(cost.memoryKib()),
          Integer.toString(cost.passes()),
          Integer.toString(cost.lanes()),
          salt,
          wrapped);
    }
  }

  /**
   * A slot whose private half is wrapped by a random key that is kept elsewhere: in the keyring of
   * the system. It opens without a person, so it never proves presence.
   *
   * @param wrapped the private half under AES-256-GCM, canonical base64url
   */
  record ByKeyring(String label, String publicKey, String sealedKey, String wrapped)
      implements Slot {
    static final String KIND = "keyring";

    static ByKeyring create(
        String label, byte[] vaultId, byte[] trustKey, VaultKey key, byte[] wrappingKey) {
      SealKeyPair pair = SealKeyPair.generate();
      String wrapped = wrap(wrappingKey.clone(), vaultId, trustKey, pair);
      pair.wipe();
      return new ByKeyring(
          label,
          Base64Url.of(pair.publicKey()),
          seal(SlotText.INFO, vaultId, pair.publicKey(), key),
          wrapped);
    }

    /** The private half, to be wiped; empty where wrapping key or trust key are others. */
    Optional<byte[]> privateHalf(byte[] vaultId, byte[] trustKey, byte[] wrappingKey) {
      return unwrap(wrappingKey.clone(), vaultId, trustKey, publicKey, wrapped);
    }

    @Override
    public Slot resealed(byte[] vaultId, VaultKey key, VaultKey presence) {
      byte[] to = Base64Url.parse(publicKey);
      return new ByKeyring(label, publicKey, seal(SlotText.INFO, vaultId, to, key), wrapped);
    }

    @Override
    public List<String> words() {
      return List.of(KIND, label, publicKey, sealedKey, wrapped);
    }
  }

  /** A slot whose private half lies elsewhere: a teammate's, or another machine's. */
  record ForRecipient(String label, String publicKey, String sealedKey) implements Slot {
    static final String KIND = "recipient";

    static ForRecipient create(String label, byte[] vaultId, byte[] publicKey, VaultKey key) {
      return new ForRecipient(
          label, Base64Url.of(publicKey), seal(SlotText.INFO, vaultId, publicKey, key));
    }

    @Override
    public Slot resealed(byte[] vaultId, VaultKey key, VaultKey presence) {
      return create(label, vaultId, Base64Url.parse(publicKey), key);
    }

    @Override
    public List<String> words() {
      return List.of(KIND, label, publicKey, sealedKey);
    }
  }

  /**
   * A slot of a kind that this version cannot open: kept, authenticated with the rest, and given
   * the next key.
   */
  record OfOtherKind(
      String kind, String label, String publicKey, String sealedKey, List<String> parameters)
      implements Slot {
    public OfOtherKind {
      parameters = List.copyOf(parameters);
    }

    @Override
    public Slot resealed(byte[] vaultId, VaultKey key, VaultKey presence) {
      byte[] to = Base64Url.parse(publicKey);
      return new OfOtherKind(
          kind, label, publicKey, seal(SlotText.INFO, vaultId, to, key), parameters);
    }

    @Override
    public List<String> words() {
      List<String> words = new ArrayList<>(List.of(kind, label, publicKey, sealedKey));
      words.addAll(parameters);
      return words;
    }
  }

  private static String seal(byte[] info, byte[] vaultId, byte[] publicKey, VaultKey key) {
    byte[] plain = key.unsafeCopy();
    try {
      return Base64Url.of(Seal.to(publicKey, info, vaultId, plain));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static Optional<VaultKey> unseal(
      byte[] info, byte[] vaultId, byte[] privateHalf, String sealed) {
    try {
      byte[] key = Seal.open(privateHalf, info, vaultId, Base64Url.parse(sealed));
      return key.length == VaultKey.BYTES ? Optional.of(VaultKey.taking(key)) : Optional.empty();
    } catch (SealException e) {
      return Optional.empty();
    }
  }

  private static String wrap(byte[] wipedKey, byte[] vaultId, byte[] trustKey, SealKeyPair pair) {
    byte[] privateHalf = pair.unsafePrivateKey();
    try {
      return Base64Url.of(
          Aead.seal(wipedKey, aad(vaultId, pair.publicKey(), trustKey), privateHalf));
    } finally {
      Arrays.fill(privateHalf, (byte) 0);
    }
  }

  private static Optional<byte[]> unwrap(
      byte[] wipedKey, byte[] vaultId, byte[] trustKey, String publicKey, String wrapped) {
    return Aead.open(
        wipedKey, aad(vaultId, Base64Url.parse(publicKey), trustKey), Base64Url.parse(wrapped));
  }

  private static byte[] aad(byte[] vaultId, byte[] publicKey, byte[] trustKey) {
    byte[] aad = Arrays.copyOf(vaultId, vaultId.length + publicKey.length + trustKey.length);
    System.arraycopy(publicKey, 0, aad, vaultId.length, publicKey.length);
    System.arraycopy(trustKey, 0, aad, vaultId.length + publicKey.length, trustKey.length);
    return aad;
  }
}
