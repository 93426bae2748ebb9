package dev.gatekeeper.launch;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.BrokerException;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.broker.Login;
import dev.gatekeeper.broker.Outline;
import dev.gatekeeper.downstream.Downstream;
import dev.gatekeeper.downstream.DownstreamListener;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.downstream.LaunchSpec;
import dev.gatekeeper.downstream.ProgramResolver;
import dev.gatekeeper.downstream.StdioProcess;
import dev.gatekeeper.downstream.Watchdog;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.pin.Pins;
import dev.gatekeeper.wire.WireLimits;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How servers of this session come to run: by the broker's launch, as processes of ours or as
 * sessions with servers elsewhere. Nothing else starts one.
 */
public final class Launching {
  /** Time that a process gets to end by itself once its stdin is closed. */
  public static final Duration STOP_GRACE = Duration.ofMillis(300);

  private final Broker broker;
  private final LaunchContext context;
  private final Watchdog watchdog;
  private final Confinement confinement;
  private volatile Optional<PinnedPrograms> programs = Optional.empty();
  private volatile Optional<Supplier<Logins>> logins = Optional.empty();
  private @Nullable Remotes remotes;
  private boolean ended;

  public Launching(Broker broker, LaunchContext context, Watchdog watchdog) {
    this.broker = broker;
    this.context = context;
    this.watchdog = watchdog;
    this.confinement = new Confinement(context, broker.home());
  }

  /**
   * A server that runs, with the grants that it holds.
   *
   * @param given names of the variables, or of the parts of its entry, that it was given
   */
  public record Begun(Launch launch, Downstream server, Collection<String> given) {}

  /** Starts it; the grants are durable before. Waits. */
  public Begun begin(Server server, WireLimits limits, DownstreamListener listener)
      throws BrokerException, LaunchException {
    return switch (server) {
      case StdioServer stdio -> {
        compare(stdio);
        Launch launch = broker.launch(stdio, context);
        yield new Begun(launch, start(stdio, launch, limits, listener), launch.names());
      }
      case HttpServer http -> {
        Login login = http.oauth().isPresent() ? remotes().login(http) : Login.NONE;
        Launch launch = broker.session(http, login, context);
        yield new Begun(launch, start(http, launch, limits, listener), named(http, login));
      }
    };
  }

  /** Nothing is granted where the program is not the locked one, or cannot be confined. */
  private void compare(StdioServer server) throws LaunchException {
    confinement.demand(server);
    Optional<Outline> ahead =
        programs.isEmpty() ? Optional.empty() : Outline.ahead(server.program(), List.of(), context);
    if (ahead.isPresent()) {
      Optional<PinnedPrograms.Run> _ = programs.orElseThrow().run(server, ahead.get());
    }
  }

  private StdioProcess start(
      StdioServer server, Launch launch, WireLimits limits, DownstreamListener listener)
      throws LaunchException {
    try {
      PinnedPrograms.Run run = confinement.of(server, launch, run(server, launch));
      return StdioProcess.start(
          new LaunchSpec(
              server.name(),
              run.program(),
              run.arguments(),
              launch.environmentBlock(),
              launch.directory(),
              limits),
          listener,
          watchdog);
    } catch (LaunchException | RuntimeException | Error e) {
      launch.close();
      throw e;
    } finally {
      launch.started();
    }
  }

  private Downstream start(
      HttpServer server, Launch launch, WireLimits limits, DownstreamListener listener)
      throws LaunchException {
    try {
      return remotes().begin(server, authorities(server), launch, limits, listener);
    } catch (LaunchException | RuntimeException | Error e) {
      launch.close();
      throw e;
    } finally {
      launch.started();
    }
  }

  /** Digest of the file that the entry names as {@code ca}, where it counts. */
  private Optional<String> authorities(HttpServer server) throws LaunchException {
    return programs.isEmpty() || server.caFile().isEmpty()
        ? Optional.empty()
        : Optional.of(programs.get().authorities(server));
  }

  /**
   * Makes ready a login that this session alone has, for whoever is at its client. Waits.
   *
   * @param server of the list in force, with a login of a person
   */
  public Logins.Offer offerLogin(HttpServer server) throws Logins.NoLoginException {
    try {
      return remotes().offerLogin(server, authorities(server), context);
    } catch (LaunchException e) {
      throw new Logins.NoLoginException(e.getMessage());
    }
  }

  /** From now on these servers are in force, and no others. */
  public void inForce(Collection<Server> servers) {
    Remotes elsewhere;
    synchronized (this) {
      elsewhere = remotes;
    }
    if (elsewhere != null) {
      elsewhere.retainLogins(servers);
    }
  }

  private synchronized Remotes remotes() throws LaunchException {
    if (ended) {
      throw new LaunchException("the session is ending");
    }
    Remotes made = remotes;
    if (made == null) {
      made = new Remotes(logins.map(Supplier::get));
      remotes = made;
    }
    return made;
  }

  private static Collection<String> named(HttpServer server, Login login) {
    TreeSet<String> names = new TreeSet<>();
    server.headers().keySet().forEach(header -> names.add(Broker.HEADER + header));
    server
        .oauth()
        .filter(oauth -> oauth.grant() == OAuth.Grant.AUTHORIZATION_CODE && login == Login.KEPT)
        .ifPresent(oauth -> names.add(Broker.LOGIN));
    return names;
  }

  /** What is run: the locked program, or where nothing is locked what the entry's line says. */
  private PinnedPrograms.Run run(StdioServer server, Launch launch) throws LaunchException {
    Optional<PinnedPrograms.Run> locked =
        programs.isEmpty() ? Optional.empty() : programs.get().run(server, launch.outline());
    return locked.isPresent()
        ? locked.get()
        : new PinnedPrograms.Run(
            ProgramResolver.resolve(launch.command(), launch.directory(), launch.path()),
            launch.arguments());
  }

  /**
   * From now on starts processes by these pins, and nothing else.
   *
   * @param locked pins by platform, of each locked server
   */
  public void startBy(
      Supplier<Pins> pins, Function<String, Optional<SortedMap<String, Json>>> locked) {
    programs = Optional.of(new PinnedPrograms(pins, locked));
  }

  /**
   * Where the access tokens of remote servers come from; before the first server starts. Made when
   * the first remote server does: nothing of HTTP is loaded before.
   */
  public void loginBy(Supplier<Logins> given) {
    logins = Optional.of(given);
  }

  /**
   * Puts the values into a call whose intent is durable; their grants are durable before. Waits.
   *
   * @param filled takes the call with the values in it, and their grants
   * @return why it could not be done, where it could not
   */
  public Optional<String> fill(Filling filling, Server server, BiConsumer<byte[], Launch> filled) {
    try {
      Launch values = broker.arguments(server, filling.needs(), context);
      try {
        filled.accept(filling.filled(values), values);
        return Optional.empty();
      } catch (MalformedException e) {
        values.close();
        return Optional.of("a secret is no text, or its name is written with escapes");
      } finally {
        values.started();
      }
    } catch (BrokerException e) {
      return Optional.of(text(e));
    }
  }

  /** What a person and the agent are told of it. */
  public static String text(BrokerException e) {
    String why = String.valueOf(e.getMessage());
    return e.hint().map(hint -> why + " A person types: " + hint).orElse(why);
  }

  /** The same, where there is none: a fault of the system, or of ours. */
  public static String text(Throwable e) {
    return e instanceof LaunchException || e instanceof Logins.NoLoginException
        ? String.valueOf(e.getMessage())
        : e.getClass().getSimpleName();
  }

  /** Ends all servers, at once, with all that they started. */
  public void endAll() {
    Remotes elsewhere;
    synchronized (this) {
      ended = true;
      elsewhere = remotes;
    }
    if (elsewhere == null) {
      watchdog.endAll(STOP_GRACE);
      return;
    }
    Thread farewells =
        Thread.ofPlatform()
            .daemon()
            .name("gatekeeper-farewells")
            .start(() -> elsewhere.endAll(STOP_GRACE));
    watchdog.endAll(STOP_GRACE);
    try {
      boolean _ = farewells.join(STOP_GRACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
