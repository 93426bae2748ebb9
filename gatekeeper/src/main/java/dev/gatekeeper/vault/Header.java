package dev.gatekeeper.vault;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.LineReader;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a vault that is text: which vault, which generation, which public keys, which slots.
 *
 * <p>Read from a locked vault it is a claim, signed by the trust key that it names itself: whoever
 * alters it must put a trust key of their own in the place of the person's. That vault does not
 * open by the person's passphrase, and is not the one that the log has seen, nor that an
 * administrator pinned.
 */
public final class Header {
  /** Bytes of a vault's id. */
  public static final int ID_BYTES = 16;

  private static final String AUDIT = "audit";
  private static final String TRUST = "trust";
  private static final int MAX_SLOTS = 64; // a team of sixty; ten is what this is built for
  private static final int MAX_PASSPHRASE_SLOTS = 4; // each is an Argon2id at opening
  private static final int MAX_NAMED = 16;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  /**
   * A public key of the vault.
   *
   * @param algorithm {@code x25519} or {@code ed25519}
   * @param key 32 bytes, canonical base64url
   */
  record NamedKey(String algorithm, String key) {}

  private final String id;
  private final long generation;
  private final List<String> parents;
  private final SortedMap<String, NamedKey> keys;
  private final SortedMap<String, Long> counters;
  private final List<Slot> slots;
  private Ed25519.@Nullable Verifier trustVerifier;

  Header(
      String id,
      long generation,
      List<String> parents,
      Map<String, NamedKey> keys,
      Map<String, Long> counters,
      List<Slot> slots) {
    this.id = id;
    this.generation = generation;
    this.parents = List.copyOf(parents);
    this.keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    this.counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
    this.slots = List.copyOf(slots);
  }

  /** 16 bytes, base64url: the same in all generations of a vault. */
  public String id() {
    return id;
  }

  /** Counts changes from 1. */
  public long generation() {
    return generation;
  }

  /**
   * SHA-256 of the files that this one follows, base64url: none for a new vault, two for a merge.
   */
  public List<String> parents() {
    return parents;
  }

  /** X25519 public half to which the audit seals its MAC keys. */
  public byte[] auditPublicKey() {
    return publicKey(AUDIT);
  }

  /** Ed25519 public half by which a trust store is verified, base64url. */
  public String trustPublicKey() {
    return Base64Url.of(publicKey(TRUST));
  }

  /** Labels and kinds of the slots, for people. */
  public List<String> slots() {
    return slots.stream().map(slot -> slot.label() + " (" + slot.kind() + ")").toList();
  }

  /** What the file says of each slot, in its order. */
  public List<SlotInfo> slotInfos() {
    return slots.stream()
        .map(slot -> new SlotInfo(slot.kind(), slot.label(), slot.publicKey()))
        .toList();
  }

  /** How often trust was given; a trust store with a lower number is an old copy. */
  public long trustSequence() {
    return counters.getOrDefault(TRUST, 0L);
  }

  /** Whether the vault's trust key signed {@code message} (Ed25519, RFC 8032). */
  public boolean verifiesTrust(byte[] message, byte[] signature) {
    return trustVerifier().verifies(message, signature);
  }

  private synchronized Ed25519.Verifier trustVerifier() {
    Ed25519.Verifier known = trustVerifier;
    if (known == null) {
      known = new Ed25519.Verifier(publicKey(TRUST));
      trustVerifier = known;
    }
    return known;
  }

  byte[] idBytes() {
    return Base64Url.parse(id);
  }

  /** What the wrapping of a slot names. */
  byte[] trustBytes() {
    return publicKey(TRUST);
  }

  /** Whether both are of one vault and speak for one person. */
  boolean isOfTheSame(Header other) {
    return id.equals(other.id) && Objects.equals(keys.get(TRUST), other.keys.get(TRUST));
  }

  List<Slot> allSlots() {
    return slots;
  }

  /**
   * The header of the file that follows the one with this digest.
   *
   * @param highest a generation to be above, or 0
   */
  Header next(String parent, long highest) {
    long next = Math.max(generation, highest) + 1;
    return new Header(id, next, List.of(parent), keys, counters, slots);
  }

  Header withTrustSequence(long sequence) {
    Map<String, Long> raised = new TreeMap<>(counters);
    raised.put(TRUST, sequence);
    return new Header(id, generation, parents, keys, raised, slots);
  }

  Header withSlots(List<Slot> others) {
    return new Header(id, generation, parents, keys, counters, others);
  }

  byte[] publicKey(String name) {
    NamedKey key = keys.get(name);
    if (key == null) {
      throw new AssertionError("every vault has this key: " + name);
    }
    return Base64Url.parse(key.key());
  }

  String print() {
    StringBuilder text = new StringBuilder(VaultText.VERSION).append('\n');
    text.append("vault ").append(id).append('\n');
    text.append("generation ").append(generation).append('\n');
    parents.forEach(parent -> text.append("parent ").append(parent).append('\n'));
    keys.forEach(
        (name, key) ->
            text.append(String.join(" ", "key", name, key.algorithm, key.key)).append('\n'));
    counters.forEach((name, n) -> text.append("counter " + name + " " + n).append('\n'));
    slots.forEach(slot -> text.append("slot " + String.join(" ", slot.words())).append('\n'));
    return text.toString();
  }

  static Header parse(LineReader reader) throws VaultException {
    if (!reader.line().equals(VaultText.VERSION)) {
      throw reader.fault("not a vault of a version that this program knows");
    }
    String id = reader.base64(reader.words("vault", 1, 1).getFirst(), ID_BYTES, ID_BYTES);
    long generation = reader.generation();
    List<String> parents = reader.parents();
    SortedMap<String, NamedKey> keys = keys(reader);
    SortedMap<String, Long> counters = new TreeMap<>();
    while (reader.nextIs("counter")) {
      List<String> words = reader.words("counter", 2, 2);
      add(reader, counters, words.getFirst(), reader.number(words.getLast()));
    }
    return new Header(id, generation, parents, keys, counters, slots(reader));
  }

  private static SortedMap<String, NamedKey> keys(LineReader reader) throws VaultException {
    SortedMap<String, NamedKey> keys = new TreeMap<>();
    while (reader.nextIs("key")) {
      List<String> words = reader.words("key", 3, 3);
      if (!words.get(1).equals("x25519") && !words.get(1).equals("ed25519")) {
        throw reader.fault("unknown algorithm of a key");
      }
      NamedKey key = new NamedKey(words.get(1), reader.base64(words.get(2), 32, 32));
      add(reader, keys, words.getFirst(), key);
    }
    NamedKey audit = keys.get(AUDIT);
    NamedKey trust = keys.get(TRUST);
    if (audit == null
        || trust == null
        || !audit.algorithm.equals("x25519")
        || !trust.algorithm.equals("ed25519")) {
      throw reader.fault("audit or trust key missing, or of another algorithm");
    }
    return keys;
  }

  /** Names are sorted and unique, so that a header has one form. */
  private static <T> void add(LineReader reader, SortedMap<String, T> map, String name, T value)
      throws VaultException {
    if (!NAME.matcher(name).matches()
        || map.size() == MAX_NAMED
        || (!map.isEmpty() && map.lastKey().compareTo(name) >= 0)) {
      throw reader.fault("a name is malformed, repeated, out of order, or one too many");
    }
    map.put(name, value);
  }

  private static List<Slot> slots(LineReader reader) throws VaultException {
    List<Slot> slots = new ArrayList<>();
    Set<String> labels = new HashSet<>();
    int passphrases = 0;
    while (reader.nextIs("slot")) {
      Slot slot = SlotText.parse(reader);
      passphrases += slot instanceof Slot.ByPassphrase ? 1 : 0;
      if (slots.size() == MAX_SLOTS || passphrases > MAX_PASSPHRASE_SLOTS) {
        throw reader.fault("a slot too many");
      }
      if (!labels.add(slot.label())) {
        throw reader.fault("the label of a slot is repeated");
      }
      slots.add(slot);
    }
    if (passphrases == 0) {
      throw reader.fault("no slot is a passphrase's: nobody could prove presence");
    }
    return slots;
  }
}
