package dev.gatekeeper.allowlist.check;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import java.util.List;
import java.util.Optional;

/** Where the values of a text that was read before stand. */
final class Places {
  private final Json root;

  private Places(Json root) {
    this.root = root;
  }

  static Places of(byte[] text, int maxBytes) {
    try {
      return new Places(JsonReader.read(text, maxBytes, fault -> {}));
    } catch (JsonException e) {
      throw new AssertionError("a text that was parsed", e);
    }
  }

  /** Where the value stands, or the nearest one around it. */
  At at(List<String> path) {
    Json place = root;
    for (String key : path) {
      List<Json.Member> members = place.members();
      Optional<Json> below =
          place instanceof JsonArray array
              ? Optional.of(array.elements().get(Integer.parseInt(key)))
              : place.get(key).or(() -> header(members, key));
      if (below.isEmpty()) {
        return place.at();
      }
      place = below.get();
    }
    return place.at();
  }

  /** The value of a header, which is known here by its name in lower case. */
  private static Optional<Json> header(List<Json.Member> members, String key) {
    return members.stream()
        .filter(member -> member.name().equalsIgnoreCase(key))
        .map(Json.Member::value)
        .findFirst();
  }
}
