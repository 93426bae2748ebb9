package dev.gatekeeper.allowlist.toml;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table while it is read: who defined it decides who may add to it. */
final class TomlTable implements Node {
  /** How a table came to be. */
  enum Kind {
    /** Named on the way to another: its own header may still come. */
    IMPLIED,
    /** By a header: no second one may come. */
    HEADER,
    /** By a dotted key: only dotted keys of the same table add to it. */
    DOTTED,
    /** In braces: complete. */
    INLINE
  }

  private record Entry(At at, Node node) {}

  private final At at;
  private Kind kind;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  TomlTable(At at, Kind kind) {
    this.at = at;
    this.kind = kind;
  }

  /** The table called {@code key} on the way of a header. */
  TomlTable below(TomlKey key, Cursor cursor) throws JsonException {
    Entry entry = entries.get(key.name());
    if (entry == null) {
      return put(key, new TomlTable(key.at(), Kind.IMPLIED));
    }
    if (entry.node instanceof Tables tables) {
      return tables.elements().getLast();
    }
    if (entry.node instanceof TomlTable table && table.kind != Kind.INLINE) {
      return table;
    }
    throw taken(key, cursor);
  }

  /** The table that a header {@code [key]} opens. */
  TomlTable header(TomlKey key, At where, Cursor cursor) throws JsonException {
    Entry entry = entries.get(key.name());
    if (entry == null) {
      return put(key, new TomlTable(where, Kind.HEADER));
    }
    if (entry.node instanceof TomlTable table && table.kind == Kind.IMPLIED) {
      table.kind = Kind.HEADER;
      return table;
    }
    throw taken(key, cursor);
  }

  /** The table that a header {@code [[key]]} opens. */
  TomlTable element(TomlKey key, At where, Cursor cursor) throws JsonException {
    Entry entry = entries.get(key.name());
    TomlTable table = new TomlTable(where, Kind.HEADER);
    if (entry == null) {
      List<TomlTable> elements = new ArrayList<>(List.of(table));
      entries.put(key.name(), new Entry(key.at(), new Tables(where, elements)));
      return table;
    }
    if (entry.node instanceof Tables tables) {
      tables.elements().add(table);
      return table;
    }
    throw taken(key, cursor);
  }

  /** The table called {@code key} on the way of a dotted key. */
  TomlTable dotted(TomlKey key, Cursor cursor) throws JsonException {
    Entry entry = entries.get(key.name());
    if (entry == null) {
      return put(key, new TomlTable(key.at(), Kind.DOTTED));
    }
    if (entry.node instanceof TomlTable table && table.kind == Kind.DOTTED) {
      return table;
    }
    throw taken(key, cursor);
  }

  void value(TomlKey key, Json json, Cursor cursor) throws JsonException {
    if (entries.containsKey(key.name())) {
      throw taken(key, cursor);
    }
    entries.put(key.name(), new Entry(key.at(), new Value(json)));
  }

  private TomlTable put(TomlKey key, TomlTable table) {
    entries.put(key.name(), new Entry(key.at(), table));
    return table;
  }

  private JsonException taken(TomlKey key, Cursor cursor) {
    int first = entries.get(key.name()) == null ? 1 : entries.get(key.name()).at.line();
    return cursor.fault(key.at(), "a key that is defined already, on line " + first);
  }

  @Override
  public Json toJson() {
    List<Json.Member> members = new ArrayList<>();
    entries.forEach(
        (name, entry) -> members.add(new Json.Member(name, entry.at, entry.node.toJson())));
    return new Json.JsonObject(at, members);
  }
}
