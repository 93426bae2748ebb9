package dev.gatekeeper.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code gatekeeper status}: what is in force here. */
@Command(description = "Say what is in force here: list, vault, servers, chain.")
final class StatusCommand implements Callable<Integer> {
  private final Console console;

  StatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.out().println("version    " + Version.text() + ", Java " + Runtime.version());
    console.out().println("directory  " + Console.printable(console.directory().toString()));
    return 0;
  }
}
