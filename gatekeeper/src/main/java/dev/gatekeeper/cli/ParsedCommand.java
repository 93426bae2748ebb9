package dev.gatekeeper.cli;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command that picocli parses; the only class of this package that loads picocli by itself. */
final class ParsedCommand {
  /** By what picocli says that a command stands for its subcommands alone. */
  private static final String NO_SUBCOMMAND = "Missing required subcommand";

  private ParsedCommand() {}

  static int run(Noun noun, Object annotated, List<String> arguments, Console console) {
    CommandLine line = new CommandLine(annotated, new ConsoleFactory(console));
    line.setCommandName("gatekeeper " + noun.word());
    addHelp(line);
    line.setOut(writer(console.out()))
        .setErr(writer(console.err()))
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setExecutionExceptionHandler((fault, at, result) -> Main.report(fault, console.err()))
        .setParameterExceptionHandler((fault, args) -> usage(fault, console.err()));
    int status = line.execute(arguments.toArray(String[]::new));
    line.getOut().flush();
    line.getErr().flush();
    Optional<IOException> unwritten = console.unwritten();
    return status == 0 && unwritten.isPresent()
        ? Main.report(unwritten.get(), console.err())
        : status;
  }

  /** Every command and subcommand has {@code --help}; none has to say so itself. */
  private static void addHelp(CommandLine line) {
    if (line.getCommandSpec().findOption("--help") == null) {
      line.getCommandSpec()
          .addOption(
              OptionSpec.builder("-h", "--help")
                  .usageHelp(true)
                  .description("Show this help and exit.")
                  .build());
    }
    line.getSubcommands().values().forEach(ParsedCommand::addHelp);
  }

  private static int usage(ParameterException fault, PrintStream err) {
    if (fault instanceof MissingParameterException
        || !String.valueOf(fault.getMessage()).startsWith(NO_SUBCOMMAND)) {
      return wrong(fault, err);
    }
    fault.getCommandLine().usage(err); // whoever types a noun alone wants to know what it can do
    return CommandFailure.USAGE;
  }

  private static int wrong(ParameterException fault, PrintStream err) {
    String command = fault.getCommandLine().getCommandSpec().qualifiedName();
    String what =
        fault instanceof UnmatchedArgumentException unmatched
            ? unexpected(unmatched)
            : String.valueOf(fault.getMessage())
                .lines()
                .findFirst()
                .orElse("usage")
                .replaceFirst("^Error: ", "");
    return Main.report(CommandFailure.usage(Console.printable(what), command + " --help"), err);
  }

  /** Names an option, never quotes a word: it may be a secret typed in the wrong place. */
  private static String unexpected(UnmatchedArgumentException fault) {
    String word = fault.getUnmatched().getFirst();
    return word.startsWith("-") && word.length() > 1
        ? "there is no option " + word.replaceFirst("=.*", "")
        : "one argument too many, or a misspelt subcommand";
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  /** Gives the console to each subcommand whose constructor asks for it. */
  private record ConsoleFactory(Console console) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (List.of(constructor.getParameterTypes()).equals(List.of(Console.class))) {
          constructor.setAccessible(true); // A command is nobody's but its own package's.
          return type.cast(constructor.newInstance(console));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
