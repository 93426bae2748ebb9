package dev.gatekeeper.trust.auditor;

import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Auditors as the member {@code auditors} of a trust store. */
public final class AuditorText {
  /** A record that begins an epoch has a key for each; people who check a log are few. */
  public static final int MOST = 8;

  private static final String MEMBER = "auditors";

  private AuditorText() {}

  /** The beginning of the member, as every text that has it has it. */
  public static String start() {
    return "\"" + MEMBER + "\":[";
  }

  /** Writes the member, where there are any. */
  public static void write(List<Auditor> auditors, JsonWriter store) {
    if (!auditors.isEmpty()) {
      store.array(MEMBER, all -> auditors.forEach(one -> all.object(it -> write(one, it))));
    }
  }

  private static void write(Auditor auditor, JsonWriter object) {
    object.put("name", auditor.name()).put("seal", auditor.sealKey());
    object.put("sign", auditor.signKey()).put("since", auditor.since());
  }

  /**
   * Reads the member.
   *
   * @throws MalformedException where one is not of this form
   * @throws IllegalArgumentException where one is no auditor, two have one name or one key, or
   *     there are too many
   */
  public static List<Auditor> read(Slice store) throws MalformedException {
    Optional<Slice> member = store.members().get(MEMBER);
    List<Auditor> auditors = new ArrayList<>();
    Set<String> different = new HashSet<>();
    if (member.isPresent()) {
      for (Slice one : member.get().elements(MOST)) {
        Auditor auditor =
            new Auditor(
                string(one, "name"),
                string(one, "seal"),
                string(one, "sign"),
                string(one, "since"));
        auditors.add(auditor);
        different.add("name " + auditor.name());
        different.add("key " + auditor.sealKey());
      }
    }
    if (different.size() != 2 * auditors.size()) {
      throw new IllegalArgumentException("two auditors with one name or one key");
    }
    return auditors;
  }

  private static String string(Slice object, String name) throws MalformedException {
    return object
        .members()
        .get(name)
        .filter(Slice::isString)
        .map(Slice::string)
        .orElseThrow(() -> new IllegalArgumentException("an auditor without " + name));
  }
}
