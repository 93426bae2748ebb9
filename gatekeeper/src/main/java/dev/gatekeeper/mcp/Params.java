package dev.gatekeeper.mcp;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import java.util.Optional;

/** Reads the few members of a message's parameters that routing needs. */
public final class Params {
  private Params() {}

  public static Optional<Slice> member(Optional<Slice> params, String name)
      throws MalformedException {
    return params.isPresent() && params.get().isObject()
        ? params.get().members().get(name)
        : Optional.empty();
  }

  public static Optional<Slice> string(Optional<Slice> params, String name)
      throws MalformedException {
    return member(params, name).filter(Slice::isString);
  }

  /** {@code _meta.progressToken}, a string or a number. */
  public static Optional<Slice> progressToken(Optional<Slice> params) throws MalformedException {
    return member(member(params, "_meta"), "progressToken")
        .filter(token -> token.isString() || token.isNumber());
  }

  /** {@code _meta["claudecode/toolUseId"]}, as Claude Code sends it with each tool call. */
  public static Optional<String> toolUse(Optional<Slice> params) throws MalformedException {
    return string(member(params, "_meta"), "claudecode/toolUseId").map(Slice::string);
  }
}
