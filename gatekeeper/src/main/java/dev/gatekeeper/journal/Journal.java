package dev.gatekeeper.journal;

import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.Receipt;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.KeptSecret;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Member;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.redaction.Redactor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What a session writes into the audit log.
 *
 * <p>Never a value: of arguments, names and commitments; of servers, what the list calls them.
 * Nothing here waits: where the order matters, the caller goes on in the callback.
 */
public final class Journal {
  /** How a request ended. The names are part of the record. */
  public enum Outcome {
    OK,
    /** The server answered with a JSON-RPC error. */
    ERROR,
    /** The server answered with a result that says it failed. */
    TOOL_ERROR,
    CANCELLED,
    TIMED_OUT,
    SERVER_ENDED,
    SESSION_ENDED,
    /** The server could not be started or takes no messages. */
    UNAVAILABLE,
    /** Over the entry's limit of calls. */
    LIMITED,
    /** Allowed, but the running server does not offer it. */
    NOT_OFFERED,
    /** The running server says something else of it than what was reviewed. */
    DRIFTED,
    /** The answer could not be read, or cannot be passed on as it would have to be. */
    UNREADABLE,
    /** It carries a secret that its receiver is not given. */
    WITHHELD;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Bytes of one argument that are masked for the opening. It keeps 65,536 characters of at most 4
   * bytes; 64 KiB more than that, so that no value is cut in two before it is masked.
   */
  private static final int MAX_SHOWN = (4 * 64 + 64) << 10;

  /** The rule, which no list can lift, that a value goes to nobody who is not given it. */
  private static final String FOREIGN = "secrets";

  private final AuditLog log;
  private final AuditContext context;
  private final Redactor redactor;

  /** Writes to a log whose records carry {@code context}. */
  public Journal(AuditLog log, AuditContext context, Redactor redactor) {
    this.log = log;
    this.context = context;
    this.redactor = redactor;
  }

  public void agent(String name, String version) {
    context.agent(name, version);
  }

  /** The calling thread sees to the writing of what it hands in, as {@link AuditLog#lend} says. */
  public void lend() {
    log.lend();
  }

  /** Whether records wait, and nobody is writing them. */
  public boolean hasWaiting() {
    return log.hasWaiting();
  }

  /** Writes them. Waits for the disk. */
  public void write() {
    log.write();
  }

  /** Has them written. */
  public void wake() {
    log.wake();
  }

  /** A call that was allowed; {@code done} sends it, or refuses it. */
  public void intent(
      Recorded call, Decision.Allowed allowed, Optional<Slice> arguments, Consumer<Receipt> done) {
    Entry entry = intent(call).with(Field.RULE, allowed.rule());
    log.submit(withArguments(entry, call, arguments), done);
  }

  private Entry intent(Recorded call) {
    Entry entry = of(Event.CALL_INTENT, call);
    return call.definition().isPresent()
        ? entry.with(Field.DEFINITION, call.definition().get())
        : entry;
  }

  /** A call that a person approved, by the request of this id; {@code done} sends it. */
  public void approved(
      Recorded call,
      String rule,
      String request,
      Optional<Slice> arguments,
      Consumer<Receipt> done) {
    log.submit(
        withArguments(
            intent(call)
                .with(Field.RULE, rule)
                .with(Field.REASON, "approved by request " + request),
            call,
            arguments),
        done);
  }

  /**
   * What became of a request for a person's approval.
   *
   * @param outcome {@code asked}, {@code withdrawn}, {@code forged} or {@code returned}
   */
  public void approval(
      Recorded call, String rule, String outcome, String request, Consumer<Receipt> done) {
    log.submit(
        of(Event.APPROVAL, call)
            .with(Field.OUTCOME, outcome)
            .with(Field.RULE, rule)
            .with(Field.REASON, "request " + request),
        done);
  }

  /**
   * What a person said to a request in the client's own dialog.
   *
   * @param outcome {@code approved} or {@code denied}
   */
  public void dialog(
      Recorded call, String rule, String outcome, String request, Consumer<Receipt> done) {
    log.submit(
        of(Event.APPROVAL, call)
            .with(Field.OUTCOME, outcome)
            .with(Field.RULE, rule)
            .with(Field.REASON, "request " + request)
            .with(Field.APPROVER, "client dialog"),
        done);
  }

  /** A call of one of our own tools. */
  public void own(Recorded call, Optional<Slice> arguments, Consumer<Receipt> done) {
    log.submit(withArguments(of(Event.CALL_INTENT, call), call, arguments), done);
  }

  /** A call that was denied; {@code done} tells the agent. */
  public void denied(
      Recorded call, String rule, Optional<Slice> arguments, Consumer<Receipt> done) {
    Entry entry = of(Event.CALL_DENIED, call).with(Field.RULE, rule);
    log.submit(withArguments(entry, call, arguments), done);
  }

  /** A call whose arguments carry a value that its server is not given. */
  public void withheld(
      Recorded call, String reference, Optional<Slice> arguments, Consumer<Receipt> done) {
    Entry entry =
        of(Event.CALL_DENIED, call).with(Field.RULE, FOREIGN).with(Field.SECRET, reference);
    log.submit(withArguments(entry, call, arguments), done);
  }

  /** What was masked outside of answers; {@code channel} is a method, or {@code stderr}. */
  void masked(String server, String channel, int edits, Set<String> references) {
    log.submit(
        Entry.of(Event.MASKED)
            .with(Field.SERVER, server)
            .with(Field.METHOD, shown(channel))
            .with(Field.REDACTIONS, edits)
            .with(Field.SECRET, String.join(" ", references)),
        Journal::noted);
  }

  /** A server sent what looks like a credential. */
  void suspected(String server, String kind) {
    log.submit(
        Entry.of(Event.FAULT)
            .with(Field.SERVER, server)
            .with(Field.ERROR, "credential")
            .with(Field.REASON, kind),
        Journal::noted);
  }

  /** How a call ended; of several that say so, the first is recorded. */
  public void outcome(Recorded call, Outcome outcome, long bytes, int redactions) {
    outcome(call, outcome, bytes, redactions, Set.of());
  }

  /** The same, with what was masked in the answer. */
  public void outcome(
      Recorded call, Outcome outcome, long bytes, int redactions, Set<String> references) {
    if (!call.takeOutcome()) {
      return;
    }
    Entry entry = of(Event.CALL_OUTCOME, call).with(Field.OUTCOME, outcome.text());
    if (call.intent() >= 0) {
      entry = entry.with(Field.REF, call.intent());
    }
    if (call.sentAt() != 0) {
      entry =
          entry.with(
              Field.DURATION, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - call.sentAt()));
    }
    if (bytes > 0) {
      entry = entry.with(Field.SIZE, bytes);
    }
    if (redactions > 0) {
      entry = entry.with(Field.REDACTIONS, redactions);
    }
    if (!references.isEmpty()) {
      entry = entry.with(Field.SECRET, String.join(" ", references));
    }
    log.submit(entry, Journal::noted);
  }

  /** Whatever the agent writes may be a secret, wherever it writes it. */
  private Entry of(Event event, Recorded call) {
    Entry entry =
        Entry.of(event)
            .with(Field.SERVER, shown(call.target().server()))
            .with(Field.DIRECTION, "agent")
            .with(Field.METHOD, shown(call.method()))
            .with(Field.TOOL, shown(call.target().name()));
    return call.toolUse().isPresent()
        ? entry.with(Field.TOOL_USE, shown(call.toolUse().get()))
        : entry;
  }

  private String shown(String text) {
    if (redactor.isEmpty()) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] masked = redactor.text(bytes);
    return Arrays.equals(masked, bytes) ? text : new String(masked, StandardCharsets.UTF_8);
  }

  private Entry withArguments(Entry entry, Recorded call, Optional<Slice> arguments) {
    if (arguments.isEmpty()) {
      return entry;
    }
    boolean whole = policy(call) == ArgumentsPolicy.FULL;
    Set<String> references = new TreeSet<>();
    List<NamedValue> values = new ArrayList<>();
    if (arguments.get().isObject()) {
      try {
        for (Member member : arguments.get().members().all()) {
          values.add(named(member.name(), member.value(), whole, references));
        }
      } catch (MalformedException e) {
        throw new AssertionError("read a second time, it reads the same", e);
      }
    } else {
      values.add(named("", arguments.get(), whole, references));
    }
    List<KeptSecret> secrets = new ArrayList<>();
    for (String reference : references) {
      secrets.add(log.prints().of(reference, redactor.digests(reference)));
    }
    return entry.arguments(policy(call), values, secrets);
  }

  private static ArgumentsPolicy policy(Recorded call) {
    return switch (call.kept()) {
      case REDACTED -> ArgumentsPolicy.REDACTED;
      case DIGEST -> ArgumentsPolicy.DIGEST;
      case FULL -> ArgumentsPolicy.FULL;
    };
  }

  private NamedValue named(String name, Slice value, boolean whole, Set<String> references) {
    byte[] bytes = value.toBytes();
    boolean cut = !whole && bytes.length > MAX_SHOWN;
    byte[] shown =
        redactor.text(
            cut ? Arrays.copyOf(bytes, MAX_SHOWN) : bytes,
            (edits, found) -> references.addAll(found));
    return new NamedValue(shown(name), bytes, new String(shown, StandardCharsets.UTF_8));
  }

  public void serverStart(String server, String which, Collection<String> variables) {
    log.submit(
        Entry.of(Event.SERVER_START)
            .with(Field.SERVER, server)
            .with(Field.VARIABLE, String.join(" ", variables))
            .with(Field.REASON, which),
        Journal::noted);
  }

  public void serverStop(String server, Duration uptime, String how) {
    log.submit(
        Entry.of(Event.SERVER_STOP)
            .with(Field.SERVER, server)
            .with(Field.DURATION, uptime.toNanos() / 1_000)
            .with(Field.REASON, how),
        Journal::noted);
  }

  /** A running server gave a definition that is not the locked one. */
  public void drift(String server, String name, String what) {
    log.submit(
        Entry.of(Event.FAULT)
            .with(Field.SERVER, server)
            .with(Field.TOOL, name)
            .with(Field.ERROR, "drift")
            .with(Field.REASON, what),
        Journal::noted);
  }

  /** A server's request to the agent that was allowed. */
  public void serverRequest(
      String server, String method, Decision.Allowed allowed, Consumer<Receipt> done) {
    log.submit(asked(Event.CALL_INTENT, server, method).with(Field.RULE, allowed.rule()), done);
  }

  public void serverRequestDenied(
      String server, String method, String rule, Consumer<Receipt> done) {
    log.submit(asked(Event.CALL_DENIED, server, method).with(Field.RULE, rule), done);
  }

  public void serverRequestOutcome(
      String server, String method, long intent, Outcome outcome, long bytes) {
    log.submit(
        asked(Event.CALL_OUTCOME, server, method)
            .with(Field.OUTCOME, outcome.text())
            .with(Field.REF, intent)
            .with(Field.SIZE, bytes),
        Journal::noted);
  }

  private Entry asked(Event event, String server, String method) {
    return Entry.of(event)
        .with(Field.SERVER, server)
        .with(Field.DIRECTION, "server")
        .with(Field.METHOD, shown(method));
  }

  /**
   * What happened has happened, whether or not the log took it: the log says later that it did not.
   */
  private static void noted(Receipt receipt) {}
}
