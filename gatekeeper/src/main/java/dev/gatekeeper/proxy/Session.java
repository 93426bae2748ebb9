package dev.gatekeeper.proxy;

import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.fleet.AgentSide;
import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Fleet;
import dev.gatekeeper.fleet.Link;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Handshake;
import dev.gatekeeper.mcp.Params;
import dev.gatekeeper.mcp.Ticket;
import dev.gatekeeper.proxy.approval.Asking;
import dev.gatekeeper.proxy.approval.WaitingCalls;
import dev.gatekeeper.proxy.question.AwaitedLogins;
import dev.gatekeeper.proxy.question.Dialogs;
import dev.gatekeeper.proxy.question.Questions;
import dev.gatekeeper.request.AccessRequests;
import dev.gatekeeper.wire.FrameQueue;
import dev.gatekeeper.wire.FrameReader;
import dev.gatekeeper.wire.FrameWriter;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import dev.gatekeeper.wire.Message.Response;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The conversation with the agent: one session of {@code serve}.
 *
 * <p>What reads the agent's messages never waits for anything else: what takes time is handed on.
 * {@code initialize}, {@code ping}, lists and our own tools are answered whatever state the
 * servers, the vault and the audit log are in. A message that cannot be read costs an error, not
 * the session.
 */
public final class Session implements AgentSide {
  /** Milliseconds that requests in flight get after the agent closed our stdin. */
  static final long DRAIN_MILLIS = 2_000;

  /** Notifications are dropped while so many messages wait for an agent that does not read. */
  private static final int MAX_WAITING = 65_536;

  /** As {@link #MAX_WAITING}, in bytes: four of the largest messages. */
  private static final long MAX_WAITING_BYTES = 256L << 20;

  private final Surroundings world;
  private final Standing standing;
  private final FrameReader in;
  private final FrameQueue outbox;
  private final Calls calls;
  private final WaitingCalls waiting;
  private final AwaitedLogins logins;
  private final Questions questions;
  private final Dialogs dialogs;
  private final Notices notices;
  private final Fleet fleet;
  private final Requests requests;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Handshake.@Nullable ClientHello hello;
  private volatile byte @Nullable [] logLevel;

  /** A session over the agent's streams. */
  public Session(
      Surroundings world,
      Standing standing,
      AccessRequests requests,
      Asking asking,
      FrameReader in,
      FrameWriter out) {
    this.world = world;
    this.standing = standing;
    this.in = in;
    this.outbox = new FrameQueue(out, MAX_WAITING, MAX_WAITING_BYTES);
    Thread.ofPlatform().daemon().name("gatekeeper-agent-writer").start(this::write);
    this.dialogs = new Dialogs(this, outbox);
    this.waiting = new WaitingCalls(world, standing, asking, dialogs);
    this.logins = new AwaitedLogins(world, dialogs, asking.patience());
    this.calls = new Calls(world, outbox, waiting);
    this.questions = new Questions(world, this, outbox);
    this.notices = new Notices(world, this, outbox);
    this.fleet = new Fleet(world, this);
    this.requests =
        new Requests(
            world, this, calls, fleet, new OwnTools(world, standing, requests, fleet, calls));
  }

  /** Serves until the agent closes its end; then ends every server. */
  public void run() {
    try {
      new AgentReaders(in, world.journal(), this::received).run();
    } catch (IOException e) {
      world.say("reading from the agent failed; the session ends");
    }
    drain();
    end();
  }

  private void write() {
    try {
      outbox.drain();
    } catch (IOException e) {
      // The agent is gone; the end of our stdin tells the rest.
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a writer", e);
    }
  }

  private void received(Incoming incoming) {
    // Not below: the first pattern switch takes 50 ms, and an agent waits for its lists.
    if (incoming instanceof Incoming.Received(Request request)) {
      request(request);
      return;
    }
    if (incoming instanceof Incoming.Received(Notification notification)) {
      notification(notification);
      return;
    }
    switch (incoming) {
      case Incoming.Received received -> {
        switch (received.message()) {
          case Request request -> request(request);
          case Notification notification -> notification(notification);
          case Response response -> answered(response);
        }
      }
      case Incoming.Oversize oversize ->
          unreadable(
              oversize.id(),
              oversize.request(),
              Answers.INVALID_REQUEST,
              "the message has " + oversize.bytes() + " bytes, which is over the limit");
      case Incoming.Malformed malformed ->
          unreadable(
              malformed.id(),
              malformed.request(),
              malformed.json() || malformed.id().isPresent()
                  ? Answers.INVALID_REQUEST
                  : Answers.PARSE_ERROR,
              "the message is malformed: " + malformed.why() + " at byte " + malformed.position());
      case Incoming.Batch batch -> batch.under(hello().protocolVersion()).forEach(this::received);
      case Incoming.NotJson notJson ->
          error(
              Optional.empty(),
              notJson.json() ? Answers.INVALID_REQUEST : Answers.PARSE_ERROR,
              "the line is not a JSON-RPC message");
      case Incoming.End end -> {}
    }
  }

  /** Of one sequence of numbers: an answer is for our own question or for that of a server. */
  private void answered(Response response) {
    if (!dialogs.answered(response)) {
      questions.answered(response);
    }
  }

  /** A request gets its error; of an answer, the server that waits for it hears. */
  private void unreadable(Optional<byte[]> id, boolean request, int code, String text) {
    if (request || id.isEmpty()) {
      error(id, code, text);
    } else if (!dialogs.unreadable(id.get())) {
      questions.unreadable(id.get(), text);
    }
  }

  private void error(Optional<byte[]> id, int code, String text) {
    outbox.add(Answers.error(id, code, text));
  }

  private void request(Request request) {
    if (calls.isRepeated(request.id())) {
      return; // also of a ping: its answer would be taken for that of the call
    }
    byte[] id = request.id().toBytes();
    switch (request.method()) {
      case "ping" -> outbox.addUrgent(Answers.emptyResult(id));
      // A client of both eras asks this first; the answer sends it to the legacy handshake.
      case "server/discover" ->
          outbox.addUrgent(
              Answers.error(Optional.of(id), Answers.METHOD_NOT_FOUND, "Method not found"));
      case "initialize" -> initialize(request, id);
      default -> {
        if (hello == null) {
          error(Optional.of(id), Answers.INVALID_REQUEST, "the session is not initialized");
        } else {
          requests.route(request);
        }
      }
    }
  }

  private void initialize(Request request, byte[] id) {
    if (hello != null) {
      error(Optional.of(id), Answers.INVALID_REQUEST, "the session is initialized already");
      return;
    }
    try {
      if (request.params().filter(Slice::isObject).isEmpty()) {
        error(Optional.of(id), Answers.INVALID_PARAMS, "initialize needs parameters");
        return;
      }
      Handshake.ClientHello said = Handshake.ClientHello.parse(request.params().get());
      hello = said;
      outbox.add(Answers.result(id, Handshake.initializeResult(said, standing.instructions())));
      adopt(); // behind the answer that the agent waits for
      world.journal().agent(said.name(), said.version());
    } catch (MalformedException e) {
      error(Optional.of(id), Answers.INVALID_PARAMS, "the parameters are malformed");
    }
  }

  /** Puts in force what counts now; the agent hears of lists that change with it. */
  public void adopt() {
    if (hello != null) {
      fleet.adopt(standing::policy);
    }
  }

  private void notification(Notification notification) {
    try {
      if (world.redactor().foreign(notification.whole(), Set.of()).isPresent()) {
        world.say("a notification of the agent was dropped: it carries the value of a secret");
        return;
      }
      switch (notification.method()) {
        case "notifications/initialized" -> {} // nothing waits for it
        case "notifications/cancelled" -> {
          Optional<Slice> id = Params.member(notification.params(), "requestId");
          Optional<byte[]> reason =
              Params.string(notification.params(), "reason").map(Slice::toBytes);
          id.flatMap(slice -> calls.cancelled(Ticket.keyOf(slice)))
              .ifPresent(
                  call -> {
                    fleet.cancel(call, reason);
                    logins.ended(call);
                  });
        }
        case "notifications/progress" -> {
          Optional<Slice> token = Params.member(notification.params(), "progressToken");
          token.ifPresent(slice -> questions.progress(notification, slice));
        }
        case "notifications/roots/list_changed" ->
            fleet.pass(
                notification, backend -> backend.server().serverRequests().contains("roots"));
        default -> fleet.passUnknown(notification);
      }
    } catch (MalformedException e) {
      world.say("the agent sent a malformed notification");
    }
  }

  @Override
  public Handshake.ClientHello hello() {
    Handshake.ClientHello said = hello;
    return said == null ? Handshake.ClientHello.NONE : said;
  }

  /** Questions of servers, which the agent may cancel its part in. */
  Questions questions() {
    return questions;
  }

  @Override
  public void answered(Call call, Response response, Backend backend) {
    calls.answered(call, response, backend);
  }

  @Override
  public void failed(Call call, Journal.Outcome outcome, String text) {
    calls.failed(call, outcome, text);
  }

  @Override
  public void needsLogin(Call call, Backend backend, String text) {
    Runnable failure = () -> calls.failed(call, Journal.Outcome.UNAVAILABLE, text);
    // An issuer may have worded a part of it.
    if (logins.ask(call, backend, world.masked(text), failure)) {
      waits(call, text);
    } else {
      failure.run();
    }
  }

  @Override
  public void waits(Call call, String why) {
    call.notice(world.masked(why)).ifPresent(outbox::offer);
  }

  @Override
  public void notOffered(Call call) {
    calls.failedAsUnknown(call);
  }

  @Override
  public void asked(Link link, Request request) {
    questions.asked(link, request);
  }

  @Override
  public boolean isAskedBy(Link link) {
    return questions.isAskedBy(link);
  }

  @Override
  public void notified(Link link, Notification notification) {
    notices.fromServer(link, notification);
  }

  @Override
  public void gone(Link link) {
    questions.serverEnded(link);
  }

  @Override
  public long nextNumber() {
    return numbers.incrementAndGet();
  }

  @Override
  public Optional<byte[]> logLevel() {
    return Optional.ofNullable(logLevel);
  }

  void logLevel(byte[] level) {
    logLevel = level;
  }

  @Override
  public void listChanged(Kind kind) {
    if (requests.hasListed(kind)) {
      notices.listChanged(kind);
    }
  }

  /**
   * Lets requests in flight finish for a moment: a script that pipes its requests in wants the
   * answers. An agent that has died is noticed by the first answer that cannot be written.
   */
  private void drain() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS);
    try {
      while (calls.inFlight() > 0 && !outbox.isBroken() && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    outbox.flush(DRAIN_MILLIS / 4);
  }

  /**
   * Ends the session: every server's process tree, then the record of it. Safe to call from a
   * shutdown hook and more than once; takes at most about 400 ms.
   */
  public void end() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    fleet.close();
    waiting.close();
    calls.endAll();
    world.maskings().write();
    outbox.flush(50);
    outbox.close();
  }
}
