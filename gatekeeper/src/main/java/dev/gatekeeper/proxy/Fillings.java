package dev.gatekeeper.proxy;

import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.launch.Filling;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Secrets that calls in flight name, until their values are put in. */
final class Fillings {
  private final Surroundings world;
  private final Calls calls;
  private final Map<Call, Filling> waiting = new ConcurrentHashMap<>();

  Fillings(Surroundings world, Calls calls) {
    this.world = world;
    this.calls = calls;
  }

  /** Reads a call as it will be sent. Why it is denied, where it names what it must not. */
  Optional<String> read(Call call, Slice frame, Backend backend) {
    if (!call.isToolCall()) {
      return Optional.empty();
    }
    Filling filling =
        Filling.of(frame, call.target().name(), backend.server().access().secretArguments());
    if (filling.refusal().isEmpty() && !filling.isEmpty()) {
      waiting.put(call, filling);
    }
    return filling.refusal();
  }

  /**
   * Hands a call over whose intent is durable. Values come last: nothing else is to be waited for
   * then but the process.
   */
  void deliver(Call call, Backend backend) {
    Filling filling = waiting.remove(call);
    if (filling == null) {
      backend.deliver(call);
    } else {
      world.apart("secrets", () -> fill(call, filling, backend));
    }
  }

  private void fill(Call call, Filling filling, Backend backend) {
    Optional<String> fault = world.fill(call, filling, backend.server());
    if (fault.isPresent()) {
      calls.failed(call, Journal.Outcome.UNAVAILABLE, "the call was not sent: " + fault.get());
    } else if (call.isEnded()) {
      call.release();
    } else {
      backend.deliver(call);
    }
  }

  /** The call has ended. */
  void ended(Call call) {
    waiting.remove(call);
    call.release();
  }
}
