package dev.gatekeeper.cli.doctor;

import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.broker.Forecast;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/**
 * {@code gatekeeper doctor}: whether this place is fit for a session, and with {@code --env} what
 * one server would be started with, by name. It starts no server, asks for nothing and shows no
 * value, so an agent's shell may type it.
 */
@picocli.CommandLine.Command(
    description = {
      "Say whether Java, home, vault and list are fit for a session, and note whether vault scan"
          + " can judge here.",
      "With --env, say which variables a server would see, or what a remote one would be sent,"
          + " where each comes from, and whether its references can be resolved. Shows no value"
          + " and starts no server.",
      "With --reach, ask the host of a remote server for an answer, without any secret, and say how"
          + " its login stands."
    })
public final class DoctorCommand implements Callable<Integer> {
  private static final String RUN = "run:";

  private final Console console;

  @Option(
      names = "--env",
      paramLabel = "SERVER",
      description = "A server of the list in force, or run:NAME for a command of it.")
  private String server = "";

  @Option(
      names = "--reach",
      paramLabel = "SERVER",
      description = "A remote server of the list in force.")
  private String remote = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** One that prints to {@code console}. */
  public DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
    if (!server.isEmpty() && !remote.isEmpty()) {
      throw CommandFailure.usage("--env and --reach are two questions", "ask one after the other");
    }
    if (!remote.isEmpty()) {
      return reach();
    }
    return server.isEmpty() ? diagnose() : forecast();
  }

  private int diagnose() throws IOException {
    Diagnosis diagnosis = Diagnosis.of(console);
    if (json) {
      diagnosis.json(console);
    } else {
      diagnosis.print(console);
    }
    return diagnosis.isFit() ? 0 : 1;
  }

  private int reach() throws IOException, CommandFailure {
    Home home = Home.locate(console.environment());
    Project project = Project.find(console.environment(), console.directory());
    InForce.Trusted trusted = trusted(home, project);
    if (!(named(trusted, remote) instanceof HttpServer http)) {
      throw CommandFailure.usage(
          Console.printable(remote) + " is started here, and not reached elsewhere",
          "gatekeeper doctor --env " + Console.printable(remote));
    }
    Reached reached = Reached.of(http, trusted.lock(), home, project, console);
    if (json) {
      reached.json(console);
    } else {
      reached.print(console);
    }
    return reached.isFit() ? 0 : 1;
  }

  private static InForce.Trusted trusted(Home home, Project project)
      throws IOException, CommandFailure {
    InForce inForce = new Trust(home).inForce(project);
    if (inForce instanceof InForce.Trusted trusted) {
      return trusted;
    }
    throw new CommandFailure(
        CommandFailure.CANNOT_JUDGE,
        Console.printable(inForce.text()),
        Optional.of("gatekeeper status"));
  }

  private int forecast() throws IOException, CommandFailure {
    Home home = Home.locate(console.environment());
    Project project = Project.find(console.environment(), console.directory());
    InForce.Trusted trusted = trusted(home, project);
    ForecastText text =
        new ForecastText(
            server,
            host(trusted),
            Forecast.of(
                server,
                program(trusted),
                home,
                PassphraseSource.nonInteractive(console.environment()),
                new LaunchContext(project.directory(), console.environment())));
    if (json) {
      text.json(console);
    } else {
      text.print(console);
    }
    return text.isWhole() ? 0 : 1;
  }

  private Program program(InForce.Trusted trusted) throws CommandFailure {
    if (server.startsWith(RUN)) {
      Command command = trusted.list().commands().get(server.substring(RUN.length()));
      if (command != null) {
        return command.program();
      }
    }
    return switch (named(trusted, server)) {
      case StdioServer stdio -> stdio.program();
      case HttpServer http -> sent(http);
    };
  }

  private static Server named(InForce.Trusted trusted, String name) throws CommandFailure {
    Server named = trusted.list().servers().get(name);
    if (named == null) {
      throw CommandFailure.usage(
          "the list in force has no '" + Console.printable(name) + "'",
          "gatekeeper allowlist show");
    }
    return named;
  }

  /** The host that is sent what is forecast, where the entry is a remote one. */
  private Optional<String> host(InForce.Trusted trusted) {
    return trusted.list().servers().get(server) instanceof HttpServer http
        ? Optional.of(http.host())
        : Optional.empty();
  }

  /** What a remote server is sent, in the place of the variables of a program. */
  private static Program sent(HttpServer server) {
    SortedMap<String, Template> parts = new TreeMap<>();
    parts.put("url", server.url());
    server.headers().forEach((name, value) -> parts.put("header " + name, value));
    server.oauth().ifPresent(oauth -> parts.put("login", Template.of(oauth.key())));
    server
        .oauth()
        .flatMap(OAuth::clientSecret)
        .ifPresent(secret -> parts.put("client secret", Template.of(secret)));
    return Program.of(List.of("-"), parts, new TreeMap<>());
  }
}
