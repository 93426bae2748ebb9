package dev.gatekeeper.wire;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Members;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import dev.gatekeeper.wire.Message.Response;
import java.util.List;
import java.util.Optional;

/** Tells what a line is. One pass over its bytes. */
final class Envelope {
  /** What the policy reads must not be ambiguous: the envelope, its params, their _meta. */
  private static final List<String> GUARDED = List.of("params", "_meta");

  private static final List<String> NAMES =
      List.of("jsonrpc", "id", "method", "params", "result", "error");

  /** What may be left out of params, so that its absence is judged. */
  private static final List<String> OPTIONAL = List.of("arguments", "_meta", "task");

  private Envelope() {}

  static Message read(byte[] line, int start, int end, WireLimits limits)
      throws MalformedException {
    return judge(Slice.object(line, start, end, GUARDED, limits.depth()));
  }

  private static Message judge(Slice whole) throws MalformedException {
    Members members = whole.members();
    members.refuseLike(NAMES);
    Slice jsonrpc = need(members.get("jsonrpc"), "jsonrpc is missing", whole);
    check(jsonrpc.isString() && jsonrpc.string().equals("2.0"), "jsonrpc is not \"2.0\"", jsonrpc);
    Optional<Slice> id = members.get("id");
    if (id.isPresent()) {
      Slice given = id.get();
      check(given.isString() || given.isInteger(), "id is neither string nor integer", given);
    }
    Optional<Slice> method = members.get("method");
    Optional<Slice> result = members.get("result");
    Optional<Slice> error = members.get("error");
    if (method.isPresent()) {
      check(result.isEmpty() && error.isEmpty(), "both a request and an answer", whole);
      check(method.get().isString(), "method is no string", method.get());
      Optional<Slice> params = members.get("params").filter(given -> !given.isNull());
      if (params.isPresent()) {
        check(params.get().isObject(), "params is no object", params.get());
        params.get().members().refuseLike(OPTIONAL);
      }
      String name = method.get().string();
      return id.isPresent()
          ? new Request(whole, id.get(), name, params)
          : new Notification(whole, name, params);
    }
    check(result.isPresent() != error.isPresent(), "neither a request nor an answer", whole);
    if (error.isPresent()) {
      check(error.get().isObject(), "error is no object", error.get());
    }
    return new Response(whole, need(id, "an answer without id", whole), result, error);
  }

  private static Slice need(Optional<Slice> part, String why, Slice whole)
      throws MalformedException {
    check(part.isPresent(), why, whole);
    return part.orElseThrow();
  }

  private static void check(boolean holds, String why, Slice at) throws MalformedException {
    if (!holds) {
      throw new MalformedException(why, at.start());
    }
  }
}
