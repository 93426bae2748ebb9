package dev.gatekeeper.allowlist.toml;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Json;
import java.util.ArrayList;
import java.util.List;

/** What a key can stand for while the text is read. */
sealed interface Node permits Node.Value, Node.Tables, TomlTable {
  /** The finished value. */
  Json toJson();

  /** A value that is complete. */
  record Value(Json json) implements Node {
    @Override
    public Json toJson() {
      return json;
    }
  }

  /** {@code [[name]]}, to which further tables may be added. */
  record Tables(At at, List<TomlTable> elements) implements Node {
    @Override
    public Json toJson() {
      List<Json> all = new ArrayList<>();
      elements.forEach(element -> all.add(element.toJson()));
      return new Json.JsonArray(at, all);
    }
  }
}
