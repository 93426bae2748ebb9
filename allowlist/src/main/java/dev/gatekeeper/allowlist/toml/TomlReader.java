package dev.gatekeeper.allowlist.toml;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import java.util.List;

/**
 * Reads a whole text of TOML 1.0. Dates and times become strings, as do {@code inf} and {@code nan}
 * : nothing here reckons with them.
 *
 * @see <a href="https://toml.io/en/v1.0.0">TOML v1.0.0</a>
 */
public final class TomlReader {
  private final Cursor cursor;
  private final Values values;
  private final TomlTable root;
  private TomlTable current;

  private TomlReader(String text) {
    this.cursor = new Cursor(text);
    this.values = new Values(cursor);
    this.root = new TomlTable(cursor.at(), TomlTable.Kind.HEADER);
    this.current = root;
  }

  /**
   * Reads strict UTF-8 of at most {@code maxBytes}.
   *
   * @throws JsonException if it is not TOML; it names the place and nothing of the text
   */
  public static Json read(byte[] text, int maxBytes) throws JsonException {
    TomlReader reader = new TomlReader(JsonReader.decode(text, maxBytes));
    reader.document();
    return reader.root.toJson();
  }

  private void document() throws JsonException {
    while (true) {
      cursor.skipLines();
      if (cursor.isEnd()) {
        return;
      }
      if (cursor.peek() == '[') {
        header();
      } else {
        values.pair(current);
      }
      cursor.endOfLine();
    }
  }

  /** {@code [a.b]} or {@code [[a.b]]}. */
  private void header() throws JsonException {
    At at = cursor.at();
    cursor.next();
    boolean array = cursor.peek() == '[';
    if (array) {
      cursor.next();
    }
    List<TomlKey> keys = values.keys();
    cursor.expect(']');
    if (array) {
      cursor.expect(']');
    }
    TomlTable table = root;
    for (TomlKey key : keys.subList(0, keys.size() - 1)) {
      table = table.below(key, cursor);
    }
    TomlKey last = keys.getLast();
    current = array ? table.element(last, at, cursor) : table.header(last, at, cursor);
  }
}
