package dev.gatekeeper.mcp;

import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import java.util.Optional;

/**
 * The mark by which a client knows that a person is asked for a tool, so that it does not call the
 * tool where nobody is there. No approval rests on it.
 */
public final class UserInteraction {
  private static final String META = "_meta";
  private static final String MARK = "anthropic/requiresUserInteraction";

  private UserInteraction() {}

  /** {@code definition} with the mark, whatever the server itself said of it. */
  public static Slice marked(Slice definition) {
    try {
      Splice splice = Splice.of(definition);
      Optional<Slice> meta = definition.members().get(META);
      if (meta.isEmpty()) {
        return splice.insertMember(definition, META, object()).toSlice();
      }
      if (!meta.get().isObject()) {
        return splice.replace(meta.get(), object()).toSlice();
      }
      Optional<Slice> mark = meta.get().members().get(MARK);
      return mark.isPresent()
          ? splice.replace(mark.get(), Answers.ascii("true")).toSlice()
          : splice.insertMember(meta.get(), MARK, Answers.ascii("true")).toSlice();
    } catch (MalformedException e) {
      return definition; // members that repeat: the client reads it as it can, unmarked
    }
  }

  private static byte[] object() {
    return Json.object().put(MARK, true).toBytes();
  }
}
