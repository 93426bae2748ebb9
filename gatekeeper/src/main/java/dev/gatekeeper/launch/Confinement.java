package dev.gatekeeper.launch;

import dev.gatekeeper.allowlist.Sandbox;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.pin.Pins;
import dev.gatekeeper.sandbox.Bounds;
import dev.gatekeeper.sandbox.Bubblewrap;
import dev.gatekeeper.sandbox.UnconfinedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sees to it that a server whose entry asks for a sandbox runs within it. */
record Confinement(LaunchContext context, Home home) {
  /**
   * Does nothing where {@code server} can be confined as its entry asks.
   *
   * @throws LaunchException where it cannot; says what to type
   */
  void demand(StdioServer server) throws LaunchException {
    if (server.sandbox().isPresent()) {
      Bounds bounds =
          bounds(server.sandbox().get(), context.project(), List.of(), Optional.empty());
      PinnedPrograms.Run _ =
          confined(bounds, new PinnedPrograms.Run(Path.of("/bin/true"), List.of()));
    }
  }

  /** What is run in place of {@code run}: the same, within the sandbox of the entry. */
  PinnedPrograms.Run of(StdioServer server, Launch launch, PinnedPrograms.Run run)
      throws LaunchException {
    if (server.sandbox().isEmpty()) {
      return run;
    }
    List<Path> shown = new ArrayList<>(List.of(Pins.folder(home)));
    launch.filesDirectory().ifPresent(shown::add);
    Optional<Path> temporary =
        launch.names().contains("TMPDIR")
            ? Optional.of(new String(launch.value("TMPDIR"), StandardCharsets.UTF_8))
                .filter(named -> named.startsWith("/"))
                .map(Path::of)
            : Optional.empty();
    return confined(bounds(server.sandbox().get(), launch.directory(), shown, temporary), run);
  }

  private Bounds bounds(
      Sandbox sandbox, Path directory, List<Path> shown, Optional<Path> temporary) {
    return new Bounds(
        sandbox.network(),
        context.writable(sandbox),
        context.project(),
        directory,
        home.path(),
        shown,
        temporary,
        context.runtime());
  }

  private static PinnedPrograms.Run confined(Bounds bounds, PinnedPrograms.Run run)
      throws LaunchException {
    List<String> line = new ArrayList<>(List.of(run.program().toString()));
    line.addAll(run.arguments());
    try {
      Bubblewrap sandbox = Bubblewrap.ofSystem();
      return new PinnedPrograms.Run(sandbox.program(), sandbox.arguments(bounds, line));
    } catch (UnconfinedException e) {
      throw new LaunchException(String.valueOf(e.getMessage()));
    }
  }
}
