package dev.gatekeeper.pin.line;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments of the commands that fetch a package and run it. Options that change what is
 * fetched, from where, or what runs it make the line unknown.
 */
final class PackageLine {
  /** Options of npx and its like that change nothing of what runs. */
  private static final Set<String> HARMLESS =
      Set.of(
          """
          -y --yes -q --quiet -s --silent --no-install --prefer-online --prefer-offline --offline
          --ignore-scripts --isolated --no-cache --refresh --no-progress\
          """
              .split("\\s+"));

  private final List<String> args;
  private final boolean npm;
  private final Set<String> packageOptions;

  private PackageLine(List<String> args, boolean npm, Set<String> packageOptions) {
    this.args = args;
    this.npm = npm;
    this.packageOptions = packageOptions;
  }

  static Start npm(List<String> args, int from) {
    return new PackageLine(args, true, Set.of("-p", "--package")).read(from);
  }

  /** As npx, but that npm reads options behind the package as its own unless {@code --} stands. */
  static Start npmExec(List<String> args) {
    Start start = npm(args, 1);
    if (start instanceof Start.Npm found) {
      boolean divided = args.subList(0, found.rest()).contains("--");
      int rest = found.rest();
      if (!divided && rest < args.size() && args.get(rest).equals("--")) {
        return new Start.Npm(found.name(), found.range(), found.command(), rest + 1);
      }
      if (!divided && args.subList(rest, args.size()).stream().anyMatch(a -> a.startsWith("-"))) {
        return new Start.Unknown(
            "npm exec reads options behind the package as its own", "write -- before the package");
      }
    }
    return start;
  }

  static Start python(List<String> args, int from, String packageOption) {
    return new PackageLine(args, false, Set.of(packageOption)).read(from);
  }

  private Start read(int from) {
    Optional<String> named = Optional.empty();
    int i = from;
    while (i < args.size() && args.get(i).startsWith("-") && !args.get(i).equals("--")) {
      String arg = args.get(i);
      int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
      String option = equals < 0 ? arg : arg.substring(0, equals);
      if (packageOptions.contains(option)) {
        if (named.isPresent()) {
          return unknown("it asks for more than one package");
        }
        named = equals >= 0 ? Optional.of(arg.substring(equals + 1)) : next(i++);
      } else if (!HARMLESS.contains(arg)) {
        return unknown("its option " + option + " is not one that a pin can keep");
      }
      i++;
    }
    if (i < args.size() && args.get(i).equals("--")) {
      i++;
    }
    if (i >= args.size()) {
      return unknown("it names no program");
    }
    Optional<String> command = named.isEmpty() ? Optional.empty() : Optional.of(args.get(i));
    String spec = named.orElse(args.get(i));
    Optional<Start> start =
        npm ? Start.npm(spec, command, i + 1) : Start.python(spec, command, i + 1);
    return start.orElseGet(() -> unknown("it names something else than a package of a registry"));
  }

  private Optional<String> next(int i) {
    return i + 1 < args.size() ? Optional.of(args.get(i + 1)) : Optional.of("");
  }

  private static Start unknown(String why) {
    return new Start.Unknown("the line cannot be pinned: " + why, Unpinnable.DECLARE);
  }
}
