package dev.gatekeeper.proxy;

import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.redaction.Redacted;
import dev.gatekeeper.wire.Message.Response;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is kept back for the sake of a secret, and what is said instead: a name, never a value. */
final class Withheld {
  /** Words of JSON Schema that a string may violate once part of it is a label. */
  private static final List<String> LIMITS =
      List.of(
          "pattern",
          "enum",
          "const",
          "format",
          "minLength",
          "maxLength",
          "contentEncoding",
          "contentMediaType");

  private Withheld() {}

  /** A value that a request would carry to a server that is not given it. */
  static Optional<String> foreign(Surroundings world, Slice frame, Backend backend) {
    return world.redactor().foreign(frame, backend.terms().given());
  }

  /** To the agent, whose request to {@code server} carries the value. */
  static String text(String reference, String server) {
    return "refused: the request carries the value of "
        + reference
        + ", which server "
        + server
        + " is not given by its entry in the allow-list. Nothing was sent. Do not write secret"
        + " values into requests.";
  }

  /**
   * Whether masking may have made structured content into what the tool's own output schema does
   * not allow: the client would fail over it. Errs on the side of yes.
   */
  static boolean breaks(Slice definition, Redacted redacted, Response original) {
    try {
      Optional<Slice> schema = definition.members().get("outputSchema");
      Optional<Slice> before = content(original.whole());
      Optional<Slice> after = content(redacted.json());
      if (schema.isEmpty()
          || before.isEmpty()
          || after.isEmpty()
          || same(before.get(), after.get())) {
        return false;
      }
      String words = new String(schema.get().toBytes(), StandardCharsets.UTF_8);
      return redacted.reshapes()
          || words.indexOf('\\') >= 0
          || LIMITS.stream().anyMatch(word -> words.contains('"' + word + '"'));
    } catch (MalformedException e) {
      return true;
    }
  }

  private static Optional<Slice> content(Slice whole) throws MalformedException {
    Optional<Slice> result = whole.members().get("result").filter(Slice::isObject);
    return result.isEmpty() ? result : result.get().members().get("structuredContent");
  }

  private static boolean same(Slice one, Slice other) {
    return Arrays.equals(
        one.array(), one.start(), one.end(), other.array(), other.start(), other.end());
  }

  /** To the agent, in the place of such an answer. */
  static String schemaText(Redacted redacted, String server) {
    return "server "
        + server
        + " answered, with "
        + String.join(", ", redacted.references())
        + " in its structured content. Masked, it would no longer fit the tool's output schema, so"
        + " it is kept back; the call may have had an effect.";
  }
}
