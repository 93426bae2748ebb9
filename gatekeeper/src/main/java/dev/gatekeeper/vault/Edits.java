package dev.gatekeeper.vault;

import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.Index;
import dev.gatekeeper.vault.text.SecretName;
import dev.gatekeeper.vault.text.VaultException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a change does to the secrets of a draft, of a person's vault or of a team's. */
public final class Edits {
  private Edits() {}

  /** The next generation of a vault, in the making. */
  public interface Draft {
    /** What is known of a secret. */
    Optional<Index.Entry> find(String name);

    /** Seals a value, and what is said of it from now on. */
    void put(String name, long version, Map<String, String> about, byte[] plain);
  }

  /** Values that were checked. */
  public interface Put {
    /** Gives the one word for the change. */
    String into(Draft draft);
  }

  /**
   * Adds secrets, or gives known ones a new value. Attributes that {@code about} lacks stay, but
   * for {@link SecretInfo#DUE}: that is of the value that goes. An empty text takes one away.
   *
   * @throws VaultException where a name, a value or an attribute is out of bounds
   */
  public static Put put(Map<String, SecretValue> values, Map<String, String> about, Instant now)
      throws VaultException {
    for (Map.Entry<String, SecretValue> each : values.entrySet()) {
      SecretName.check(each.getKey());
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
      if (!text.isEmpty() && !Index.isText(text)) {
        throw new VaultException("an attribute is too long, or holds a control character");
      }
    }
    return draft -> {
      boolean replaced = false;
      for (Map.Entry<String, SecretValue> each : new TreeMap<>(values).entrySet()) {
        replaced |= put(draft, each.getKey(), each.getValue(), about, now);
      }
      return replaced ? "replace" : "put";
    };
  }

  private static boolean put(
      Draft draft, String name, SecretValue value, Map<String, String> about, Instant now) {
    String instant = now.truncatedTo(ChronoUnit.SECONDS).toString();
    SortedMap<String, String> attributes = new TreeMap<>(Map.of(SecretInfo.CREATED, instant));
    var known = draft.find(name);
    known.ifPresent(entry -> attributes.putAll(entry.attributes()));
    attributes.remove(SecretInfo.DUE);
    attributes.putAll(about);
    attributes.values().removeIf(String::isEmpty);
    attributes.put(SecretInfo.ROTATED, instant);
    long version = known.map(entry -> entry.version() + 1).orElse(1L);
    value.revealTo(bytes -> draft.put(name, version, attributes, bytes));
    return known.isPresent();
  }

  /** Removes one secret. */
  static OpenSecrets.Edit remove(String name) {
    return draft -> {
      draft.remove(OpenSecrets.secret(draft.index(), name));
      return "remove";
    };
  }
}
