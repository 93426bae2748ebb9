package dev.gatekeeper.cli.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.kernel.Descriptor;
import dev.gatekeeper.login.grant.Redirected;
import dev.gatekeeper.passphrase.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** The address to which a browser elsewhere was sent, as a person pastes it. */
final class Pasted {
  private static final int TRIES = 3;
  private static final int MAX_LINE = 16 << 10;

  private Pasted() {}

  /** The answer of this state: at the terminal, or from a standard input that is none. */
  static Redirected read(Console console, String state) throws CommandFailure, IOException {
    for (int i = 0; i < TRIES; i++) {
      Optional<String> typed =
          Descriptor.standardInputIsTerminal()
              ? new Terminal().visible("Address: ")
              : Optional.empty();
      String line = typed.isPresent() ? typed.get().strip() : line(console).strip();
      int question = line.indexOf('?');
      int fragment = line.indexOf('#');
      String query = line.substring(question + 1, fragment > question ? fragment : line.length());
      Optional<Redirected> answer = question < 0 ? Optional.empty() : Redirected.parse(query);
      if (answer.isPresent() && answer.get().answers(state)) {
        return answer.get();
      }
      console.err().println("That is not the address to which this login was sent.");
    }
    throw CommandFailure.no("nothing was changed", "gatekeeper login --help");
  }

  private static String line(Console console) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = console.in().read(); next >= 0 && next != '\n'; next = console.in().read()) {
      if (line.size() == MAX_LINE) {
        break;
      }
      line.write(next);
    }
    return line.toString(UTF_8);
  }
}
