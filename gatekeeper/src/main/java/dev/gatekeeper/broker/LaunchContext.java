package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Sandbox;
import dev.gatekeeper.allowlist.Template;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a launch depends on beside its entry. Without {@code toString}: the environment may hold
 * what must not be printed.
 */
public final class LaunchContext {
  private final Path project;
  private final Map<String, String> environment;

  /**
   * @param project canonical directory, {@code ${project}} and the working directory of the child
   * @param environment our own; only the documented base of it is passed on
   */
  public LaunchContext(Path project, Map<String, String> environment) {
    this.project = project.toAbsolutePath();
    this.environment = Map.copyOf(environment);
  }

  /** What stands for a place of the allow-list. */
  String place(Template.Place place) {
    return switch (place) {
      case PROJECT -> project.toString();
      case HOME -> BaseEnvironment.home(environment);
    };
  }

  /** The certificates that an entry adds to the platform's, where it names some. */
  public Optional<Path> certificates(HttpServer server) {
    return server.certificates(project, Path.of(place(Template.Place.HOME)));
  }

  /** The directories below which a confined server may write. */
  public List<Path> writable(Sandbox sandbox) {
    return sandbox.writable(project, Path.of(place(Template.Place.HOME)));
  }

  /** Where the person's session keeps its sockets ({@code XDG_RUNTIME_DIR}). */
  public Optional<Path> runtime() {
    return directory("XDG_RUNTIME_DIR");
  }

  /** Where the person's programs keep their temporary files ({@code TMPDIR}). */
  public List<Path> temporary() {
    return directory("TMPDIR").stream().toList();
  }

  private Optional<Path> directory(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(named -> named.startsWith("/"))
        .map(Path::of);
  }

  /** Canonical directory of the project. */
  public Path project() {
    return project;
  }

  Map<String, String> environment() {
    return environment;
  }
}
