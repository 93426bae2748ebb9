package dev.gatekeeper.cli.console;

import java.util.List;

/**
 * A command that parses its own arguments, so that picocli is never loaded: for what an agent waits
 * for ({@code serve}, {@code run NAME}, {@code guard hook}).
 */
public interface PlainCommand {
  /**
   * Runs to the end.
   *
   * @return the exit status
   * @throws Exception checked for a fault, unchecked for a bug
   */
  int run(List<String> arguments) throws Exception;
}
