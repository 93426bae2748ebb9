package dev.gatekeeper.fleet;

import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.catalog.Offered;
import dev.gatekeeper.fleet.offer.SurveyedOffer;
import dev.gatekeeper.fleet.terms.Terms;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Handshake;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import dev.gatekeeper.wire.Message.Response;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Starts a server once, as its entry says and with every capability that the entry allows, to learn
 * what it offers. Nothing is called.
 */
public final class Survey {
  private final Surroundings world;
  private final Path project;

  /**
   * Starts servers by the broker of {@code world}; {@code project} is the one root they are told.
   */
  public Survey(Surroundings world, Path project) {
    this.world = world;
    this.project = project;
  }

  /** What a server said. */
  public sealed interface Finding {
    /**
     * The server started and listed.
     *
     * @param definitions all that the rules let through, as the server wrote them
     */
    record Found(Handshake.ServerHello hello, Map<Kind, List<Offered>> definitions)
        implements Finding {}

    /**
     * It did not.
     *
     * @param why a sentence for a person
     */
    record Failed(String why) implements Finding {}
  }

  /** Waits until the server has listed all it has, or failed to, and has ended. */
  public Finding of(Server server) throws InterruptedException {
    SurveyedOffer offer = new SurveyedOffer();
    Asker asker = new Asker(server);
    Backend backend = new Backend(world, Terms.ofSurvey(server), asker, offer, List.of());
    CountDownLatch settled = new CountDownLatch(1);
    backend.whenSettled(settled::countDown);
    boolean inTime = settled.await(Link.START_MILLIS + Link.ASK_MILLIS, TimeUnit.MILLISECONDS);
    Optional<Link> link = backend.live();
    if (link.isEmpty()) {
      String status = backend.status();
      backend.close();
      return new Finding.Failed(inTime ? status : "server " + server.name() + " takes too long");
    }
    Map<Kind, List<Offered>> definitions = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      definitions.put(kind, offer.of(kind));
    }
    Optional<String> incomplete = link.get().incomplete();
    Handshake.ServerHello hello = link.get().hello();
    link.get().stop();
    boolean _ = asker.ended.await(2, TimeUnit.SECONDS); // the watchdog sees to the rest
    backend.close();
    return incomplete.isPresent()
        ? new Finding.Failed("server " + server.name() + ": " + incomplete.get())
        : new Finding.Found(hello, definitions);
  }

  /** An agent that has what the entry allows, shows one root, and does nothing for a server. */
  private final class Asker implements AgentSide {
    private final Handshake.ClientHello hello;
    private final AtomicLong numbers = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);

    Asker(Server server) {
      this.hello =
          new Handshake.ClientHello(
              Handshake.VERSIONS.getFirst(), "gatekeeper", "", new Terms(server).capabilities());
    }

    @Override
    public Handshake.ClientHello hello() {
      return hello;
    }

    @Override
    public long nextNumber() {
      return numbers.incrementAndGet();
    }

    @Override
    public Optional<byte[]> logLevel() {
      return Optional.empty();
    }

    @Override
    public void asked(Link link, Request request) {
      byte[] id = request.id().toBytes();
      boolean answered =
          link.offer(
              request.method().equals("roots/list") && hello.has("roots")
                  ? Answers.result(id, roots())
                  : Answers.error(
                      Optional.of(id), Answers.METHOD_NOT_FOUND, "only lists are asked for"));
      if (!answered) {
        world.say("server " + link.backend().name() + " takes no answers");
      }
    }

    private byte[] roots() {
      return Answers.join("{\"roots\":[{\"uri\":", Json.quote(project.toUri().toString()), "}]}");
    }

    @Override
    public void answered(Call call, Response response, Backend backend) {}

    @Override
    public void failed(Call call, Journal.Outcome outcome, String text) {}

    @Override
    public void waits(Call call, String why) {}

    @Override
    public void notOffered(Call call) {}

    @Override
    public boolean isAskedBy(Link link) {
      return false;
    }

    @Override
    public void notified(Link link, Notification notification) {}

    @Override
    public void gone(Link link) {
      ended.countDown();
    }

    @Override
    public void listChanged(Kind kind) {}
  }
}
