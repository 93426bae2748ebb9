package dev.gatekeeper.vault;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.SecretName;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A vault whose vault key is held: off heap, wiped at {@link #close}. It reveals secrets. It proves
 * no presence, signs nothing, opens no key of the audit and changes nothing: for that the
 * passphrase is needed, which makes an {@link OpenVault}.
 *
 * <p>Each question is answered from the file as it is now: it is read again, and authenticated
 * under the same key and the same trust key, whenever another process has changed it. Safe for use
 * by several threads.
 */
public sealed class OpenSecrets implements AutoCloseable permits OpenVault {
  final VaultFile file;
  private VaultKey key;
  private Contents contents;
  private boolean closed;

  OpenSecrets(VaultFile file, VaultKey key, Contents contents) {
    this.file = file;
    this.key = key;
    this.contents = contents;
  }

  /** The header, authenticated. */
  public final synchronized Header header() throws VaultException {
    return current().header();
  }

  /** SHA-256 of the file as it is now, base64url. */
  public final synchronized String digest() throws VaultException {
    return current().digest();
  }

  /** All secrets by name. */
  public final synchronized List<SecretInfo> secrets() throws VaultException {
    return current().index().entries().stream()
        .filter(entry -> entry.kind().equals(Index.SECRET))
        .map(OpenSecrets::info)
        .toList();
  }

  /**
   * Opens one secret and no other.
   *
   * @return the value, to be closed by the caller
   */
  public final synchronized SecretValue reveal(String name) throws VaultException {
    Contents now = current();
    return SecretValue.taking(now.open(secret(now.index(), name), key));
  }

  /** What is known about one secret. */
  public final synchronized SecretInfo info(String name) throws VaultException {
    return info(secret(current().index(), name));
  }

  /**
   * The private half of this name that {@link OpenVault#putIdentity} keeps, by which other vaults
   * are opened: a vault that was opened without a person may use it too.
   *
   * @return 32 bytes, to be closed by the caller
   */
  public final synchronized Optional<SecretValue> identity(String name) throws VaultException {
    Contents now = current();
    Optional<Index.Entry> entry = now.index().find(Index.IDENTITY, name);
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(SecretValue.taking(now.open(entry.get(), key)));
  }

  /**
   * Shows the vault key to {@code use}: for a process of our own that holds it in our place, which
   * opens the file by {@link VaultFile#openByKey}. The array is wiped when {@code use} returns.
   */
  public final synchronized void unsafeRevealKeyTo(Consumer<byte[]> use) {
    byte[] copy = key.unsafeCopy();
    try {
      use.accept(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  /** Opens one part under the vault key, and forgets what it holds. */
  final void check(Index.Entry entry) throws VaultException {
    Arrays.fill(current().open(entry, key), (byte) 0);
  }

  interface Edit {
    /** Gives the one word for the change. */
    String apply(Contents.Draft draft) throws VaultException;
  }

  /** Lock, read again, change, record, replace: what another process wrote meanwhile is kept. */
  final synchronized Change change(
      Edit edit, List<String> names, Contents.Signing signing, ChangeRecord record)
      throws VaultException {
    try (LockFile _ = file.lock()) {
      Contents.Draft draft = new Contents.Draft(current(), record.highest(), key, signing);
      String what = edit.apply(draft);
      Contents next = draft.seal();
      Change change = new Change(what, names, next.header().generation(), next.digest());
      // What a killed writer left may open by a passphrase that nobody uses any more.
      DurableFile.forgetDrafts(file.path());
      record.before(change);
      DurableFile.replace(file.path(), next.bytes());
      contents = next;
      adopt(draft);
      record.after(change);
      return change;
    } catch (IOException e) {
      throw new VaultException("the vault cannot be written: " + e.getMessage());
    }
  }

  /** Takes the keys of what was written, before anybody is told of it. */
  void adopt(Contents.Draft draft) {
    if (draft.key() != key) {
      key.close();
      key = draft.key();
    }
  }

  final Contents current() throws VaultException {
    byte[] bytes = file.read();
    if (!Arrays.equals(bytes, contents.bytes())) {
      Contents now = Contents.verify(bytes, key);
      if (!now.header().isOfTheSame(contents.header())) {
        throw new VaultException(
            "another vault, or one with another trust key, was put in the place of this one",
            "restore the file from a copy that you trust");
      }
      contents = now;
    }
    return contents;
  }

  static Index.Entry secret(Index index, String name) throws VaultException {
    SecretName.check(name);
    return index
        .find(Index.SECRET, name)
        .orElseThrow(
            () ->
                VaultException.absent(
                    "the vault has no secret " + name, "gatekeeper vault put " + name));
  }

  private static SecretInfo info(Index.Entry entry) {
    return new SecretInfo(entry.name(), entry.version(), entry.attributes());
  }

  /** Whether {@link #close} was called. */
  final synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    key.close();
  }
}
