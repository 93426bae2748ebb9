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

/** Sees to it that a server whose entry asks for a sandbox runs within it. */
final class Confinement {
  private final LaunchContext context;
  private final Home home;

  /** Whether one could be made in this session: it takes some 30 ms to find out. */
  private volatile boolean works;

  Confinement(LaunchContext context, Home home) {
    this.context = context;
    this.home = home;
  }

  /**
   * Does nothing where {@code server} can be confined as its entry asks. Waits.
   *
   * @throws LaunchException where it cannot; says what to type
   */
  void demand(StdioServer server) throws LaunchException {
    if (server.sandbox().isEmpty()) {
      return;
    }
    try {
      Bubblewrap sandbox = Bubblewrap.ofSystem();
      if (!works) {
        sandbox.demand();
        works = true;
      }
      Bounds bounds =
          bounds(server.sandbox().get(), context.project(), List.of(), context.temporary());
      List<String> _ = sandbox.arguments(bounds, List.of(sandbox.program().toString()));
    } catch (UnconfinedException e) {
      throw new LaunchException(String.valueOf(e.getMessage()));
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
    List<Path> temporary = new ArrayList<>(context.temporary());
    if (launch.names().contains("TMPDIR")) {
      String own = new String(launch.value("TMPDIR"), StandardCharsets.UTF_8);
      if (own.startsWith("/")) {
        temporary.add(Path.of(own));
      }
    }
    List<String> line = new ArrayList<>(List.of(run.program().toString()));
    line.addAll(run.arguments());
    try {
      Bubblewrap sandbox = Bubblewrap.ofSystem();
      Bounds bounds = bounds(server.sandbox().get(), launch.directory(), shown, temporary);
      return new PinnedPrograms.Run(sandbox.program(), sandbox.arguments(bounds, line));
    } catch (UnconfinedException e) {
      throw new LaunchException(String.valueOf(e.getMessage()));
    }
  }

  private Bounds bounds(Sandbox sandbox, Path directory, List<Path> shown, List<Path> temporary) {
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
}
