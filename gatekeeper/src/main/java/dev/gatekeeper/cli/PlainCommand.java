package dev.gatekeeper.cli;

import java.util.List;

/**
 * A command that parses its own arguments, so that picocli is never loaded: for what an agent waits
 * for ({@code serve}, {@code run NAME}, {@code guard hook}).
 */
interface PlainCommand {
  /**
   * Runs to the end.
   *
   * @return the exit status
   * @throws Exception as {@link Main#report} tells it: checked for a fault, unchecked for a bug
   */
  int run(List<String> arguments) throws Exception;
}
