package dev.gatekeeper.allowlist;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.io.JsonStringEncoder;

/** Writes what is judged but was never JSON text. */
final class ArgumentText {
  private ArgumentText() {}

  /** A JSON array of strings. */
  static byte[] array(List<String> strings) {
    StringBuilder text = new StringBuilder("[");
    for (String string : strings) {
      text.append(text.length() == 1 ? "" : ",").append('"');
      text.append(JsonStringEncoder.getInstance().quoteAsCharArray(string)).append('"');
    }
    return text.append(']').toString().getBytes(StandardCharsets.UTF_8);
  }
}
