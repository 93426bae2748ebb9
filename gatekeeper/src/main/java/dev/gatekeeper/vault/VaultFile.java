package dev.gatekeeper.vault;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.seal.SealKeyPair;
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

/**
 * The vault on disk, closed. Every write is durable, replaces the file as a whole, and happens
 * under a lock that other processes respect; a file that others can read, or a symbolic link, is
 * refused.
 */
public final class VaultFile {
  /** A writer holds the lock for a few milliseconds; a slow disk may take seconds. */
  private static final Duration LOCK_DEADLINE = Duration.ofSeconds(10);

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
   * What the file says in the clear, unauthenticated: see {@link Header}.
   *
   * @throws VaultException where there is no vault, or it is no sound one
   */
  public Header header() throws VaultException {
    return VaultText.parse(read()).header();
  }

  /**
   * Opens the vault by a passphrase, and authenticates all of it. Takes as long as Argon2id does,
   * some tenths of a second.
   *
   * @throws VaultException where the passphrase is wrong or a single bit of the file was altered
   */
  public OpenVault open(Passphrase passphrase) throws VaultException {
    byte[] bytes = read();
    Header header = VaultText.parse(bytes).header();
    boolean tried = false;
    for (Slot slot : header.allSlots()) {
      if (slot instanceof Slot.ByPassphrase byPassphrase) {
        tried = true;
        Optional<VaultKey> key = byPassphrase.open(header.idBytes(), passphrase);
        if (key.isPresent()) {
          return open(bytes, key.get());
        }
      }
    }
    throw new VaultException(
        tried
            ? "the passphrase does not open the vault (wrong, or the slot was altered)"
            : "the vault has no passphrase slot");
  }

  private OpenVault open(byte[] bytes, VaultKey key) throws VaultException {
    try {
      return new OpenVault(this, key, Contents.verify(bytes, key));
    } catch (VaultException e) {
      key.close();
      throw e;
    }
  }

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
    if (passphrase.length() < Passphrase.MIN_BYTES) {
      throw new VaultException(
          "the passphrase has "
              + passphrase.length()
              + " bytes; at least "
              + Passphrase.MIN_BYTES
              + " are needed",
          "take four or five random words");
    }
    VaultFile file = at(path);
    VaultKey key = VaultKey.generate();
    try {
      byte[] id = new byte[Header.ID_BYTES];
      new SecureRandom().nextBytes(id);
      Slot slot = Slot.ByPassphrase.create("passphrase", id, key, passphrase, cost);
      SealKeyPair audit = SealKeyPair.generate();
      byte[] auditPrivate = audit.unsafePrivateKey();
      byte[][] trust = Ed25519.generate();
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
      Contents.Draft draft = new Contents.Draft(header, key);
      draft.put(Index.KEY, "audit", 1, Map.of(), auditPrivate);
      draft.put(Index.KEY, "trust", 1, Map.of(), trust[1]);
      audit.wipe();
      Arrays.fill(auditPrivate, (byte) 0);
      Arrays.fill(trust[1], (byte) 0);
      Contents contents = draft.seal();
      try (LockFile _ = file.lock()) {
        if (file.exists()) {
          throw new VaultException(file.path + " is there already");
        }
        DurableFile.replace(file.path, contents.bytes());
      }
      return new OpenVault(file, key, contents);
    } catch (VaultException e) {
      key.close();
      throw e;
    } catch (IOException e) {
      key.close();
      throw new VaultException("the vault cannot be written: " + e.getMessage());
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
