package dev.gatekeeper.vault;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The vault on disk, closed. Every write is durable, replaces the file as a whole, and happens
 * under a lock that other processes respect; a file that others can read, or a symbolic link, is
 * refused.
 */
public final class VaultFile {
  /** A writer holds the lock for a few milliseconds; a slow disk may take seconds. */
  private static final Duration LOCK_DEADLINE = Duration.ofSeconds(10);

  private static final String FIRST_SLOT = "passphrase";

  private static final AtomicReference<@Nullable Sound> SOUND = new AtomicReference<>();

  private final Path path;

  private VaultFile(Path path) {
    this.path = path;
  }

  /** The vault at {@code path}, whether or not it exists. */
  public static VaultFile at(Path path) {
    return new VaultFile(path.toAbsolutePath());
  }

  /** The person's vault. */
  public static VaultFile in(Home home) {
    return at(home.resolve("vault"));
  }

  /** Where the file is. */
  public Path path() {
    return path;
  }

  /** Whether anything is there, readable or not. */
  public boolean exists() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * What the file says in the clear, signed by the key that it names itself: see {@link Header}.
   *
   * @throws VaultException where there is no vault, or it is no sound one
   */
  public Header header() throws VaultException {
    return parse(read());
  }

  /**
   * What a closed file claims.
   *
   * @param digest SHA-256 of the whole file, base64url
   */
  public record Claim(Header header, String digest) {}

  /** As {@link #header}, with the digest of the file that says so. */
  public Claim claim() throws VaultException {
    byte[] bytes = read();
    return new Claim(parse(bytes), Base64Url.of(VaultText.sha256(bytes)));
  }

  /**
   * Opens the vault by a passphrase, and authenticates all of it. Takes as long as Argon2id does,
   * some tenths of a second. The only proof of presence.
   *
   * @throws VaultException where the passphrase is wrong or a single bit of the file was altered
   */
  public OpenVault open(Passphrase passphrase) throws VaultException {
    byte[] bytes = read();
    Header header = parse(bytes);
    return byPassphrase(
        header,
        passphrase,
        (slot, privateHalf) -> {
          VaultKey key = slot.open(header.idBytes(), privateHalf).orElseThrow(VaultFile::altered);
          Contents contents = verified(bytes, key);
          Optional<VaultKey> presence = slot.openPresence(header.idBytes(), privateHalf);
          if (presence.isEmpty()) {
            key.close();
            throw altered();
          }
          return new OpenVault(this, slot.label(), key, presence.get(), contents);
        });
  }

  /**
   * As {@link #open(Passphrase)}, for who needs no presence: whatever comes into the hands of this
   * process later, it cannot sign by what is held.
   */
  public OpenSecrets openSecrets(Passphrase passphrase) throws VaultException {
    byte[] bytes = read();
    Header header = parse(bytes);
    return byPassphrase(
        header, passphrase, (slot, privateHalf) -> secrets(bytes, header, slot, privateHalf));
  }

  /**
   * Opens the secrets by the key that a keyring keeps.
   *
   * @param wrappingKey what {@link OpenVault#addKeyringSlot} gave; the caller wipes it
   * @throws VaultException where it opens no slot, or a single bit of the file was altered
   */
  public OpenSecrets openByKeyring(byte[] wrappingKey) throws VaultException {
    byte[] bytes = read();
    Header header = parse(bytes);
    for (Slot slot : header.allSlots()) {
      if (slot instanceof Slot.ByKeyring keyring && wrappingKey.length == VaultKey.BYTES) {
        Optional<byte[]> half =
            keyring.privateHalf(header.idBytes(), header.trustBytes(), wrappingKey);
        if (half.isPresent()) {
          return wiping(half.get(), privateHalf -> secrets(bytes, header, slot, privateHalf));
        }
      }
    }
    throw new VaultException("the keyring's key opens no slot of the vault");
  }

  /**
   * Opens the secrets by the private half of a recipient's slot.
   *
   * @throws VaultException where no slot has its public half, or a single bit was altered
   */
  public OpenSecrets openAs(SealKeyPair recipient) throws VaultException {
    byte[] bytes = read();
    Header header = parse(bytes);
    String publicKey = Base64Url.of(recipient.publicKey());
    for (Slot slot : header.allSlots()) {
      if (slot instanceof Slot.ForRecipient && slot.publicKey().equals(publicKey)) {
        return wiping(
            recipient.unsafePrivateKey(), privateHalf -> secrets(bytes, header, slot, privateHalf));
      }
    }
    throw new VaultException("the vault has no slot for that key");
  }

  /**
   * Opens the secrets by the vault key that {@link OpenSecrets#unsafeRevealKeyTo} gave.
   *
   * @param key wiped
   * @throws VaultException where it is another vault's, or a single bit was altered
   */
  public OpenSecrets openByKey(byte[] key) throws VaultException {
    if (key.length != VaultKey.BYTES) {
      throw new VaultException("that is no key of a vault");
    }
    VaultKey held = VaultKey.taking(key);
    return new OpenSecrets(this, held, verified(read(), held));
  }

  /**
   * Opens a slot of nothing, once: the first X25519 of a process takes a quarter of a second, which
   * is better spent before somebody waits.
   */
  public static void warm() {
    SealKeyPair nobody = SealKeyPair.generate();
    byte[] none = new byte[VaultKey.BYTES];
    byte[] half = nobody.unsafePrivateKey();
    try {
      byte[] _ = Seal.open(half, none, none, Seal.to(nobody.publicKey(), none, none, none));
    } catch (SealException e) {
      throw new AssertionError("what was sealed a moment ago", e);
    } finally {
      nobody.wipe();
      Arrays.fill(half, (byte) 0);
    }
  }

  private interface WithPrivateHalf<T> {
    T open(byte[] privateHalf) throws VaultException;
  }

  private static <T> T wiping(byte[] privateHalf, WithPrivateHalf<T> use) throws VaultException {
    try {
      return use.open(privateHalf);
    } finally {
      Arrays.fill(privateHalf, (byte) 0);
    }
  }

  private interface WithSlot<T> {
    T open(Slot.ByPassphrase slot, byte[] privateHalf) throws VaultException;
  }

  private static <T> T byPassphrase(Header header, Passphrase passphrase, WithSlot<T> use)
      throws VaultException {
    for (Slot slot : header.allSlots()) {
      if (slot instanceof Slot.ByPassphrase byPassphrase) {
        Optional<byte[]> half =
            byPassphrase.privateHalf(header.idBytes(), header.trustBytes(), passphrase);
        if (half.isPresent()) {
          return wiping(half.get(), privateHalf -> use.open(byPassphrase, privateHalf));
        }
      }
    }
    throw new VaultException(
        "the passphrase does not open the vault (wrong, or the slot was altered)");
  }

  private OpenSecrets secrets(byte[] bytes, Header header, Slot slot, byte[] privateHalf)
      throws VaultException {
    VaultKey key = slot.open(header.idBytes(), privateHalf).orElseThrow(VaultFile::altered);
    return new OpenSecrets(this, key, verified(bytes, key));
  }

  private static VaultException altered() {
    return new VaultException("the slot was altered: what is sealed to it does not open");
  }

  private static Contents verified(byte[] bytes, VaultKey key) throws VaultException {
    try {
      return Contents.verify(bytes, key);
    } catch (VaultException e) {
      key.close();
      throw e;
    }
  }

  /**
   * The same bytes are verified once in a process: the first signature of a session takes tens of
   * milliseconds, and its start asks for the header on three threads.
   */
  private static Header parse(byte[] bytes) throws VaultException {
    synchronized (SOUND) {
      Sound last = SOUND.get();
      if (last != null && Arrays.equals(last.bytes, bytes)) {
        return last.header;
      }
      VaultText text = VaultText.parse(bytes);
      text.requireSignature();
      SOUND.set(new Sound(bytes.clone(), text.header()));
      return text.header();
    }
  }

  /** A file that was found sound: nothing in it is in the clear but what is public. */
  @SuppressWarnings("ArrayRecordComponent") // never leaves this class
  private record Sound(byte[] bytes, Header header) {}

  /** Creates a vault with one passphrase slot at the default cost, and leaves it open. */
  public static OpenVault create(Path path, Passphrase passphrase) throws VaultException {
    return create(path, passphrase, Argon2Cost.DEFAULT);
  }

  /**
   * Creates a vault with one passphrase slot.
   *
   * @throws VaultException where something is there already, or the passphrase is too short
   */
  public static OpenVault create(Path path, Passphrase passphrase, Argon2Cost cost)
      throws VaultException {
    checkStrength(passphrase);
    VaultFile file = at(path);
    VaultKey key = VaultKey.generate();
    VaultKey presence = VaultKey.generate();
    try {
      Contents contents = first(key, presence, passphrase, cost);
      try (LockFile _ = file.lock()) {
        if (file.exists()) {
          throw new VaultException(file.path + " is there already");
        }
        DurableFile.replace(file.path, contents.bytes());
      }
      return new OpenVault(file, FIRST_SLOT, key, presence, contents);
    } catch (VaultException | IOException e) {
      key.close();
      presence.close();
      throw e instanceof VaultException fault
          ? fault
          : new VaultException("the vault cannot be written: " + e.getMessage());
    }
  }

  private static Contents first(
      VaultKey key, VaultKey presence, Passphrase passphrase, Argon2Cost cost)
      throws VaultException {
    byte[] id = new byte[Header.ID_BYTES];
    new SecureRandom().nextBytes(id);
    SealKeyPair audit = SealKeyPair.generate();
    byte[] auditPrivate = audit.unsafePrivateKey();
    byte[][] trust = Ed25519.generate();
    try {
      Slot slot =
          Slot.ByPassphrase.create(FIRST_SLOT, id, trust[0], key, presence, passphrase, cost);
      Header header =
          new Header(
              Base64Url.of(id),
              1,
              List.of(),
              Map.of(
                  "audit",
                  new Header.NamedKey("x25519", Base64Url.of(audit.publicKey())),
                  "trust",
                  new Header.NamedKey("ed25519", Base64Url.of(trust[0]))),
              Map.of(),
              List.of(slot));
      Contents.Draft draft =
          new Contents.Draft(header, key, statement -> Ed25519.sign(trust[1], statement));
      draft.putKey("audit", auditPrivate, presence);
      draft.putKey("trust", trust[1], presence);
      return draft.seal();
    } finally {
      audit.wipe();
      Arrays.fill(auditPrivate, (byte) 0);
      Arrays.fill(trust[1], (byte) 0);
    }
  }

  /** A new passphrase is not too short. */
  static void checkStrength(Passphrase passphrase) throws VaultException {
    if (passphrase.length() < Passphrase.MIN_BYTES) {
      throw new VaultException(
          "the passphrase has "
              + passphrase.length()
              + " bytes; at least "
              + Passphrase.MIN_BYTES
              + " are needed",
          "take four or five random words");
    }
  }

  /** Held around read, change and replace, so that two processes lose nothing. */
  LockFile lock() throws IOException {
    return LockFile.acquire(path.resolveSibling(path.getFileName() + ".lock"), LOCK_DEADLINE);
  }

  byte[] read() throws VaultException {
    if (!exists()) {
      throw new VaultException("there is no vault yet", "gatekeeper vault init");
    }
    try {
      OwnerOnly.check(path);
      return DurableFile.readBounded(path, VaultText.MAX_BYTES);
    } catch (IOException e) {
      throw new VaultException("the vault cannot be read: " + e.getMessage());
    }
  }
}
