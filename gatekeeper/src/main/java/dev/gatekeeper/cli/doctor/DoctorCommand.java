package dev.gatekeeper.cli.doctor;

import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/**
 * {@code gatekeeper doctor}: whether this place is fit for a session, and with {@code --env} what
 * one server would be started with, by name. It starts no server, asks for nothing and shows no
 * value, so an agent's shell may type it.
 */
@picocli.CommandLine.Command(
    description = {
      "Say whether Java, home, vault and list are fit for a session.",
      "With --env, say which variables a server would see, where each comes from, and whether"
          + " its references can be resolved. Shows no value and starts no server."
    })
public final class DoctorCommand implements Callable<Integer> {
  private static final String RUN = "run:";

  private final Console console;

  @Option(
      names = "--env",
      paramLabel = "SERVER",
      description = "A server of the list in force, or run:NAME for a command of it.")
  private String server = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** One that prints to {@code console}. */
  public DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
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

  private int forecast() throws IOException, CommandFailure {
    Home home = Home.locate(console.environment());
    Project project = Project.find(console.environment(), console.directory());
    InForce inForce = new Trust(home).inForce(project);
    if (!(inForce instanceof InForce.Trusted trusted)) {
      throw new CommandFailure(
          CommandFailure.CANNOT_JUDGE,
          Console.printable(inForce.text()),
          Optional.of("gatekeeper status"));
    }
    ForecastText text =
        new ForecastText(
            server,
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
    Server named = trusted.list().servers().get(server);
    if (named == null) {
      throw CommandFailure.usage(
          "the list in force has no '" + Console.printable(server) + "'",
          "gatekeeper allowlist show");
    }
    return switch (named) {
      case StdioServer stdio -> stdio.program();
      case HttpServer _ ->
          throw new CommandFailure(
              CommandFailure.CANNOT_JUDGE,
              "a remote server has no variables, and cannot be reached yet",
              Optional.empty());
    };
  }
}
