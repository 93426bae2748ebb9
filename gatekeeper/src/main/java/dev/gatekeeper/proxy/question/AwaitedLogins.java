package dev.gatekeeper.proxy.question;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.launch.Launching;
import dev.gatekeeper.launch.Logins;
import dev.gatekeeper.wire.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Calls that need a login: the person at the client is shown where to log in, or what to type, and
 * the calls go on once that is done.
 *
 * <p>A page leads to a login that this session alone has: whoever opens it, and whoever's account
 * it is, no other session has anything of it. A form has nothing to fill in, and approves nothing:
 * whatever answers it has a call tried once more, which the agent could do as well. Of a server
 * there is one dialog at a time, and after one that was refused no other in this session: an agent
 * cannot bother a person with them.
 */
public final class AwaitedLogins {
  /** How long a page is waited for, once it was opened; as {@code gatekeeper login} waits. */
  private static final Duration BROWSER = Duration.ofMinutes(5);

  /** How often it is looked whether somebody has logged in. */
  private static final Duration LOOK = Duration.ofMillis(500);

  /**
   * Pages of a server that nobody answers, in one session: for each a client may be registered at
   * its issuer, whoever made the call.
   */
  private static final int MAX_UNANSWERED = 3;

  private final Surroundings world;
  private final Dialogs dialogs;
  private final Duration patience;
  private final Map<String, Asked> open = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private final Map<String, Integer> unanswered = new HashMap<>();

  /** Servers that are being asked where to log in; of each there is one question at a time. */
  private final Set<String> asking = new HashSet<>();

  /** One dialog, and the calls that wait for it. */
  private static final class Asked {
    private final List<Waiting> calls = new ArrayList<>();
    private final boolean withPage;
    private volatile OptionalLong dialog = OptionalLong.empty();
    private Optional<Logins.Offer> page = Optional.empty();

    /** The person has the page: the login goes on, whoever waits for it. */
    private volatile boolean opened;

    Asked(boolean withPage) {
      this.withPage = withPage;
    }
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
      Optional<HttpServer> page = withPage(backend);
      asked = new Asked(page.isPresent());
      if (page.isPresent()) {
        Asked fresh = asked;
        open.put(server, asked);
        asking.add(server);
        world.apart("login-" + server, () -> offer(page.get(), fresh, text));
      } else if (!form(server, asked, text)) {
        return false;
      }
    }
    Asked joined = asked;
    Waiting waiting = new Waiting(call, backend, failure);
    joined.calls.add(waiting);
    world.later(patience.toMillis(), () -> giveUp(server, joined, waiting));
    call.timeout(null);
    if (call.isEnded()) {
      ended(call); // cancelled meanwhile
    }
    return true;
  }

  private Optional<HttpServer> withPage(Backend backend) {
    return dialogs.hasPages()
            && !asking.contains(backend.name())
            && unanswered.getOrDefault(backend.name(), 0) < MAX_UNANSWERED
            && backend.server() instanceof HttpServer http
            && http.oauth().map(OAuth::grant).equals(Optional.of(OAuth.Grant.AUTHORIZATION_CODE))
        ? Optional.of(http)
        : Optional.empty();
  }

  /** Tells what to type; whether it could be shown. */
  private synchronized boolean form(String server, Asked asked, String text) {
    asked.dialog =
        dialogs.open(
            "gatekeeper: "
                + Printable.of(text)
                + "\n"
                + "Type that in a terminal of your own: nothing is asked for here. Accept when you"
                + " are logged in, and the call goes on.",
            reply -> replied(server, asked, reply));
    if (asked.dialog.isPresent()) {
      open.put(server, asked);
    }
    return asked.dialog.isPresent();
  }

  /** Waits for the server, and for where it lets people log in; then for either of both logins. */
  private void offer(HttpServer http, Asked asked, String text) {
    String server = http.name();
    try {
      Logins.Offer page = world.launching().offerLogin(http);
      answered(server, asking::remove);
      show(server, asked, page, text);
      watch(server, asked, page);
    } catch (Logins.NoLoginException | RuntimeException e) {
      answered(server, asking::remove);
      world.say("server " + server + ": no page to log in could be shown: " + Launching.text(e));
      if (!isOpen(server, asked) || form(server, asked, text)) {
        return;
      }
      close(server, asked, false).forEach(one -> one.failure.run());
    }
  }

  /** A person may type what the text says instead: then the call goes on as well. */
  private void watch(String server, Asked asked, Logins.Offer page) {
    while (isOpen(server, asked) && !asked.opened) {
      if (page.isMoot()) {
        List<Waiting> calls = close(server, asked, false);
        asked.dialog.ifPresent(dialogs::withdraw);
        goOn(calls, true);
        return;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private synchronized void show(String server, Asked asked, Logins.Offer page, String text) {
    if (!isOpen(server, asked)) {
      page.close(); // nobody waits any more
      return;
    }
    asked.page = Optional.of(page);
    asked.dialog =
        dialogs.open(
            "gatekeeper: "
                + Printable.of(text)
                + "\n"
                + "Or open this page: what you log in to there is for this session alone, and ends"
                + " with it. It is "
                + Printable.of(world.masked(page.text()))
                + ".",
            page.address(),
            reply -> replied(server, asked, reply));
  }

  private synchronized boolean isOpen(String server, Asked asked) {
    return open.get(server) == asked;
  }

  private void replied(String server, Asked asked, Dialogs.Reply reply) {
    boolean done = reply == Dialogs.Reply.ACCEPTED;
    if (done && opens(server, asked)) {
      world.apart("login-" + server, () -> visited(server, asked));
      return;
    }
    goOn(close(server, asked, !done), done);
  }

  private synchronized boolean opens(String server, Asked asked) {
    asked.opened = isOpen(server, asked) && asked.page.isPresent();
    return asked.opened;
  }

  /** Waits for the person. */
  private void visited(String server, Asked asked) {
    boolean done = false;
    try {
      asked.page.orElseThrow().await(BROWSER);
      done = true;
      answered(server, unanswered::remove);
    } catch (Logins.NoLoginException | RuntimeException e) {
      world.say("server " + server + ": no login came of its page: " + Launching.text(e));
    }
    dialogs.completed(asked.dialog.orElseThrow());
    goOn(close(server, asked, false), done);
  }

  private synchronized void answered(String server, Consumer<String> forgotten) {
    forgotten.accept(server);
  }

  private static void goOn(List<Waiting> calls, boolean done) {
    for (Waiting one : calls) {
      if (!done) {
        one.failure.run();
      } else if (!one.call.isEnded()) {
        one.backend.again(one.call);
      }
    }
  }

  private void giveUp(String server, Asked asked, Waiting waiting) {
    synchronized (this) {
      if (!asked.calls.remove(waiting)) {
        return;
      }
      takeBackWhereMoot(server, asked);
    }
    waiting.failure.run();
  }

  /** Whoever closes a dialog sees to its calls; for everybody else there are none. */
  private synchronized List<Waiting> close(String server, Asked asked, boolean forGood) {
    if (!open.remove(server, asked)) {
      return List.of();
    }
    if (forGood) {
      refused.add(server);
    }
    asked.page.ifPresent(Logins.Offer::close);
    List<Waiting> calls = List.copyOf(asked.calls);
    asked.calls.clear();
    return calls;
  }

  /** A call has ended: a dialog that nobody waits for is taken back. */
  public synchronized void ended(Call call) {
    String server = call.target().server();
    Asked asked = open.get(server);
    if (asked != null) {
      takeBackWhereMoot(server, asked);
    }
  }

  private synchronized void takeBackWhereMoot(String server, Asked asked) {
    boolean moot = asked.calls.stream().allMatch(one -> one.call.isEnded());
    if (moot && !asked.opened && isOpen(server, asked)) {
      if (asked.withPage) {
        unanswered.merge(server, 1, Integer::sum);
      }
      List<Waiting> _ = close(server, asked, false);
      asked.dialog.ifPresent(dialogs::withdraw);
    }
  }
}
