package dev.gatekeeper.pin.line;

import dev.gatekeeper.allowlist.pin.NpmNames;
import dev.gatekeeper.allowlist.pin.PythonNames;
import dev.gatekeeper.pin.Npm;
import java.util.List;
import java.util.Optional;

/** What the line of an entry starts, as far as its words tell. */
public sealed interface Start {
  /**
   * A package of npm.
   *
   * @param range a version, a range or a tag; empty: none was given
   * @param command the name of its program, where the line gives one
   * @param rest index in {@code args} of the program's first own argument
   */
  record Npm(String name, Optional<String> range, Optional<String> command, int rest)
      implements Start {
    /** Whether a pin of that version is what the line asks for. */
    public boolean accepts(String pinnedName, String version) {
      return name.equals(pinnedName)
          && range.filter(NpmNames::isVersion).map(version::equals).orElse(true);
    }
  }

  /**
   * A package of Python.
   *
   * @param name normalised
   * @param extras {@code [a,b]}, or empty text
   * @param version exact; empty: none was given
   */
  record Python(
      String name, String extras, Optional<String> version, Optional<String> command, int rest)
      implements Start {
    public boolean accepts(String pinnedName, String pinnedVersion) {
      return name.equals(pinnedName) && version.map(pinnedVersion::equals).orElse(true);
    }
  }

  /**
   * A container.
   *
   * @param index of the image in {@code args}
   */
  record Image(int index, String image) implements Start {
    /** The image's name without tag and digest. */
    public String repository() {
      String name = image.split("@", 2)[0];
      int colon = name.lastIndexOf(':');
      return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
    }
  }

  /** Code that an interpreter of the machine runs. */
  record Script(String interpreter) implements Start {}

  /** A program of the machine. */
  record Binary() implements Start {}

  /** A line from which nobody can tell what will run. */
  record Unknown(String why, String hint) implements Start {}

  /** Reads a line. What it does not understand is {@link Unknown}, never a guess. */
  static Start of(String command, List<String> args) {
    String name = command.substring(command.lastIndexOf('/') + 1);
    String first = args.isEmpty() ? "" : args.getFirst();
    return switch (name) {
      case "npx", "pnpx", "bunx" -> PackageLine.npm(args, 0);
      case "npm" ->
          first.equals("exec") || first.equals("x") ? PackageLine.npmExec(args) : runner(name);
      case "pnpm", "yarn" -> first.equals("dlx") ? PackageLine.npm(args, 1) : runner(name);
      case "bun" -> first.equals("x") ? PackageLine.npm(args, 1) : new Script(name);
      case "uvx" -> PackageLine.python(args, 0, "--from");
      case "pipx" -> first.equals("run") ? PackageLine.python(args, 1, "--spec") : runner(name);
      case "uv" ->
          args.size() > 1 && first.equals("tool") && args.get(1).equals("run")
              ? PackageLine.python(args, 2, "--from")
              : runner(name);
      case "docker", "podman", "nerdctl" ->
          first.equals("run") ? ImageLine.read(args) : runner(name);
      default ->
          Interpreter.isOne(name)
              ? new Script(name)
              : Interpreter.RUNNERS.contains(name) ? runner(name) : new Binary();
    };
  }

  private static Start runner(String name) {
    return new Unknown(
        "'" + name + "' starts something that its line does not pin",
        "name the program itself, or " + Unpinnable.DECLARE);
  }

  /** A package of npm, as {@code NAME}, {@code NAME@RANGE}. */
  static Optional<Start> npm(String spec, Optional<String> command, int rest) {
    int at = spec.indexOf('@', 1);
    String name = at < 0 ? spec : spec.substring(0, at);
    Optional<String> range = at < 0 ? Optional.empty() : Optional.of(spec.substring(at + 1));
    boolean plain =
        range
            .map(
                text ->
                    !text.isEmpty()
                        && Character.isLetterOrDigit(
                            text.codePointAt(
                                "^~<>=".indexOf(text.charAt(0)) < 0 ? 0 : text.length() - 1))
                        && text.chars()
                            .allMatch(
                                c ->
                                    c < 0x7f
                                        && (Character.isLetterOrDigit(c)
                                            || " .^~<>=|*+-".indexOf(c) >= 0)))
            .orElse(true);
    return NpmNames.isName(name) && plain
        ? Optional.of(new Npm(name, range, command, rest))
        : Optional.empty();
  }

  /** A package of Python, as {@code NAME}, {@code NAME[extra]==VERSION}, {@code NAME@VERSION}. */
  static Optional<Start> python(String spec, Optional<String> command, int rest) {
    String[] halves = spec.contains("==") ? spec.split("==", 2) : spec.split("@", 2);
    int bracket = halves[0].indexOf('[');
    String extras = bracket < 0 ? "" : halves[0].substring(bracket);
    String name =
        PythonNames.normalised((bracket < 0 ? halves[0] : halves[0].substring(0, bracket)).strip());
    Optional<String> version =
        halves.length == 2 && !halves[1].equals("latest")
            ? Optional.of(halves[1].strip())
            : Optional.empty();
    boolean plainExtras =
        extras.isEmpty()
            || (extras.endsWith("]")
                && extras
                    .substring(1, extras.length() - 1)
                    .chars()
                    .allMatch(c -> Character.isLetterOrDigit(c) || ",-_.".indexOf(c) >= 0));
    return PythonNames.isName(name)
            && plainExtras
            && version.map(PythonNames::isVersion).orElse(true)
        ? Optional.of(new Python(name, extras, version, command, rest))
        : Optional.empty();
  }
}
