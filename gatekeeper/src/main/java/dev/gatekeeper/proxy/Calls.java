package dev.gatekeeper.proxy;

import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.audit.Receipt;
import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Ticket;
import dev.gatekeeper.proxy.approval.WaitingCalls;
import dev.gatekeeper.wire.FrameQueue;
import dev.gatekeeper.wire.Message.Response;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The agent's requests in flight: each is judged, recorded, forwarded and answered once.
 *
 * <p>Order, which is the promise of this class: the decision; its durable record; the server. A
 * call whose intent could not be recorded is refused with the cause. Each ends in exactly one of
 * answer, failure or cancellation, and each that has an intent gets exactly one outcome record.
 *
 * <p>Nothing here waits: the audit log calls back, queues take frames.
 */
final class Calls {
  /** Requests that may wait at once: far above what a client sends, far below what memory holds. */
  static final int MAX_IN_FLIGHT = 4_096;

  private static final int RESERVED = 16;

  private final Map<String, Ticket> tickets = new ConcurrentHashMap<>();

  /** The rule for secrets that a call names. */
  private static final String SECRETS = "secretArguments";

  private final Fillings fillings;

  private final Surroundings world;
  private final FrameQueue outbox;
  private final WaitingCalls waiting;

  Calls(Surroundings world, FrameQueue outbox, WaitingCalls waiting) {
    this.world = world;
    this.outbox = outbox;
    this.waiting = waiting;
    this.fillings = new Fillings(world, this);
  }

  /** Takes a ticket in; answers and returns false where its id is in use or too many wait. */
  boolean admit(Ticket ticket) {
    return admit(ticket, MAX_IN_FLIGHT);
  }

  /** The same for our own tools: what is wrong with a server can be asked while all wait for it. */
  boolean admitOwn(Ticket ticket) {
    return admit(ticket, MAX_IN_FLIGHT + RESERVED);
  }

  private boolean admit(Ticket ticket, int most) {
    if (tickets.size() >= most) {
      outbox.add(
          Answers.error(
              Optional.of(ticket.id()),
              Answers.INTERNAL_ERROR,
              MAX_IN_FLIGHT + " requests are in flight; wait for answers before sending more"));
      return false;
    }
    if (tickets.putIfAbsent(ticket.key(), ticket) != null) {
      refuseRepeated();
      return false;
    }
    return true;
  }

  /** Whether a request of this id waits for its answer; then this one got an error. */
  boolean isRepeated(Slice id) {
    boolean repeated = tickets.containsKey(Ticket.keyOf(id));
    if (repeated) {
      refuseRepeated();
    }
    return repeated;
  }

  /** Without the id: with it, the answer would be taken for the one of the first request. */
  private void refuseRepeated() {
    outbox.add(
        Answers.error(
            Optional.empty(), Answers.INVALID_REQUEST, "a request with this id is in flight"));
  }

  /** Answers an admitted ticket, unless it has ended before: false where it has. */
  boolean answer(Ticket ticket, byte[] frame) {
    boolean first = finish(ticket);
    if (first) {
      outbox.add(frame);
    }
    return first;
  }

  int inFlight() {
    return tickets.size();
  }

  /** Judges and records an admitted call, then hands it to its server. */
  void begin(Call call, Slice frame, Subject subject, Optional<Slice> arguments, Backend backend) {
    call.reviewed(backend.definition(call.target()), backend.terms().kept(call));
    Decision decision = world.decide(subject);
    Optional<String> foreign;
    try {
      boolean passes = !(decision instanceof Decision.Denied);
      foreign = passes ? Withheld.foreign(world, frame, backend) : Optional.empty();
    } catch (RuntimeException e) {
      world.say("looking for secrets in a request failed: " + e.getClass().getSimpleName());
      refuse(call, "the request could not be searched for secrets, and was not sent");
      return;
    }
    if (foreign.isPresent()) {
      world
          .journal()
          .withheld(
              call,
              foreign.get(),
              arguments,
              receipt -> refuse(call, Withheld.text(foreign.get(), backend.name())));
      return;
    }
    Optional<String> refusal =
        decision instanceof Decision.Denied
            ? Optional.empty()
            : fillings.read(call, frame, backend);
    if (refusal.isPresent()) {
      world.journal().denied(call, SECRETS, arguments, receipt -> refuse(call, refusal.get()));
      return;
    }
    switch (decision) {
      case Decision.Allowed allowed ->
          world
              .journal()
              .intent(call, allowed, arguments, receipt -> recorded(call, receipt, backend));
      case Decision.NeedsApproval ask -> ask(call, subject, ask.rule(), arguments, backend);
      case Decision.Denied denied ->
          world
              .journal()
              .denied(
                  call,
                  denied.rule(),
                  arguments,
                  receipt -> {
                    if (denied.hidden()) {
                      refuseAsUnknown(call);
                    } else {
                      refuse(call, denied.explanation());
                    }
                  });
    }
  }

  /** A person is asked; what comes of it is recorded before it takes effect, as any decision. */
  private void ask(
      Call call, Subject subject, String rule, Optional<Slice> arguments, Backend backend) {
    WaitingCalls.Verdict verdict =
        new WaitingCalls.Verdict() {
          @Override
          public void waits(String text) {
            call.notice(text).filter(note -> !call.isEnded()).ifPresent(outbox::add);
          }

          @Override
          public void passes(String request) {
            world
                .journal()
                .approved(
                    call, rule, request, arguments, receipt -> recorded(call, receipt, backend));
          }

          @Override
          public void refuses(String text) {
            String name = call.target().publicName();
            world
                .journal()
                .denied(call, rule, arguments, receipt -> refuse(call, name + ": " + text));
          }
        };
    if (WaitingCalls.canWait(subject)) {
      waiting.ask(call, subject, rule, arguments, verdict);
    } else {
      verdict.refuses("it is under \"ask\", and nobody is asked for this");
    }
  }

  /** A call to a server that the list does not have. */
  void beginUnknown(Call call, Optional<Slice> arguments) {
    world.journal().denied(call, "mcpServers", arguments, receipt -> refuseAsUnknown(call));
  }

  private void recorded(Call call, Receipt receipt, Backend backend) {
    switch (receipt) {
      case Receipt.Durable durable -> {
        call.recorded(durable.n());
        if (call.isEnded()) {
          world.journal().outcome(call, Journal.Outcome.CANCELLED, 0, 0);
        } else {
          fillings.deliver(call, backend);
        }
      }
      case Receipt.Refused refused ->
          refuse(call, "refused: the audit log cannot record the call: " + refused.fault().text());
    }
  }

  /** A server's answer, which may come too late to be passed on. */
  void answered(Call call, Response response, Backend backend) {
    if (!finish(call)) {
      return;
    }
    switch (PassedAnswer.of(world, call, response, backend)) {
      case PassedAnswer.KeptBack(Journal.Outcome outcome, String text) -> fail(call, outcome, text);
      case PassedAnswer.Passed passed -> {
        world
            .journal()
            .outcome(
                call, passed.outcome(), passed.frame().length, passed.edits(), passed.references());
        outbox.add(passed.frame());
      }
    }
  }

  /** An answer of our own tools. */
  void answered(Call call, byte[] frame, Journal.Outcome outcome) {
    if (finish(call)) {
      world.journal().outcome(call, outcome, frame.length, 0);
      outbox.add(frame);
    }
  }

  /** The call was recorded, but the server did not answer it: {@code text} says why. */
  void failed(Call call, Journal.Outcome outcome, String text) {
    String more = waiting.failed(call) ? ". It was not sent, and its approval still counts" : "";
    if (finish(call)) {
      fail(call, outcome, text + more);
    }
  }

  private void fail(Call call, Journal.Outcome outcome, String text) {
    world.journal().outcome(call, outcome, 0, 0);
    outbox.add(failure(call, text));
  }

  /** Allowed by the rules, but the running server does not offer it: it does not exist. */
  void failedAsUnknown(Call call) {
    if (finish(call)) {
      world.journal().outcome(call, Journal.Outcome.NOT_OFFERED, 0, 0);
      outbox.add(unknown(call));
    }
  }

  /** Ends a call that never reached the server and has no intent. */
  private void refuse(Call call, String text) {
    if (finish(call)) {
      outbox.add(failure(call, text));
    }
  }

  private void refuseAsUnknown(Call call) {
    if (finish(call)) {
      outbox.add(unknown(call));
    }
  }

  /**
   * The agent cancelled. No answer follows, whatever the server still says.
   *
   * @return the call to cancel at its server, where there is one
   */
  Optional<Call> cancelled(String key) {
    Ticket ticket = tickets.get(key);
    if (ticket == null || !finish(ticket)) {
      return Optional.empty();
    }
    if (!(ticket instanceof Call call)) {
      return Optional.empty();
    }
    if (call.intent() >= 0) {
      world.journal().outcome(call, Journal.Outcome.CANCELLED, 0, 0);
    }
    return Optional.of(call);
  }

  /** The session ends: what is in flight gets its outcome and no answer. */
  void endAll() {
    for (Ticket ticket : tickets.values()) {
      if (finish(ticket) && ticket instanceof Call call && call.intent() >= 0) {
        world.journal().outcome(call, Journal.Outcome.SESSION_ENDED, 0, 0);
      }
    }
  }

  private boolean finish(Ticket ticket) {
    if (!ticket.end()) {
      return false;
    }
    tickets.remove(ticket.key(), ticket);
    if (ticket instanceof Call call) {
      call.timeout(null);
      fillings.ended(call);
      waiting.ended(call);
    }
    return true;
  }

  private byte[] failure(Call call, String text) {
    String shown = world.masked(text);
    return call.isToolCall()
        ? Answers.toolText(call.id(), shown, true)
        : Answers.error(Optional.of(call.id()), Answers.INTERNAL_ERROR, shown);
  }

  private static byte[] unknown(Call call) {
    return Answers.unknown(call.id(), call.method(), call.target().publicName());
  }
}
