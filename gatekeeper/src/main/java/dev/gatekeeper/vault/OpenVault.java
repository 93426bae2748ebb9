package dev.gatekeeper.vault;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.SecretName;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A vault that was opened by its passphrase, in this process: beside the vault key the presence key
 * is held, off heap, wiped at {@link #close}. Only this proves presence, signs, opens the keys of
 * the audit and changes the file. Argon2id ran once, at opening.
 */
public final class OpenVault extends OpenSecrets {
  /** Bytes of the key that a keyring keeps. */
  public static final int WRAPPING_KEY_BYTES = 32;

  private final String slot;
  private VaultKey presenceKey;
  private final Presence presence;
  private ChangeRecord record = change -> {};

  /**
   * @param slot the label of the slot that the passphrase opened
   */
  OpenVault(VaultFile file, String slot, VaultKey key, VaultKey presenceKey, Contents contents) {
    super(file, key, contents);
    this.slot = slot;
    this.presenceKey = presenceKey;
    this.presence = new Presence(this);
  }

  /** The proof that whoever opened this vault, in this process, knew its passphrase. */
  public Presence presence() {
    return presence;
  }

  /** Has every later change recorded before it is written. */
  public synchronized OpenVault recordingTo(ChangeRecord other) {
    record = other;
    return this;
  }

  /**
   * Adds a secret, or gives a known one a new value, and changes what is said of it as {@link
   * Edits#put} has it.
   *
   * @throws VaultException where name, value or an attribute is out of bounds, or writing failed:
   *     then nothing has changed
   */
  public Change put(String name, SecretValue value, Map<String, String> about, Instant now)
      throws VaultException {
    return putAll(Map.of(name, value), about, now);
  }

  /** As {@link #put}, for several secrets in one write: all of them or none. */
  public Change putAll(Map<String, SecretValue> values, Map<String, String> about, Instant now)
      throws VaultException {
    return change(Edits.put(values, about, now)::into, values.keySet().stream().sorted().toList());
  }

  /** Removes a secret; the file that is left holds nothing of it. */
  public Change remove(String name) throws VaultException {
    return change(Edits.remove(name), List.of(name));
  }

  /** Raises the number below which a trust store is an old copy. */
  public Change raiseTrustSequence(long sequence) throws VaultException {
    return change(
        draft -> {
          draft.raiseTrustSequence(sequence);
          return "trust";
        },
        List.of());
  }

  /**
   * Keeps the private half of an identity, of 32 bytes, by which other vaults are opened; see
   * {@link #identity}.
   *
   * @throws VaultException where the vault has one of this name: what is sealed to it would be lost
   */
  public Change putIdentity(String name, SecretValue privateHalf) throws VaultException {
    SecretName.check(name);
    if (privateHalf.length() != VaultKey.BYTES) {
      throw new VaultException("an identity has 32 bytes, not " + privateHalf.length());
    }
    return change(
        draft -> {
          if (draft.index().find(Index.IDENTITY, name).isPresent()) {
            throw new VaultException("the vault has an identity of that name");
          }
          privateHalf.revealTo(bytes -> draft.put(Index.IDENTITY, name, 1, Map.of(), bytes));
          return "identity";
        },
        List.of());
  }

  /**
   * Adds a slot whose private half is wrapped by a random key, for a keyring to keep.
   *
   * @return the key, of {@link #WRAPPING_KEY_BYTES}, to be stored and wiped by the caller
   */
  public byte[] addKeyringSlot(String label) throws VaultException {
    byte[] wrapping = new byte[WRAPPING_KEY_BYTES];
    new SecureRandom().nextBytes(wrapping);
    try {
      Change _ =
          addSlot(
              (header, key) ->
                  Slot.ByKeyring.create(
                      label, header.idBytes(), header.trustBytes(), key, wrapping),
              label);
      return wrapping;
    } catch (VaultException e) {
      Arrays.fill(wrapping, (byte) 0);
      throw e;
    }
  }

  /**
   * Adds a slot for whoever holds the private half of an X25519 key.
   *
   * @throws VaultException where nothing can be sealed to that key
   */
  public Change addRecipientSlot(String label, byte[] publicKey) throws VaultException {
    try {
      return addSlot(
          (header, key) -> Slot.ForRecipient.create(label, header.idBytes(), publicKey, key),
          label);
    } catch (IllegalArgumentException e) {
      throw new VaultException("that is no X25519 public key");
    }
  }

  /** Adds a slot for another passphrase; it proves presence as the first one does. */
  public Change addPassphraseSlot(String label, Passphrase passphrase, Argon2Cost cost)
      throws VaultException {
    VaultFile.checkStrength(passphrase);
    return addSlot(
        (header, key) ->
            Slot.ByPassphrase.create(
                label, header.idBytes(), header.trustBytes(), key, presenceKey, passphrase, cost),
        label);
  }

  private interface NewSlot {
    Slot make(Header header, VaultKey key);
  }

  private Change addSlot(NewSlot slot, String label) throws VaultException {
    return change(
        draft -> {
          List<Slot> slots = new ArrayList<>(draft.header().allSlots());
          if (!SlotText.isLabel(label)
              || slots.stream().anyMatch(known -> known.label().equals(label))) {
            throw new VaultException(
                "a slot has that label, or it is none",
                "labels are letters, digits, '@', '.', '_' and '-', up to 64");
          }
          slots.add(slot.make(draft.header(), draft.key()));
          draft.header(draft.header().withSlots(slots));
          return "slot-add " + slots.getLast().kind() + " " + label;
        },
        List.of());
  }

  /**
   * Gives the slot by which this vault was opened another passphrase, and the vault other keys: who
   * knows the old passphrase, and has kept an old file, opens nothing of the new one.
   */
  public Change changePassphrase(Passphrase next, Argon2Cost cost) throws VaultException {
    VaultFile.checkStrength(next);
    return rekey(
        "passphrase",
        (header, key, presence) -> {
          existing(header, slot);
          List<Slot> slots = new ArrayList<>();
          for (Slot known : header.allSlots()) {
            slots.add(
                known.label().equals(slot)
                    ? Slot.ByPassphrase.create(
                        slot, header.idBytes(), header.trustBytes(), key, presence, next, cost)
                    : known.resealed(header.idBytes(), key, presence));
          }
          return slots;
        });
  }

  /** Gives the vault other keys; the slots stay, and open it as before. */
  public Change rekey() throws VaultException {
    return rekey("rekey", (header, key, presence) -> resealed(header, "", key, presence));
  }

  /**
   * Removes a slot, and gives the vault other keys: whoever held the slot opens nothing of the new
   * file. What was opened by it before is known to them; {@link #secrets} says what that may be.
   *
   * @throws VaultException where there is none of this label, or no passphrase would be left
   */
  public Change removeSlot(String label) throws VaultException {
    Slot known = existing(header(), label);
    return rekey(
        "slot-remove " + known.kind() + " " + label,
        (header, key, presence) -> {
          existing(header, label);
          List<Slot> slots = resealed(header, label, key, presence);
          if (slots.stream().noneMatch(Slot.ByPassphrase.class::isInstance)) {
            throw new VaultException(
                "that is the only slot of a passphrase: nobody could change the vault any more",
                "gatekeeper vault passphrase");
          }
          return slots;
        });
  }

  private static List<Slot> resealed(
      Header header, String without, VaultKey key, VaultKey presence) {
    List<Slot> slots = new ArrayList<>();
    for (Slot known : header.allSlots()) {
      if (!known.label().equals(without)) {
        slots.add(known.resealed(header.idBytes(), key, presence));
      }
    }
    return slots;
  }

  private static Slot existing(Header header, String label) throws VaultException {
    return header.allSlots().stream()
        .filter(known -> known.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                VaultException.absent(
                    "the vault has no slot of that label", "gatekeeper vault slot list"));
  }

  private interface NewSlots {
    List<Slot> of(Header header, VaultKey key, VaultKey presence) throws VaultException;
  }

  private synchronized Change rekey(String what, NewSlots slots) throws VaultException {
    VaultKey key = VaultKey.generate();
    VaultKey presence = VaultKey.generate();
    try {
      return change(
          draft -> {
            draft.rekey(presenceKey, key, presence, slots.of(draft.header(), key, presence));
            return what;
          },
          List.of());
    } catch (VaultException e) {
      key.close();
      presence.close();
      throw e;
    }
  }

  @Override
  void adopt(Contents.Draft draft) {
    super.adopt(draft);
    VaultKey next = draft.presence();
    if (next != null) {
      presenceKey.close();
      presenceKey = next;
    }
  }

  /**
   * Opens every part, one at a time, and forgets it. Opening the vault has authenticated the whole
   * file; this finds what was sealed wrongly by its writer.
   *
   * @throws VaultException where a part does not open
   */
  public synchronized void verifyAll() throws VaultException {
    for (Index.Entry entry : current().index().entries()) {
      if (entry.kind().equals(Index.KEY)) {
        Arrays.fill(unsafeKey(entry.name()), (byte) 0);
      } else {
        check(entry);
      }
    }
    SealKeyPair audit = auditKeys();
    byte[] publicHalf = audit.publicKey();
    audit.wipe();
    if (!Arrays.equals(publicHalf, header().auditPublicKey())) {
      throw new VaultException("the audit key is not of the public half in the header");
    }
    byte[] probe = VaultText.VERSION.getBytes(StandardCharsets.US_ASCII);
    if (!header().verifiesTrust(probe, signTrust(probe))) {
      throw new VaultException("the trust key is not of the public half in the header");
    }
  }

  /** Signs a trust store (Ed25519, RFC 8032) with the key whose public half is in the header. */
  public synchronized byte[] signTrust(byte[] message) throws VaultException {
    byte[] seed = unsafeKey("trust");
    try {
      return Ed25519.sign(seed, message);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** The pair to which the audit's MAC keys are sealed. The caller wipes it. */
  public synchronized SealKeyPair auditKeys() throws VaultException {
    byte[] privateHalf = unsafeKey("audit");
    try {
      return SealKeyPair.of(privateHalf);
    } finally {
      Arrays.fill(privateHalf, (byte) 0);
    }
  }

  private byte[] unsafeKey(String name) throws VaultException {
    Contents now = current();
    Index.Entry entry =
        now.index()
            .find(Index.KEY, name)
            .orElseThrow(() -> new VaultException("the vault lacks its " + name + " key"));
    byte[] secret = now.open(entry, presenceKey);
    if (secret.length != 32) {
      throw new VaultException("the vault's " + name + " key has " + secret.length + " bytes");
    }
    return secret;
  }

  private synchronized Change change(Edit edit, List<String> names) throws VaultException {
    return change(edit, names, this::signTrust, record);
  }

  @Override
  public synchronized void close() {
    super.close();
    presenceKey.close();
  }
}
