package dev.gatekeeper.allowlist.json;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * JSON of other programs' configurations: larger than ours, of which a part is wanted, and with
 * comments where its owner allows them.
 */
public final class ClientJson {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private ClientJson() {}

  /**
   * Reads strict UTF-8; editors' byte order mark is passed over.
   *
   * @param comments whether comments and trailing commas are let through
   * @param wanted paths of keys: of the objects on them only what leads to one or lies below it is
   *     kept, and counted
   * @throws JsonException if it is not one JSON value within the bounds
   */
  public static Json read(
      byte[] text,
      int maxBytes,
      boolean comments,
      List<List<String>> wanted,
      Consumer<Fault> faults)
      throws JsonException {
    boolean marked = text.length >= 3 && Arrays.equals(Arrays.copyOf(text, 3), BYTE_ORDER_MARK);
    byte[] plain = marked ? Arrays.copyOfRange(text, 3, text.length) : text;
    return JsonReader.read(
        JsonReader.decode(plain, maxBytes), comments, wanted, Copies.NONE, faults);
  }
}
