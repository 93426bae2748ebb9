package dev.gatekeeper.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.arguments.PathView;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.catalog.Catalog;
import dev.gatekeeper.fleet.offer.LiveOffer;
import dev.gatekeeper.fleet.offer.LockedOffer;
import dev.gatekeeper.fleet.offer.Offer;
import dev.gatekeeper.journal.Diagnostics;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.journal.Maskings;
import dev.gatekeeper.launch.Filling;
import dev.gatekeeper.launch.Launching;
import dev.gatekeeper.redaction.Redactor;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What a session stands on: the list in force, the log, the broker, the clock. One for each
 * session; nothing in it waits but {@link #launching} and {@link #fill}.
 */
public final class Surroundings implements AutoCloseable {
  private final PathView paths;
  private final Clock clock;
  private final Journal journal;
  private final Launching launching;
  private final Redactor redactor;
  private final Diagnostics diagnostics;
  private final Catalog catalog = new Catalog();
  private final ScheduledThreadPoolExecutor timer;
  private final Maskings maskings;
  private volatile Policy policy = Policy.withoutLock(AllowList.EMPTY);

  /** Everything is handed in; this only holds it together. */
  public Surroundings(
      PathView paths,
      Clock clock,
      Journal journal,
      Launching launching,
      Redactor redactor,
      Diagnostics diagnostics) {
    this.paths = paths;
    this.clock = clock;
    this.journal = journal;
    this.launching = launching;
    this.redactor = redactor;
    this.diagnostics = diagnostics;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("gatekeeper-timer").factory());
    this.maskings = new Maskings(journal, task -> later(Maskings.GATHER_MILLIS, task), this::say);
    this.timer.setRemoveOnCancelPolicy(true);
    this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** From now on judges by {@code next}; what was judged before stays as it was judged. */
  public void judgeBy(Policy next) {
    policy = next;
    launching.inForce(next.servers());
  }

  /**
   * The decision of the list in force; a fault while judging is a no, and never ends the session.
   */
  public Decision decide(Subject subject) {
    return judged(() -> policy.decide(subject, LocalDate.now(clock), paths));
  }

  private Decision judged(Supplier<Decision> judgement) {
    try {
      return judgement.get();
    } catch (RuntimeException e) {
      say("judging a request failed: " + e.getClass().getSimpleName());
      return new Decision.Denied(
          Decision.Reason.ARGUMENTS, "fault", "The gatekeeper could not judge the request.");
    }
  }

  /** Whether the agent may see it: what is under {@code ask} exists, too. */
  public boolean shows(Subject subject) {
    return !(decide(subject) instanceof Decision.Denied);
  }

  /** Whether the agent may see what is listed so, whether or not somebody has reviewed it. */
  boolean wouldList(Subject.Listing listing) {
    return !(judged(() -> policy.decideAsIfLocked(listing, LocalDate.now(clock), paths))
        instanceof Decision.Denied);
  }

  /** What the agent may see of a server: what was reviewed, or what its entry says cannot be. */
  Offer offer(Server server, Optional<LockedServer> locked) {
    return locked.isPresent() && server.access().dynamic().isEmpty()
        ? new LockedOffer(server, locked.get(), this::shows, catalog, journal, this::say)
        : new LiveOffer(server.name(), catalog);
  }

  /** Why this server cannot be started at all, whatever is tried in this session. */
  Optional<String> unavailable(Server server) {
    return policy.isReviewed(server)
        ? Optional.empty()
        : Optional.of(
            server
                .review()
                .typed(
                    "server "
                        + server.name()
                        + " is not in the lock as its entry is now, so nothing of it is offered. A"
                        + " person types: gatekeeper allowlist lock "
                        + server.name()
                        + ", reads what it prints, and then: gatekeeper allowlist trust"));
  }

  public Journal journal() {
    return journal;
  }

  public Redactor redactor() {
    return redactor;
  }

  /** What was masked outside of answers. */
  public Maskings maskings() {
    return maskings;
  }

  public Catalog catalog() {
    return catalog;
  }

  public Clock clock() {
    return clock;
  }

  /** How its servers come to run, and end. */
  public Launching launching() {
    return launching;
  }

  /** As {@link Launching#fill}. Waits. */
  public Optional<String> fill(Call call, Filling filling, Server server) {
    return launching.fill(filling, server, call::fill);
  }

  /** What a server may be started from under the policy in force: its locked pins. */
  public Optional<SortedMap<String, Json>> pins(String server) {
    return policy.locked(server).map(LockedServer::pins);
  }

  /** Runs a task on the timer's thread, which it must not hold up. */
  public Future<?> after(long millis, Runnable task) {
    return timer.schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  /** The same for a task that nobody will call off. */
  public void later(long millis, Runnable task) {
    Future<?> _ = after(millis, task);
  }

  /** Runs a task that may wait, on a thread of its own. */
  public void apart(String name, Runnable task) {
    Thread.ofPlatform().daemon().name("gatekeeper-" + name).start(task);
  }

  /** A text of ours, which may quote a server. Never fails: whoever is told waits for it. */
  public String masked(String text) {
    try {
      return new String(redactor.text(text.getBytes(UTF_8)), UTF_8);
    } catch (RuntimeException e) {
      return "what is to be said here could not be searched for secrets, and is withheld";
    }
  }

  /** A remark for the person who reads our stderr. */
  public void say(String text) {
    diagnostics.say(masked(text));
  }

  /** A line of a server's stderr. */
  public void log(String server, byte[] line) {
    diagnostics.line(
        server,
        redactor.text(
            line, (edits, references) -> maskings.noted(server, "stderr", edits, references)));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
