package dev.gatekeeper.catalog;

import dev.gatekeeper.allowlist.PublicName;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;

/**
 * One definition as the agent sees it.
 *
 * @param server the server that offers it
 * @param name the server's own name, URI or URI template
 * @param publicName what the agent calls it
 * @param definition the definition, the server's bytes but for the name
 * @param reviewed whether it is what a lock holds, and not what a server says of itself
 */
public record Item(
    String server, String name, String publicName, Slice definition, boolean reviewed) {
  /**
   * The definition under the name that the agent calls it by.
   *
   * @throws MalformedException where its members repeat, or none is its name
   */
  public static Item of(Kind kind, String server, Offered offered, boolean reviewed)
      throws MalformedException {
    String name = offered.name();
    if (!kind.isNamed()) {
      return new Item(server, name, name, offered.definition(), reviewed);
    }
    String publicName = PublicName.of(server, name);
    Slice key =
        offered
            .definition()
            .members()
            .get(kind.key())
            .orElseThrow(() -> new MalformedException("a definition without a name", 0));
    Splice splice = Splice.of(offered.definition()).replace(key, Json.quote(publicName));
    return new Item(server, name, publicName, splice.toSlice(), reviewed);
  }

  /** Whether this one counts where another of the same name came first. */
  boolean goesBefore(Item first) {
    return reviewed && !first.reviewed;
  }
}
