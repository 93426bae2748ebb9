package dev.gatekeeper.vault;

import dev.gatekeeper.vault.key.Aead;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.VaultException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One generation of a vault, authenticated under its key: header, index, and each sealed part that
 * the index names. Immutable; a change makes the next generation.
 *
 * <p>Nothing is decrypted but the index: a part is opened by {@link #open} alone, by itself.
 */
final class Contents {
  private final VaultText text;
  private final byte[] bytes;
  private final Index index;
  private final Map<String, byte[]> parts;

  private Contents(VaultText text, byte[] bytes, Index index, Map<String, byte[]> parts) {
    this.text = text;
    this.bytes = bytes;
    this.index = index;
    this.parts = parts;
  }

  /**
   * Reads bottom up what the key authenticates: header by its MAC, header and index by the
   * signature of the trust key, index under the header, parts by the index.
   */
  static Contents verify(byte[] bytes, VaultKey key) throws VaultException {
    VaultText text = VaultText.parse(bytes);
    byte[] header = text.header().print().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(key.mac(header), Base64Url.parse(text.mac()))) {
      throw new VaultException(
          "the header of the vault was altered, or the vault has a new key",
          "restore the file from a copy that you trust");
    }
    text.requireSignature();
    byte[] plain =
        Aead.open(key.derive("index", bound(text)), bound(text), Base64Url.parse(text.index()))
            .orElseThrow(() -> new VaultException("the index of the vault was altered"));
    Index index = Index.parse(plain);
    return new Contents(text, bytes, index, parts(text, index));
  }

  private static Map<String, byte[]> parts(VaultText text, Index index) throws VaultException {
    List<Index.Entry> entries = index.entries();
    if (entries.size() != text.parts().size()) {
      throw new VaultException(
          "the vault has "
              + text.parts().size()
              + " sealed parts where its index names "
              + entries.size());
    }
    Map<String, byte[]> parts = new TreeMap<>();
    for (int i = 0; i < entries.size(); i++) {
      byte[] part = Base64Url.parse(text.parts().get(i));
      if (!Base64Url.of(VaultText.sha256(part)).equals(entries.get(i).digest())) {
        throw new VaultException("sealed part " + (i + 1) + " of the vault was altered");
      }
      parts.put(entries.get(i).id(), part);
    }
    return parts;
  }

  /** What binds the index to its header: the header's MAC, which covers all of it. */
  private static byte[] bound(VaultText text) {
    return Base64Url.parse(text.mac());
  }

  Header header() {
    return text.header();
  }

  Index index() {
    return index;
  }

  /** The file, as read or as to be written. */
  byte[] bytes() {
    return bytes;
  }

  /** SHA-256 of the file, base64url. */
  String digest() {
    return Base64Url.of(VaultText.sha256(bytes));
  }

  /**
   * The plaintext of one entry, to be wiped by the caller.
   *
   * @param key the presence key for an entry of kind {@code key}, else the vault key
   */
  byte[] open(Index.Entry entry, VaultKey key) throws VaultException {
    return open(entry, key, header(), parts);
  }

  private static byte[] open(
      Index.Entry entry, VaultKey key, Header header, Map<String, byte[]> parts)
      throws VaultException {
    byte[] part = Optional.ofNullable(parts.get(entry.id())).orElseThrow();
    byte[][] context = entry.context(header.idBytes());
    return Aead.open(key.derive("part", context), aad(context), part)
        .orElseThrow(() -> new VaultException("a sealed part does not open under its own name"));
  }

  /** Associated data of a part: the same words as in its key's derivation, NUL after each. */
  static byte[] aad(byte[][] context) {
    java.io.ByteArrayOutputStream aad = new java.io.ByteArrayOutputStream();
    for (byte[] word : context) {
      aad.writeBytes(word);
      aad.write(0);
    }
    return aad.toByteArray();
  }

  /** Signs the next generation by the trust key. */
  interface Signing {
    byte[] sign(byte[] statement) throws VaultException;
  }

  /** A first generation, or the next: collects changes, then seals. */
  static final class Draft implements Edits.Draft {
    private Header header;
    private Index index;
    private final Map<String, byte[]> parts;
    private VaultKey key;
    private @Nullable VaultKey presence;
    private final Signing signing;

    /** Of a new vault. */
    Draft(Header header, VaultKey key, Signing signing) {
      this.header = header;
      this.index = new Index(List.of());
      this.parts = new TreeMap<>();
      this.key = key;
      this.signing = signing;
    }

    /** Of the generation that follows {@code contents}, and is above {@code highest}. */
    Draft(Contents contents, long highest, VaultKey key, Signing signing) {
      this.header = contents.header().next(contents.digest(), highest);
      this.index = contents.index;
      this.parts = new TreeMap<>(contents.parts);
      this.key = key;
      this.signing = signing;
    }

    Header header() {
      return header;
    }

    VaultKey key() {
      return key;
    }

    /** Null where it stays as it is. */
    @Nullable VaultKey presence() {
      return presence;
    }

    void header(Header changed) {
      header = changed;
    }

    Index index() {
      return index;
    }

    void raiseTrustSequence(long sequence) {
      header = header.withTrustSequence(Math.max(sequence, header.trustSequence()));
    }

    @Override
    public Optional<Index.Entry> find(String name) {
      return index.find(Index.SECRET, name);
    }

    @Override
    public void put(String name, long version, Map<String, String> about, byte[] plain) {
      put(Index.SECRET, name, version, about, plain);
    }

    void put(String kind, String name, long version, Map<String, String> about, byte[] plain) {
      put(kind, name, version, about, plain, key);
    }

    /** Seals under the presence key. */
    void putKey(String name, byte[] plain, VaultKey presence) {
      put(Index.KEY, name, 1, Map.of(), plain, presence);
    }

    private void put(
        String kind,
        String name,
        long version,
        Map<String, String> about,
        byte[] plain,
        VaultKey under) {
      Index.Entry unsealed = new Index.Entry(kind, name, version, "", new TreeMap<>(about));
      byte[][] context = unsealed.context(header.idBytes());
      byte[] part = Aead.seal(under.derive("part", context), aad(context), plain);
      String digest = Base64Url.of(VaultText.sha256(part));
      index = index.with(new Index.Entry(kind, name, version, digest, unsealed.attributes()));
      parts.put(unsealed.id(), part);
    }

    /**
     * Seals everything anew: what the old keys open is nothing of what is written.
     *
     * @param slots to stay, or new ones; each is sealed the new keys by the caller
     */
    void rekey(VaultKey former, VaultKey nextKey, VaultKey nextPresence, List<Slot> slots)
        throws VaultException {
      VaultKey old = key;
      for (Index.Entry entry : index.entries()) {
        boolean byPresence = entry.kind().equals(Index.KEY);
        byte[] plain = open(entry, byPresence ? former : old);
        try {
          put(
              entry.kind(),
              entry.name(),
              entry.version(),
              entry.attributes(),
              plain,
              byPresence ? nextPresence : nextKey);
        } finally {
          Arrays.fill(plain, (byte) 0);
        }
      }
      header = header.withSlots(slots);
      key = nextKey;
      presence = nextPresence;
    }

    private byte[] open(Index.Entry entry, VaultKey under) throws VaultException {
      return Contents.open(entry, under, header, parts);
    }

    void remove(Index.Entry entry) {
      index = index.without(entry);
      parts.remove(entry.id());
    }

    Contents seal() throws VaultException {
      byte[] printed = header.print().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      byte[] mac = key.mac(printed);
      byte[] sealed = Aead.seal(key.derive("index", mac), mac, index.print());
      List<String> ordered = new ArrayList<>();
      for (Index.Entry entry : index.entries()) {
        ordered.add(Base64Url.of(Optional.ofNullable(parts.get(entry.id())).orElseThrow()));
      }
      byte[] statement = VaultText.statement(header, Base64Url.of(mac), Base64Url.of(sealed));
      String signature = Base64Url.of(signing.sign(statement));
      VaultText text =
          new VaultText(header, Base64Url.of(mac), Base64Url.of(sealed), signature, ordered);
      byte[] bytes = text.print();
      if (bytes.length > VaultText.MAX_BYTES || ordered.size() > VaultText.MAX_PARTS) {
        throw new VaultException("the vault is full");
      }
      // What is written must be what a reader accepts: read it as one.
      return Contents.verify(bytes, key);
    }
  }
}
