package dev.gatekeeper.cli;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PlainCommand;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The program: finds the command, runs it, turns what it threw into words and an exit status.
 *
 * <p>Exit status 0 done, 1 the answer is no, 2 usage, 3 cannot judge or a fault of the environment.
 */
public final class Main {
  private Main() {}

  /** Runs the command that {@code args} names and exits with its status. */
  public static void main(String[] args) {
    URL.setURLStreamHandlerFactory(new NoConnections());
    Console console = Console.ofThisProcess();
    int status = run(List.of(args), console);
    console.out().flush();
    console.err().flush();
    System.exit(status);
  }

  /** The same within a test: nothing but {@code console} is read or written, and nothing exits. */
  static int run(List<String> args, Console console) {
    try {
      return dispatch(args, console);
    } catch (Throwable fault) {
      return report(fault, console.err());
    }
  }

  private static int dispatch(List<String> args, Console console) throws Exception {
    if (args.isEmpty()) {
      Usage.print(console.err());
      return CommandFailure.USAGE;
    }
    String first = args.getFirst();
    List<String> rest = args.subList(1, args.size());
    return switch (first) {
      case "--version", "-V" -> {
        console.out().println("gatekeeper " + Version.text());
        yield 0;
      }
      case "--help", "-h", "help" -> {
        if (!rest.isEmpty()) {
          yield dispatch(List.of(rest.getFirst(), "--help"), console);
        }
        Usage.print(console.out());
        yield 0;
      }
      default -> {
        Noun noun = Noun.named(first).orElseThrow(() -> unknown(first));
        Object command = noun.create(console);
        // Not a pattern switch: the first one of a process costs 20 ms, and an agent waits.
        yield command instanceof PlainCommand plain
            ? plain.run(rest)
            : ParsedCommand.run(noun, command, rest, console);
      }
    };
  }

  private static CommandFailure unknown(String word) {
    String what = "there is no command '" + Console.printable(word) + "'";
    Optional<String> near = Usage.nearest(word);
    return CommandFailure.usage(
        what, near.map(noun -> "gatekeeper " + noun).orElse("gatekeeper --help"));
  }

  /**
   * A checked exception is a fault, and its message is for the person. An unchecked one is a bug:
   * its message may quote anything, so only its class and its place are shown.
   */
  static int report(Throwable fault, PrintStream err) {
    if (fault instanceof VaultException e) {
      String what = String.valueOf(e.getMessage());
      int exit = e.isAbsent() ? CommandFailure.NO : CommandFailure.CANNOT_JUDGE;
      return report(new CommandFailure(exit, what, e.hint()), err);
    }
    if (fault instanceof CommandFailure failure) {
      err.println("gatekeeper: error: " + failure.what());
      failure.hint().ifPresent(hint -> err.println("gatekeeper: hint: " + hint));
      return failure.exit();
    }
    if (fault instanceof RuntimeException || fault instanceof Error) {
      String place =
          Arrays.stream(fault.getStackTrace()).findFirst().map(at -> " at " + at).orElse("");
      err.println(
          "gatekeeper: error: a bug in gatekeeper " + Version.text() + ": " + name(fault) + place);
      return CommandFailure.CANNOT_JUDGE;
    }
    err.println("gatekeeper: error: " + words(fault));
    return CommandFailure.CANNOT_JUDGE;
  }

  private static String words(Throwable fault) {
    return switch (fault) {
      case NoSuchFileException e when e.getReason() == null -> "no such file: " + e.getFile();
      case AccessDeniedException e -> "permission denied: " + e.getFile();
      case FileSystemException e when e.getReason() == null -> name(e) + ": " + e.getFile();
      case IOException e when e.getMessage() == null -> name(e);
      default -> fault.getMessage() == null ? name(fault) : fault.getMessage();
    };
  }

  private static String name(Throwable fault) {
    return fault.getClass().getName();
  }
}
