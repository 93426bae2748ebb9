package dev.gatekeeper.allowlist.edit.client;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What VS Code asks a person for ({@code "inputs"}).
 *
 * @see <a href="https://code.visualstudio.com/docs/reference/variables-reference">Input
 *     variables</a>
 */
final class Inputs {
  private final Map<String, String> defaults = new HashMap<>();

  private Inputs() {}

  /** The inputs of a whole file; whatever is malformed is taken for a secret later. */
  static Inputs of(Json root) {
    Inputs inputs = new Inputs();
    for (Json input : root.get("inputs").map(Json::elements).orElse(java.util.List.of())) {
      Optional<String> id = input.get("id").flatMap(Json::string);
      Optional<String> known = input.get("default").flatMap(Json::string);
      boolean hidden =
          input.get("password").stream().anyMatch(v -> v instanceof JsonFlag f && f.flag());
      if (id.isPresent() && known.isPresent() && !hidden) {
        inputs.defaults.put(id.get(), known.get());
      }
    }
    return inputs;
  }

  /** What is taken where a person just presses enter, unless the input is hidden. */
  Optional<String> plainDefault(String id) {
    return Optional.ofNullable(defaults.get(id));
  }
}
