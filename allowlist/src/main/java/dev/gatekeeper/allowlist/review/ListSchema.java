package dev.gatekeeper.allowlist.review;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The JSON Schema of the format, for editors. The parser, not the schema, decides. */
public final class ListSchema {
  private static final String RESOURCE = "/dev/gatekeeper/allowlist/allowlist.schema.json";

  private ListSchema() {}

  /** The text of {@code docs/allowlist.schema.json}. */
  public static String text() {
    try (InputStream in = ListSchema.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new AssertionError(RESOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(RESOURCE, e);
    }
  }
}
