package dev.gatekeeper.cli;

import dev.gatekeeper.cli.allowlist.AllowListCommand;
import dev.gatekeeper.cli.audit.AuditCommand;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PlainCommand;
import dev.gatekeeper.cli.demo.DemoCommand;
import dev.gatekeeper.cli.doctor.DoctorCommand;
import dev.gatekeeper.cli.login.LoginCommand;
import dev.gatekeeper.cli.login.LogoutCommand;
import dev.gatekeeper.cli.vault.VaultCommand;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The first word of a command line, in the order of {@code --help}.
 *
 * <p>To add a command: a constant here, and its line in {@link #create}, the one place that names
 * its class. Only that class is loaded when the command runs.
 */
enum Noun {
  SERVE("the MCP server on stdio, for the agent's configuration"),
  STATUS("what is in force here: list, vault, servers, chain"),
  VAULT("keep the secrets"),
  LOGIN("log in to a remote server, with your browser"),
  LOGOUT("end such a login, and revoke its tokens"),
  ALLOWLIST("keep the list of what is allowed"),
  RUN("one process with the named secrets and nothing else"),
  AUDIT("read and check the record of calls, grants and denials"),
  DOCTOR("whether this place is fit, and what a server would see"),
  DEMO("show everything on made-up data, in a temporary home");

  private final String summary;

  Noun(String summary) {
    this.summary = summary;
  }

  /** One line for {@code --help}. */
  String summary() {
    return summary;
  }

  /** The word as it is typed. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Noun> named(String word) {
    return Arrays.stream(values()).filter(noun -> noun.word().equals(word)).findFirst();
  }

  /**
   * A new command: a {@link PlainCommand}, which parses its own arguments, where start-up time
   * counts, else a class that bears picocli's {@code @Command}.
   */
  Object create(Console console) {
    return switch (this) {
      case SERVE -> new ServeCommand(console);
      case STATUS -> new StatusCommand(console);
      case VAULT -> new VaultCommand();
      case LOGIN -> new LoginCommand(console);
      case LOGOUT -> new LogoutCommand(console);
      case ALLOWLIST -> new AllowListCommand();
      case RUN -> new RunCommand(console);
      case AUDIT -> new AuditCommand();
      case DOCTOR -> new DoctorCommand(console);
      case DEMO -> new DemoCommand(console);
    };
  }
}
