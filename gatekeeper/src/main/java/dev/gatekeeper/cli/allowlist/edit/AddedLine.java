package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.console.PersonalWitness;
import dev.gatekeeper.pin.Pins;
import dev.gatekeeper.pin.cache.PinException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a person types after the name of a server to be, as the line of an entry. */
public final class AddedLine {
  private AddedLine() {}

  /**
   * The line with a package written out as the command that runs it, and what is fetched in an
   * exact version.
   *
   * @param exact whether to ask the package manager for the version
   */
  static List<String> of(List<String> typed, boolean exact, Console console)
      throws CommandFailure, IOException {
    List<String> line = written(typed);
    if (!exact || isExact(line, console)) {
      return line;
    }
    try {
      return exact(line, console);
    } catch (PinException e) {
      throw CommandFailure.cannotJudge(
          e.what() + "; nothing was written",
          e.hint().orElse("write the exact version, or --unpinned WHY"));
    }
  }

  /** Whether a line names what it fetches exactly, or fetches nothing that can be told. */
  public static boolean isExact(List<String> line, Console console) {
    return Pins.isExact(entry(line, console));
  }

  /**
   * The line with what is fetched in an exact version, which the package manager is asked for.
   *
   * @throws PinException where it does not know one
   */
  public static List<String> exact(List<String> line, Console console)
      throws PinException, IOException {
    PersonalVault personal = PersonalVault.of(console);
    Pins pins = new Pins(personal.home(), PersonalWitness.of(personal));
    List<String> whole = new ArrayList<>(List.of(line.getFirst()));
    whole.addAll(pins.exact(entry(line, console), console.environment()));
    return whole;
  }

  private static Pins.Line entry(List<String> line, Console console) {
    return new Pins.Line(line.getFirst(), line.subList(1, line.size()), console.directory());
  }

  /** What is said of a line that is not as it was typed. */
  static String said(List<String> line) {
    return "it starts: " + Console.printable(String.join(" ", line));
  }

  private static List<String> written(List<String> typed) {
    String first = typed.getFirst();
    int colon = first.indexOf(':');
    String name = first.substring(colon + 1);
    List<String> line =
        switch (colon < 0 ? "" : first.substring(0, colon)) {
          case "npm" -> List.of("npx", "-y", name);
          case "pypi" -> List.of("uvx", name);
          case "image" -> List.of("docker", "run", "-i", "--rm", name);
          default ->
              first.startsWith("@") && first.contains("/")
                  ? List.of("npx", "-y", first)
                  : List.of(first);
        };
    List<String> whole = new ArrayList<>(line);
    whole.addAll(typed.subList(1, typed.size()));
    return whole;
  }
}
