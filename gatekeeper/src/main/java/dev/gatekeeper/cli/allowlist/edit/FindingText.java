package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.check.Finding;
import dev.gatekeeper.allowlist.check.Finding.Severity;
import dev.gatekeeper.cli.console.Console;
import java.util.Locale;

/** What a check found, as a person reads it. */
public final class FindingText {
  private FindingText() {}

  /** One finding and its hint. */
  public static void print(Finding finding, Console console) {
    Problem problem = finding.problem();
    String where = finding.path().isEmpty() ? "" : finding.path() + ": ";
    String place = problem.file() + ":" + problem.line() + ":" + problem.column() + ": ";
    String line = place + word(finding.severity()) + ": " + where + problem.message();
    console.out().println(Console.printable(line));
    problem.hint().ifPresent(hint -> console.out().println("  hint: " + Console.printable(hint)));
  }

  /** How much it matters, in one word. */
  public static String word(Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }
}
