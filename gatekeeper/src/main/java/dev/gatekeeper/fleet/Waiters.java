package dev.gatekeeper.fleet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Who waits for a server: calls, and whoever wants to know its lists. Not thread-safe. */
final class Waiters {
  private final ArrayDeque<Call> calls = new ArrayDeque<>();
  private final List<Runnable> settling = new ArrayList<>();

  void add(Call call) {
    calls.add(call);
  }

  void add(Runnable whenSettled) {
    settling.add(whenSettled);
  }

  boolean remove(Call call) {
    return calls.remove(call);
  }

  boolean hasCall() {
    return !calls.isEmpty();
  }

  /** Takes the call that came first. */
  Call next() {
    return calls.remove();
  }

  List<Call> takeCalls() {
    List<Call> taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }

  List<Runnable> takeSettling() {
    List<Runnable> taken = List.copyOf(settling);
    settling.clear();
    return taken;
  }

  /** Nobody waits any longer: what it returns tells them, outside of any lock. */
  Runnable giveUp(Consumer<Call> failed) {
    List<Call> given = takeCalls();
    List<Runnable> settled = takeSettling();
    return () -> {
      given.forEach(failed);
      settled.forEach(Runnable::run);
    };
  }
}
