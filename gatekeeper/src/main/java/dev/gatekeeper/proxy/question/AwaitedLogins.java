package dev.gatekeeper.proxy.question;

import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.wire.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Calls that need a login: the person at the client is told what to type, and the calls go on once
 * that is done.
 *
 * <p>Nothing is filled in here and nothing is approved. Whatever answers for the person has a call
 * tried once more, which the agent could do as well. Of a server there is one dialog at a time, and
 * after one that was refused no other in this session: an agent cannot bother a person with them.
 */
public final class AwaitedLogins {
  private final Surroundings world;
  private final Dialogs dialogs;
  private final Duration patience;
  private final Map<String, Asked> open = new HashMap<>();
  private final Set<String> refused = new HashSet<>();

  /** One dialog, and the calls that wait for it. */
  private static final class Asked {
    private final List<Waiting> calls = new ArrayList<>();
    private long dialog;
  }

  private record Waiting(Call call, Backend backend, Runnable failure) {}

  /**
   * Of a session.
   *
   * @param patience how long a call waits
   */
  public AwaitedLogins(Surroundings world, Dialogs dialogs, Duration patience) {
    this.world = world;
    this.dialogs = dialogs;
    this.patience = patience;
  }

  /**
   * Puts it before the person at the client. Of one call once: the second failure stands.
   *
   * @param text what lacks, and what is typed
   * @param failure of the call, where nobody says that it is done
   * @return whether the call waits from now on
   */
  public synchronized boolean ask(Call call, Backend backend, String text, Runnable failure) {
    String server = backend.name();
    if (refused.contains(server) || !call.takeRepeat()) {
      return false;
    }
    Asked asked = open.get(server);
    if (asked == null) {
      Asked fresh = new Asked();
      var dialog = dialogs.open(message(text), reply -> replied(server, fresh, reply));
      if (dialog.isEmpty()) {
        return false;
      }
      fresh.dialog = dialog.getAsLong();
      open.put(server, fresh);
      world.later(patience.toMillis(), () -> giveUp(server, fresh));
      asked = fresh;
    }
    asked.calls.add(new Waiting(call, backend, failure));
    call.timeout(null);
    if (call.isEnded()) {
      ended(call); // cancelled meanwhile
    }
    return true;
  }

  private static String message(String text) {
    return "gatekeeper: "
        + Printable.of(text)
        + "\nType that in a terminal of your own: nothing is asked for here. Accept when you are"
        + " logged in, and the call goes on.";
  }

  private void replied(String server, Asked asked, Dialogs.Reply reply) {
    boolean done = reply == Dialogs.Reply.ACCEPTED;
    for (Waiting one : close(server, asked, !done)) {
      if (!done) {
        one.failure.run();
      } else if (!one.call.isEnded()) {
        one.backend.again(one.call);
      }
    }
  }

  private void giveUp(String server, Asked asked) {
    List<Waiting> waiting = close(server, asked, false);
    if (!waiting.isEmpty()) {
      dialogs.withdraw(asked.dialog);
      waiting.forEach(one -> one.failure.run());
    }
  }

  /** Whoever closes a dialog sees to its calls; for everybody else there are none. */
  private synchronized List<Waiting> close(String server, Asked asked, boolean forGood) {
    if (!open.remove(server, asked)) {
      return List.of();
    }
    if (forGood) {
      refused.add(server);
    }
    return List.copyOf(asked.calls);
  }

  /** A call has ended: a dialog that nobody waits for is taken back. */
  public synchronized void ended(Call call) {
    String server = call.target().server();
    Asked asked = open.get(server);
    if (asked != null && asked.calls.stream().allMatch(one -> one.call.isEnded())) {
      open.remove(server, asked);
      dialogs.withdraw(asked.dialog);
    }
  }
}
