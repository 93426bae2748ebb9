package dev.gatekeeper.vault;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A vault whose key is held: off heap, wiped at {@link #close}. Argon2id ran once, at opening.
 *
 * <p>Each question is answered from the file as it is now: it is read again, and authenticated
 * under the same key, whenever another process has changed it. Safe for use by several threads.
 */
public final class OpenVault implements AutoCloseable {
  private final VaultFile file;
  private final VaultKey key;
  private final Presence presence;
  private Contents contents;
  private ChangeRecord record = change -> {};
  private boolean closed;

  OpenVault(VaultFile file, VaultKey key, Contents contents) {
    this.file = file;
    this.key = key;
    this.contents = contents;
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

  /** The header, authenticated. */
  public synchronized Header header() throws VaultException {
    return current().header();
  }

  /** SHA-256 of the file as it is now, base64url. */
  public synchronized String digest() throws VaultException {
    return current().digest();
  }

  /** All secrets by name. */
  public synchronized List<SecretInfo> secrets() throws VaultException {
    return current().index().entries().stream()
        .filter(entry -> entry.kind().equals(Index.SECRET))
        .map(OpenVault::info)
        .toList();
  }

  /**
   * Opens one secret and no other.
   *
   * @return the value, to be closed by the caller
   */
  public synchronized SecretValue reveal(String name) throws VaultException {
    Contents now = current();
    return SecretValue.taking(now.open(secret(now.index(), name), key));
  }

  /** What is known about one secret. */
  public synchronized SecretInfo info(String name) throws VaultException {
    return info(secret(current().index(), name));
  }

  /**
   * Adds a secret, or gives a known one a new value; attributes that {@code about} lacks stay as
   * they are.
   *
   * @throws VaultException where name, value or an attribute is out of bounds, or writing failed:
   *     then nothing has changed
   */
  public synchronized Change put(
      String name, SecretValue value, Map<String, String> about, Instant now)
      throws VaultException {
    return putAll(Map.of(name, value), about, now);
  }

  /** As {@link #put}, for several secrets in one write: all of them or none. */
  public synchronized Change putAll(
      Map<String, SecretValue> values, Map<String, String> about, Instant now)
      throws VaultException {
    for (Map.Entry<String, SecretValue> each : values.entrySet()) {
      checkName(each.getKey());
      int length = each.getValue().length();
      if (length == 0 || length > VaultText.MAX_SECRET_BYTES) {
        throw new VaultException(
            "the value has "
                + length
                + " bytes; 1 to "
                + VaultText.MAX_SECRET_BYTES
                + " can be kept");
      }
    }
    for (String text : about.values()) {
      if (!Index.isText(text)) {
        throw new VaultException("an attribute is empty, too long, or holds a control character");
      }
    }
    return change(
        draft -> {
          boolean replaced = false;
          for (Map.Entry<String, SecretValue> each : new TreeMap<>(values).entrySet()) {
            replaced |= put(draft, each.getKey(), each.getValue(), about, now);
          }
          return replaced ? "replace" : "put";
        },
        values.keySet().stream().sorted().toList());
  }

  private static boolean put(
      Contents.Draft draft,
      String name,
      SecretValue value,
      Map<String, String> about,
      Instant now) {
    String instant = now.truncatedTo(ChronoUnit.SECONDS).toString();
    SortedMap<String, String> attributes = new TreeMap<>(Map.of(SecretInfo.CREATED, instant));
    var known = draft.index().find(Index.SECRET, name);
    known.ifPresent(entry -> attributes.putAll(entry.attributes()));
    attributes.putAll(about);
    attributes.put(SecretInfo.ROTATED, instant);
    long version = known.map(entry -> entry.version() + 1).orElse(1L);
    value.revealTo(bytes -> draft.put(Index.SECRET, name, version, attributes, bytes));
    return known.isPresent();
  }

  /** Removes a secret; the file that is left holds nothing of it. */
  public synchronized Change remove(String name) throws VaultException {
    return change(
        draft -> {
          draft.remove(secret(draft.index(), name));
          return "remove";
        },
        List.of(name));
  }

  /** Raises the number below which a trust store is an old copy. */
  public synchronized Change raiseTrustSequence(long sequence) throws VaultException {
    return change(
        draft -> {
          draft.raiseTrustSequence(sequence);
          return "trust";
        },
        List.of());
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
    byte[] secret = now.open(entry, key);
    if (secret.length != 32) {
      throw new VaultException("the vault's " + name + " key has " + secret.length + " bytes");
    }
    return secret;
  }

  private interface Edit {
    String apply(Contents.Draft draft) throws VaultException;
  }

  /** Lock, read again, change, replace: what another process wrote meanwhile is kept. */
  private Change change(Edit edit, List<String> names) throws VaultException {
    try (LockFile _ = file.lock()) {
      Contents.Draft draft = new Contents.Draft(current(), key);
      String what = edit.apply(draft);
      Contents next = draft.seal();
      Change change = new Change(what, names, next.header().generation(), next.digest());
      record.before(change);
      DurableFile.replace(file.path(), next.bytes());
      contents = next;
      return change;
    } catch (IOException e) {
      throw new VaultException("the vault cannot be written: " + e.getMessage());
    }
  }

  private Contents current() throws VaultException {
    byte[] bytes = file.read();
    if (!Arrays.equals(bytes, contents.bytes())) {
      contents = Contents.verify(bytes, key);
    }
    return contents;
  }

  private static Index.Entry secret(Index index, String name) throws VaultException {
    checkName(name);
    return index
        .find(Index.SECRET, name)
        .orElseThrow(
            () ->
                new VaultException(
                    "the vault has no secret " + name, "gatekeeper vault put " + name));
  }

  private static void checkName(String name) throws VaultException {
    if (!SecretName.isValid(name)) {
      throw new VaultException(
          "that is no name for a secret",
          "names are letters, digits, '.', '_' and '-', in parts divided by '/'");
    }
  }

  private static SecretInfo info(Index.Entry entry) {
    return new SecretInfo(entry.name(), entry.version(), entry.attributes());
  }

  /** Whether {@link #close} was called. */
  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    key.close();
  }
}
