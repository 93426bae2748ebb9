package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.vault.Base64Url;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultException;
import dev.gatekeeper.wire.Json;
import dev.gatekeeper.wire.JsonWriter;
import dev.gatekeeper.wire.MalformedException;
import dev.gatekeeper.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What people trusted, as signed text. The last member is an Ed25519 signature over all bytes
 * before it, made by a key that only the vault's passphrase opens, and checked by its public half
 * in the vault's header. The text is checked as written: nothing is parsed before it is believed.
 *
 * @param sequence counts the writes; the vault keeps the highest, so that an old copy is refused
 */
record TrustStore(String vault, long sequence, List<Entry> entries) {
  /** 16 MiB: a thousand lists of the usual length. */
  static final int MAX_BYTES = 16 << 20;

  private static final int MAX_ENTRIES = 512; // work trees of one person; the oldest give way

  private static final byte[] DOMAIN = "gatekeeper-trust/1\n".getBytes(UTF_8);
  private static final String BEFORE_SIGNATURE = ",\"signature\":\"";
  private static final int SIGNATURE_CHARS = 86; // 64 bytes as base64url
  private static final int SUFFIX = BEFORE_SIGNATURE.length() + SIGNATURE_CHARS + 3; // "}LF

  /**
   * The content that one place was trusted with last.
   *
   * @param place canonical directory
   * @param git by what other clones and work trees of it are known
   * @param content the text of the list, for saying what changed since
   * @param time ISO 8601 in UTC
   */
  record Entry(
      String place, Optional<GitIdentity> git, String digest, String content, String time) {}

  TrustStore {
    entries = List.copyOf(entries);
  }

  static TrustStore empty(Header header) {
    return new TrustStore(header.id(), header.trustSequence(), List.of());
  }

  Optional<Entry> at(String place) {
    return entries.stream().filter(entry -> entry.place().equals(place)).findFirst();
  }

  /** The next store, in which {@code entry} is the only one of its place. */
  TrustStore with(Entry entry) {
    List<Entry> changed = new ArrayList<>(entries);
    changed.removeIf(known -> known.place().equals(entry.place()));
    changed.add(entry);
    int from = Math.max(0, changed.size() - MAX_ENTRIES);
    return new TrustStore(vault, sequence + 1, changed.subList(from, changed.size()));
  }

  byte[] sign(OpenVault key) throws VaultException {
    byte[] body = body();
    byte[] prefix = Arrays.copyOf(body, body.length - 1); // without the closing brace
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(prefix);
    text.writeBytes(BEFORE_SIGNATURE.getBytes(UTF_8));
    text.writeBytes(Base64Url.of(key.signTrust(signed(prefix))).getBytes(UTF_8));
    text.writeBytes("\"}\n".getBytes(UTF_8));
    return text.toByteArray();
  }

  private byte[] body() {
    JsonWriter object = Json.object();
    object.put("version", 1).put("vault", vault).put("sequence", sequence);
    object.array("trusted", array -> entries.forEach(e -> array.object(o -> write(e, o))));
    return object.toBytes();
  }

  private static void write(Entry entry, JsonWriter object) {
    object.put("place", entry.place());
    entry.git().ifPresent(git -> object.put("root", git.root()).put("remote", git.remote()));
    object.put("digest", entry.digest()).put("time", entry.time());
    object.put("content", Base64Url.of(entry.content().getBytes(UTF_8)));
  }

  /**
   * Believes a text.
   *
   * @throws TrustException unless the vault's trust key signed exactly these bytes, for this vault,
   *     and no later ones are known
   */
  static TrustStore verify(byte[] text, Header header) throws TrustException {
    int end = text.length - SUFFIX;
    if (end < 0) {
      throw new TrustException("the trust store is cut off");
    }
    byte[] prefix = Arrays.copyOf(text, end);
    String suffix = new String(text, end, SUFFIX, UTF_8);
    if (!suffix.startsWith(BEFORE_SIGNATURE) || !suffix.endsWith("\"}\n")) {
      throw new TrustException("the trust store bears no signature");
    }
    byte[] signature = signature(suffix.substring(BEFORE_SIGNATURE.length(), SUFFIX - 3));
    if (!header.verifiesTrust(signed(prefix), signature)) {
      throw new TrustException("the trust store was altered, or belongs to another vault");
    }
    TrustStore store;
    try {
      store = parse(Slice.of(text));
    } catch (MalformedException e) {
      throw new TrustException("the trust store is of a form that this version does not know");
    }
    if (!store.vault.equals(header.id())) {
      throw new TrustException("the trust store belongs to another vault");
    }
    if (store.sequence < header.trustSequence()) {
      throw new TrustException("the trust store is an old copy");
    }
    return store;
  }

  private static byte[] signature(String text) throws TrustException {
    try {
      return Base64Url.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TrustException("the trust store bears no signature");
    }
  }

  private static TrustStore parse(Slice text) throws MalformedException, TrustException {
    if (number(text, "version") != 1) {
      throw new TrustException("the trust store is of a version that this program does not know");
    }
    List<Entry> entries = new ArrayList<>();
    for (Slice entry : required(text, "trusted").elements()) {
      Optional<Slice> root = entry.members().get("root");
      entries.add(
          new Entry(
              string(entry, "place"),
              root.isEmpty()
                  ? Optional.empty()
                  : Optional.of(new GitIdentity(root.get().string(), string(entry, "remote"))),
              string(entry, "digest"),
              new String(Base64Url.parse(string(entry, "content")), UTF_8),
              string(entry, "time")));
    }
    return new TrustStore(string(text, "vault"), number(text, "sequence"), entries);
  }

  private static long number(Slice object, String name) throws MalformedException, TrustException {
    return required(object, name)
        .integer()
        .orElseThrow(() -> new TrustException("a number of the trust store is malformed"));
  }

  private static String string(Slice object, String name)
      throws MalformedException, TrustException {
    return required(object, name).string();
  }

  private static Slice required(Slice object, String name)
      throws MalformedException, TrustException {
    return object
        .members()
        .get(name)
        .orElseThrow(() -> new TrustException("the trust store lacks " + name));
  }

  private static byte[] signed(byte[] prefix) {
    byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + prefix.length);
    System.arraycopy(prefix, 0, message, DOMAIN.length, prefix.length);
    return message;
  }
}
