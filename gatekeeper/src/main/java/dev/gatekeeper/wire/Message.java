package dev.gatekeeper.wire;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import java.util.Optional;

/**
 * A JSON-RPC 2.0 message: the bytes as they came, with the parts that routing needs located.
 *
 * <p>Guaranteed: strict JSON in strict UTF-8 within {@link WireLimits}; no key occurs twice,
 * exactly or under case folding, in the envelope, in {@code params}, in {@code params._meta}.
 * Members that this program does not know stay where they are in {@link #whole}.
 *
 * @see <a href="https://www.jsonrpc.org/specification">JSON-RPC 2.0</a>
 */
public sealed interface Message {
  /** What these bytes are, which are not copied. */
  static Message of(byte[] frame) throws MalformedException {
    return Envelope.read(frame, 0, frame.length, WireLimits.DEFAULT);
  }

  /** The whole message, from its opening to its closing brace. */
  Slice whole();

  /**
   * Wants an answer.
   *
   * @param id a string or an integer of any size, as written
   * @param params an object; empty where absent or {@code null}
   */
  record Request(Slice whole, Slice id, String method, Optional<Slice> params) implements Message {}

  /**
   * Wants no answer.
   *
   * @param params an object; empty where absent or {@code null}
   */
  record Notification(Slice whole, String method, Optional<Slice> params) implements Message {}

  /**
   * Answers a request. Exactly one of {@code result} and {@code error} is present.
   *
   * @param id a string or an integer of any size, as written
   * @param error an object
   */
  record Response(Slice whole, Slice id, Optional<Slice> result, Optional<Slice> error)
      implements Message {}
}
