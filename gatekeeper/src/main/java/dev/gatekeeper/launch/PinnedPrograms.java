package dev.gatekeeper.launch;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.pin.AuthorityPin;
import dev.gatekeeper.allowlist.pin.PinJson;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.broker.Outline;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.pin.Pinned;
import dev.gatekeeper.pin.Pins;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sees to it that the program of a locked server is the one that the lock names. The comparison is
 * the last thing before the process starts; where secrets are to be granted, it comes before them,
 * too.
 *
 * @param pins made when the first server starts
 * @param locked pins by platform, of each locked server
 */
record PinnedPrograms(
    Supplier<Pins> pins, Function<String, Optional<SortedMap<String, Json>>> locked) {

  /** What is run: an absolute path, and the arguments after it. */
  record Run(Path program, List<String> arguments) {}

  /**
   * The digest of the file that {@code server} names as {@code ca}. As with a program, what the
   * lock says nothing of does not count.
   *
   * @throws LaunchException where the lock has none; says what to type
   */
  String authorities(HttpServer server) throws LaunchException {
    return locked
        .apply(server.name())
        .flatMap(AuthorityPin::in)
        .orElseThrow(
            () ->
                new LaunchException(
                    "the file of its ca is not locked. A person types: " + lock(server)));
  }

  /**
   * What is run for {@code server}; empty where its line is to be run as it is: its reviewed entry
   * says why it has no pin. What a lock says nothing of is not run otherwise: else whoever takes it
   * from the lock, which removes power, would choose another program.
   *
   * @throws LaunchException where the program is not the locked one; says what to type
   */
  Optional<Run> run(StdioServer server, Outline launch) throws LaunchException {
    Optional<SortedMap<String, Json>> all = locked.apply(server.name());
    if (all.isEmpty()) {
      if (server.program().acknowledged().unpinned().isPresent()) {
        return Optional.empty();
      }
      throw new LaunchException("its program is not locked. A person types: " + lock(server));
    }
    Pins here = pins.get();
    Optional<ProgramPin> pin = PinJson.on(here.here(), all.get(), fault -> {});
    Pins.Line line = new Pins.Line(launch.command(), launch.arguments(), launch.directory());
    return switch (here.check(line, pin, launch.path(), launch.home())) {
      case Pinned.Matches(Path program, List<String> arguments) ->
          Optional.of(new Run(program, arguments));
      case Pinned.NotPinned() -> Optional.empty();
      case Pinned.Refused(String what, String hint) ->
          throw new LaunchException(
              what
                  + "."
                  + (hint.isEmpty() ? "" : " A person types: " + server.review().typed(hint)));
    };
  }

  private static String lock(Server server) {
    return server.review().typed("gatekeeper allowlist lock " + server.name());
  }
}
