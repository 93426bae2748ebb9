package dev.gatekeeper.fleet.terms;

import dev.gatekeeper.allowlist.ArgumentsKept;
import dev.gatekeeper.allowlist.Lifetime;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.fleet.offer.Offer;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.journal.Recorded;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.wire.WireLimits;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** What the entry of one server says of its lists, its limits and the life of its process. */
public final class Terms {
  /** What a server may ask in a minute, ping apart: each costs a durable record. */
  private static final int QUESTIONS_PER_MINUTE = 600;

  private final Server server;
  private final RateLimit rate;
  private final RateLimit questions = new RateLimit(OptionalInt.of(QUESTIONS_PER_MINUTE));
  private final WireLimits wire;
  private final Lifetime lifetime;
  private final Set<String> given;

  public Terms(Server server) {
    this(server, server.lifetime());
  }

  private Terms(Server server, Lifetime lifetime) {
    this.server = server;
    this.rate = new RateLimit(server.limits().callsPerMinute());
    this.wire =
        new WireLimits(
            server.limits().maxMessage().orElse(WireLimits.DEFAULT.messageBytes()),
            WireLimits.DEFAULT.depth());
    this.lifetime = lifetime;
    this.given =
        server.given().stream().map(Reference::toString).collect(Collectors.toUnmodifiableSet());
  }

  /** Where its lists alone are asked for: nothing uses the process that they are read from. */
  public static Terms ofSurvey(Server server) {
    return new Terms(server, new Lifetime.Session());
  }

  public Server server() {
    return server;
  }

  /** What a message may be, either way. */
  public WireLimits wire() {
    return wire;
  }

  /** Bytes of the longest message that may pass, either way. */
  public int maxMessage() {
    return wire.messageBytes();
  }

  /** Whether known values are masked in what the server sends. */
  public boolean redacts() {
    return server.redact();
  }

  /** What is kept beside the log of the arguments of this call. */
  public ArgumentsKept.Kept kept(Recorded call) {
    ArgumentsKept kept = server.access().argumentsKept();
    return call.isToolCall() ? kept.of(call.target().name()) : kept.others();
  }

  /** References to the values that the server is given, and so may be sent. */
  public Set<String> given() {
    return given;
  }

  /** Whether a process serves one call and no more. */
  public boolean perCall() {
    return lifetime instanceof Lifetime.Call;
  }

  /** Milliseconds without use after which the process is stopped. */
  public Optional<Long> idleMillis() {
    return lifetime instanceof Lifetime.Idle idle
        ? Optional.of(idle.after().toMillis())
        : Optional.empty();
  }

  /** Whether the entry lets anything of this kind exist, so that its list is worth asking for. */
  public boolean offers(Kind kind) {
    return switch (kind) {
      case TOOL -> !server.tools().isEmpty();
      case PROMPT -> !server.prompts().isEmpty();
      case RESOURCE, TEMPLATE -> !server.resources().isEmpty();
    };
  }

  /** The capabilities that a client can have and an entry allow, as {@code initialize} has them. */
  public Map<String, byte[]> capabilities() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("elicitation", Answers.ascii("{\"form\":{},\"url\":{}}"));
    all.put("roots", Answers.ascii("{\"listChanged\":true}"));
    all.put("sampling", Answers.ascii("{}"));
    all.keySet().retainAll(server.serverRequests());
    return all;
  }

  /** Why this call of {@code bytes} is over a limit, where it is. Counts it. */
  public synchronized Optional<String> refusal(Recorded call, int bytes) {
    if (bytes > wire.messageBytes()) {
      return Optional.of(
          "the request has "
              + bytes
              + " bytes; server "
              + server.name()
              + " takes at most "
              + wire.messageBytes()
              + " (limits.maxMessage)");
    }
    return call.isToolCall() && !rate.admit(System.nanoTime())
        ? Optional.of(
            "server " + server.name() + " has reached its limit of calls a minute; try again later")
        : Optional.empty();
  }

  /** Whether one more request of the server is within the limit of a minute. Counts it. */
  public synchronized boolean admitsQuestion() {
    return questions.admit(System.nanoTime());
  }

  /** Why the call cannot be sent beside {@code inFlight} others, where it cannot. */
  public Optional<Offer.Refusal> refusalBeside(int inFlight, Recorded call) {
    if (perCall() && call.method().equals("resources/subscribe")) {
      return Optional.of(
          new Offer.Refusal(
              Journal.Outcome.NOT_OFFERED,
              Optional.of(
                  "server "
                      + server.name()
                      + " runs for one call at a time, so it cannot tell of changes later")));
    }
    return inFlight >= server.limits().inFlight().orElse(Integer.MAX_VALUE)
        ? Optional.of(
            new Offer.Refusal(
                Journal.Outcome.LIMITED,
                Optional.of(
                    "server "
                        + server.name()
                        + " has reached its limit of requests in flight; try again later")))
        : Optional.empty();
  }
}
