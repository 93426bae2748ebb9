package dev.gatekeeper.team.file;

import dev.gatekeeper.vault.Edits;
import dev.gatekeeper.vault.key.Aead;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One generation of a team's vault, opened by its key: the index under the header, each sealed part
 * by the index. Nothing is decrypted but the index. Whose key it is belongs to whoever opened it.
 */
public final class TeamContents {
  private static final String INDEX_PURPOSE = "team-index";
  private static final String PART_PURPOSE = "team-part";

  private final TeamText text;
  private final byte[] bytes;
  private final Index index;
  private final Map<String, byte[]> parts;

  private TeamContents(TeamText text, byte[] bytes, Index index, Map<String, byte[]> parts) {
    this.text = text;
    this.bytes = bytes;
    this.index = index;
    this.parts = parts;
  }

  /** Opens what {@link TeamText#parse} has found to be signed. */
  public static TeamContents open(TeamText text, byte[] bytes, VaultKey key) throws VaultException {
    byte[] bound = TeamText.bound(text.header());
    byte[] plain =
        Aead.open(key.derive(INDEX_PURPOSE, bound), bound, Base64Url.parse(text.index()))
            .orElseThrow(
                () -> new VaultException("the team vault's index does not open under its header"));
    Index index = Index.parse(plain);
    List<Index.Entry> entries = index.entries();
    if (entries.size() != text.parts().size()
        || !entries.stream().allMatch(entry -> entry.kind().equals(Index.SECRET))) {
      throw new VaultException("the team vault's parts are not those that its index names");
    }
    Map<String, byte[]> parts = new TreeMap<>();
    for (int i = 0; i < entries.size(); i++) {
      byte[] part = Base64Url.parse(text.parts().get(i));
      if (!Base64Url.of(Bytes.sha256(part)).equals(entries.get(i).digest())) {
        throw new VaultException("sealed part " + (i + 1) + " of the team vault was exchanged");
      }
      parts.put(entries.get(i).name(), part);
    }
    return new TeamContents(text, bytes, index, parts);
  }

  /** SHA-256 of a file, base64url: by this a later one names it as its parent. */
  public static String digest(byte[] file) {
    return Base64Url.of(Bytes.sha256(file));
  }

  /** What is text in it, and not sealed. */
  public TeamHeader header() {
    return text.header();
  }

  /** All lines, sealed as they are. */
  public TeamText text() {
    return text;
  }

  /** A copy of the file. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Whether these are the bytes of that file. */
  public boolean is(byte[] file) {
    return Arrays.equals(bytes, file);
  }

  /** As {@link #digest(byte[])}. */
  public String digest() {
    return digest(bytes);
  }

  /** Names, versions and what is said of each secret; no value. */
  public Index index() {
    return index;
  }

  /** The entry of the secret of that name. */
  public Optional<Index.Entry> find(String name) {
    return index.find(Index.SECRET, name);
  }

  /** The plaintext of one entry, to be wiped by the caller. */
  public byte[] open(Index.Entry entry, VaultKey key) throws VaultException {
    byte[][] context = entry.context(header().idBytes());
    byte[] part = Optional.ofNullable(parts.get(entry.name())).orElseThrow();
    return Aead.open(key.derive(PART_PURPOSE, context), associated(context), part)
        .orElseThrow(() -> new VaultException("a sealed part does not open under its own name"));
  }

  /** The words from which the key is derived, a zero byte after each. */
  private static byte[] associated(byte[][] context) {
    byte[] all = {};
    for (byte[] word : context) {
      all = Bytes.concat(all, word, new byte[1]);
    }
    return all;
  }

  /** The next generation in the making: collects changes, then seals and signs. */
  public static final class Draft implements Edits.Draft {
    private TeamHeader header;
    private Index index;
    private final Map<String, byte[]> parts;
    private final VaultKey key;

    /** Empty, under a header that names generation and parents already. */
    public Draft(TeamHeader header, VaultKey key) {
      this.header = header;
      this.index = new Index(List.of());
      this.parts = new TreeMap<>();
      this.key = key;
    }

    /** Of what follows {@code contents}, under the same key. */
    public Draft(TeamContents contents, VaultKey key) {
      this.header =
          contents.header().next(List.of(contents.digest()), contents.header().generation() + 1);
      this.index = contents.index;
      this.parts = new TreeMap<>(contents.parts);
      this.key = key;
    }

    /** As it stands now. */
    public TeamHeader header() {
      return header;
    }

    /** Other members, or another place in the history. */
    public void header(TeamHeader changed) {
      header = changed;
    }

    @Override
    public Optional<Index.Entry> find(String name) {
      return index.find(Index.SECRET, name);
    }

    @Override
    public void put(String name, long version, Map<String, String> about, byte[] plain) {
      Index.Entry unsealed = new Index.Entry(Index.SECRET, name, version, "", new TreeMap<>(about));
      byte[][] context = unsealed.context(header.idBytes());
      byte[] part = Aead.seal(key.derive(PART_PURPOSE, context), associated(context), plain);
      String digest = Base64Url.of(Bytes.sha256(part));
      index =
          index.with(new Index.Entry(Index.SECRET, name, version, digest, unsealed.attributes()));
      parts.put(name, part);
    }

    /** Without this secret. */
    public void remove(Index.Entry entry) {
      index = index.without(entry);
      parts.remove(entry.name());
    }

    /** All of {@code from}, opened and sealed again under this draft's key. */
    public void reseal(TeamContents from, VaultKey opens) throws VaultException {
      for (Index.Entry entry : from.index.entries()) {
        byte[] plain = from.open(entry, opens);
        try {
          put(entry.name(), entry.version(), entry.attributes(), plain);
        } finally {
          Arrays.fill(plain, (byte) 0);
        }
      }
    }

    /**
     * Signed by a member.
     *
     * @throws VaultException where that one may not sign, or the file would be too long
     */
    public TeamContents seal(TeamIdentity by) throws VaultException {
      byte[] bound = TeamText.bound(header);
      byte[] sealed = Aead.seal(key.derive(INDEX_PURPOSE, bound), bound, index.print());
      List<String> ordered =
          index.entries().stream()
              .map(entry -> Optional.ofNullable(parts.get(entry.name())).orElseThrow())
              .map(Base64Url::of)
              .toList();
      byte[] bytes = TeamText.signed(header, Base64Url.of(sealed), ordered, by).print();
      if (bytes.length > TeamText.MAX_BYTES || ordered.size() > TeamText.MAX_PARTS) {
        throw new VaultException("the team vault is full");
      }
      // What is written must be what a reader accepts: read it as one.
      return open(TeamText.parse(bytes), bytes, key);
    }
  }

  /** The vault's key, sealed to a member. */
  public static TeamHeader.Slot slot(TeamHeader header, Member member, VaultKey key)
      throws VaultException {
    byte[] plain = key.unsafeCopy();
    try {
      byte[] sealed = TeamIdentity.seal(member.identity(), "slot", header.idBytes(), plain);
      return new TeamHeader.Slot(member, Base64Url.of(sealed));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }
}
