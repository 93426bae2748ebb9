package dev.gatekeeper.remote;

import dev.gatekeeper.downstream.DownstreamListener.Loss;
import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.Answer;
import dev.gatekeeper.http.Bounds;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.http.Outgoing;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.remote.Credentials.CredentialsException;
import dev.gatekeeper.remote.Credentials.Verdict;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.Message;
import dev.gatekeeper.wire.WireLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The other end of a conversation: what every request to it carries, and who is let in. What the
 * session is called there is as good as a credential: it is in no message and no log.
 */
final class Peer implements AutoCloseable {
  private static final Pattern SESSION = Pattern.compile("[!-~]{1,1024}");
  private static final Pattern REVISION = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  /** Challenges that are handed on, and characters of each. */
  private static final int MOST_CHALLENGES = 8;

  private static final int LONGEST_CHALLENGE = 4_096;

  /**
   * A server may send headers only with the answer, so that they take as long as the call may. Who
   * waits for the answer has its own clock, and calls off.
   */
  private static final Duration CALL = Duration.ofHours(6);

  /** Silence of an answer under way, in looks: a minute. */
  private static final int CALL_LOOKS = 4;

  /** From the request for a stream to its headers. */
  private static final Duration OPENING = Duration.ofSeconds(30);

  private final RemoteSpec spec;
  private final Connector connector;
  private final Credentials credentials;
  private volatile Optional<String> session = Optional.empty();
  private volatile Optional<String> revision = Optional.empty();

  /** With what the last request was let in: enough to say farewell, and asks nobody. */
  private volatile Optional<String> used = Optional.empty();

  private final Suspensions suspensions;
  private int seen;

  Peer(RemoteSpec spec, Connector connector, Credentials credentials, Suspensions suspensions) {
    this.spec = spec;
    this.connector = connector;
    this.credentials = credentials;
    this.suspensions = suspensions;
    this.seen = suspensions.count();
  }

  /** For a request and its answer. */
  Bounds call() {
    return new Bounds(CALL, suspensions.look().multipliedBy(CALL_LOOKS));
  }

  /** For a stream that may be silent: a read ends at each look, and goes on. */
  Bounds stream() {
    return new Bounds(OPENING, suspensions.look());
  }

  WireLimits limits() {
    return spec.limits();
  }

  Address address() {
    return spec.address();
  }

  boolean hasSession() {
    return session.isPresent();
  }

  /**
   * The answer to {@code initialize} names the session, if there is to be one.
   *
   * @return the name
   * @throws Unanswered where the name is none
   */
  Optional<String> begun(Answer answer) throws Unanswered {
    List<String> given = answer.headers("mcp-session-id");
    if (given.isEmpty()) {
      return Optional.empty();
    }
    if (given.size() > 1 || !SESSION.matcher(given.getFirst()).matches()) {
      throw new Unanswered(Loss.UNKNOWN, "gave a session id that is none");
    }
    session = Optional.of(given.getFirst());
    return session;
  }

  /** The answer to {@code initialize} says which revision the server chose. */
  void greeted(Incoming incoming) {
    if (incoming instanceof Incoming.Received(Message.Response response)
        && response.result().isPresent()) {
      try {
        response
            .result()
            .get()
            .members()
            .get("protocolVersion")
            .filter(Slice::isString)
            .map(Slice::string)
            .filter(given -> REVISION.matcher(given).matches())
            .ifPresent(given -> revision = Optional.of(given));
      } catch (MalformedException e) {
        return; // the listener finds out as well, and ends this
      }
    }
  }

  /**
   * Sends one request, and once more where credentials were refused and there are others.
   *
   * @param bare without the headers that each request has
   * @throws Unanswered where there is no answer, or one of 401 or 403
   */
  Answer ask(Outgoing bare, Bounds bounds, Slot slot) throws Unanswered {
    int _ = sleeps();
    try {
      return ask(bare, bounds, slot, false);
    } catch (HttpFault e) {
      throw Unanswered.of(e);
    } catch (CredentialsException e) {
      throw new Unanswered(e.needsLogin() ? Loss.LOGIN : Loss.WITHOUT_EFFECT, e.getMessage());
    }
  }

  private Answer ask(Outgoing bare, Bounds bounds, Slot slot, boolean again)
      throws HttpFault, CredentialsException, Unanswered {
    Optional<String> authorization = credentials.authorization();
    used = authorization;
    dress(bare, authorization);
    Answer answer = slot.use(connector.start(bare, bounds)).await();
    if (answer.status() != 401 && answer.status() != 403) {
      return answer;
    }
    List<String> challenges =
        answer.headers("www-authenticate").stream()
            .limit(MOST_CHALLENGES)
            .filter(challenge -> challenge.length() <= LONGEST_CHALLENGE)
            .toList();
    answer.close();
    return switch (credentials.refused(answer.status(), authorization, challenges)) {
      case Verdict.Refused(String text) -> throw new Unanswered(Loss.WITHOUT_EFFECT, text);
      case Verdict.NeedsLogin(String text) -> throw new Unanswered(Loss.LOGIN, text);
      case Verdict.Again() -> {
        if (again) {
          throw new Unanswered(
              Loss.WITHOUT_EFFECT,
              "refuses us (HTTP " + answer.status() + "), with fresh credentials too");
        }
        yield ask(bare, bounds, slot, true);
      }
    };
  }

  private void dress(Outgoing bare, Optional<String> authorization) throws HttpFault {
    for (Map.Entry<String, String> header : spec.headers().entrySet()) {
      bare.with(header.getKey(), header.getValue());
    }
    set(bare, "mcp-session-id", session);
    set(bare, "mcp-protocol-version", revision);
    set(bare, "authorization", authorization);
  }

  private static void set(Outgoing bare, String header, Optional<String> value) throws HttpFault {
    if (value.isPresent()) {
      bare.with(header, value.get());
    }
  }

  /** A message for the server. */
  static Outgoing message(Address to, byte[] frame) throws Unanswered {
    try {
      return Outgoing.post(to, frame)
          .with("content-type", "application/json")
          .with("accept", "application/json, text/event-stream");
    } catch (HttpFault e) {
      throw Unanswered.of(e);
    }
  }

  /** A stream from the server: anew, or from behind an event on. */
  static Outgoing stream(Address from, Optional<String> last) throws Unanswered {
    try {
      Outgoing request = Outgoing.get(from).with("accept", "text/event-stream");
      return last.isPresent() ? request.with("last-event-id", last.get()) : request;
    } catch (HttpFault e) {
      throw Unanswered.of(e);
    }
  }

  /**
   * Tells the server that the session is over. Where it does not hear, it finds out by itself: no
   * token is refreshed for this.
   */
  void farewell(Bounds bounds, Slot slot) {
    if (!hasSession()) {
      return;
    }
    Outgoing request = Outgoing.delete(address());
    try {
      dress(request, used);
    } catch (HttpFault e) {
      return;
    }
    try (Answer answer = slot.use(connector.start(request, bounds)).await()) {
      int status = answer.status(); // 405 is fine: sessions there end in their own time
      if (status < 200) {
        throw new AssertionError("an interim answer is none");
      }
    } catch (HttpFault e) {
      return;
    }
  }

  /** How often the machine was seen to have slept. Idle connections are dropped after each time. */
  synchronized int sleeps() {
    int now = suspensions.count();
    if (now != seen) {
      seen = now;
      connector.renew();
    }
    return now;
  }

  @Override
  public void close() {
    session = Optional.empty();
    used = Optional.empty();
    credentials.forget(); // a refresh under way has its answer first, or it would be lost
    connector.close();
  }
}
