package dev.gatekeeper.vault.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the vault holds, by name: sealed as one part, and bound to the header above it. An entry
 * names the SHA-256 of its sealed part, so that a part cannot be altered, exchanged, dropped or
 * replaced by an older one.
 */
public final class Index {
  /** Opened by the presence key. */
  public static final String KEY = "key";

  /** A private half that a vault opened without a person may use. */
  public static final String IDENTITY = "identity";

  /** The kind of what a reference can name. */
  public static final String SECRET = "secret";

  private static final String VERSION = "gatekeeper-index/1";
  private static final Pattern KIND = Pattern.compile("identity|key|secret");
  private static final Pattern ATTRIBUTE = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final int MAX_ATTRIBUTES = 32;
  private static final int MAX_TEXT = 1_000; // a sentence or two, in UTF-16 units

  /**
   * What is known of one sealed part.
   *
   * @param digest SHA-256 of the sealed part, canonical base64url
   */
  public record Entry(
      String kind, String name, long version, String digest, SortedMap<String, String> attributes) {
    public Entry {
      attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** Kind and name: unique in an index. */
    public String id() {
      return kind + " " + name;
    }

    /** What the key of the part is derived from, and what its seal is bound to. */
    public byte[][] context(byte[] vaultId) {
      return new byte[][] {
        vaultId, kind.getBytes(UTF_8), name.getBytes(UTF_8), Long.toString(version).getBytes(UTF_8)
      };
    }
  }

  private final SortedMap<String, Entry> entries;

  /** Of these entries. */
  public Index(List<Entry> entries) {
    this.entries = new TreeMap<>();
    entries.forEach(entry -> this.entries.put(entry.id(), entry));
  }

  /** In the order of the file. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** One entry. */
  public Optional<Entry> find(String kind, String name) {
    return Optional.ofNullable(entries.get(kind + " " + name));
  }

  /** As this one, with an entry put or replaced. */
  public Index with(Entry entry) {
    Index changed = new Index(entries());
    changed.entries.put(entry.id(), entry);
    return changed;
  }

  /** As this one, but for an entry. */
  public Index without(Entry entry) {
    Index changed = new Index(entries());
    changed.entries.remove(entry.id());
    return changed;
  }

  /** Whether {@code text} can stand in an attribute: not empty, bounded, on one line. */
  public static boolean isText(String text) {
    return !text.isBlank()
        && text.length() <= MAX_TEXT
        && UTF_8.newEncoder().canEncode(text)
        && text.codePoints().noneMatch(Character::isISOControl);
  }

  /** The one form of it. */
  public byte[] print() {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    for (Entry entry : entries.values()) {
      text.append(String.join(" ", "entry", entry.kind, entry.name))
          .append(" " + entry.version + " " + entry.digest + "\n");
      entry.attributes.forEach(
          (name, value) -> text.append("attribute " + name + " " + value + "\n"));
    }
    return text.toString().getBytes(UTF_8);
  }

  /** Reads what {@link #print} wrote, and nothing else. */
  public static Index parse(byte[] bytes) throws VaultException {
    LineReader reader = new LineReader("index of the vault", bytes);
    if (!reader.line().equals(VERSION)) {
      throw reader.fault("not an index of a version that this program knows");
    }
    List<Entry> entries = new ArrayList<>();
    String last = "";
    while (reader.hasNext()) {
      Entry entry = entry(reader);
      if (entry.id().compareTo(last) <= 0) {
        throw reader.fault("an entry is repeated or out of order");
      }
      last = entry.id();
      entries.add(entry);
    }
    return new Index(entries);
  }

  private static Entry entry(LineReader reader) throws VaultException {
    List<String> words = reader.words("entry", 4, 4);
    long version = reader.number(words.get(2));
    if (!KIND.matcher(words.get(0)).matches()
        || !SecretName.isValid(words.get(1))
        || version == 0) {
      throw reader.fault("kind, name or version of an entry is malformed");
    }
    String digest = reader.base64(words.get(3), 32, 32);
    Map<String, String> attributes = new TreeMap<>();
    String last = "";
    while (reader.nextIs("attribute")) {
      String[] parts = reader.line().split(" ", 3);
      if (parts.length != 3
          || !ATTRIBUTE.matcher(parts[1]).matches()
          || !isText(parts[2])
          || parts[1].compareTo(last) <= 0
          || attributes.size() == MAX_ATTRIBUTES) {
        throw reader.fault("an attribute is malformed, repeated, out of order, or one too many");
      }
      last = parts[1];
      attributes.put(parts[1], parts[2]);
    }
    return new Entry(words.get(0), words.get(1), version, digest, new TreeMap<>(attributes));
  }
}
