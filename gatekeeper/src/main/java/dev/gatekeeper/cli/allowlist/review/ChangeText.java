package dev.gatekeeper.cli.allowlist.review;

import dev.gatekeeper.allowlist.review.Change;
import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.smell.Smell;
import dev.gatekeeper.cli.console.Console;
import java.io.PrintStream;
import java.util.List;

/** Changes for a terminal, what grants first. Every foreign text stands escaped on one line. */
final class ChangeText {
  private final PrintStream out;

  ChangeText(PrintStream out) {
    this.out = out;
  }

  void print(List<Change> changes) {
    for (Effect effect : Effect.values()) {
      String entry = "";
      for (Change change : changes) {
        if (change.effect() != effect) {
          continue;
        }
        if (entry.isEmpty()) {
          out.println(title(effect));
        }
        if (!change.entry().equals(entry)) {
          entry = change.entry();
          out.println("  " + Console.printable(entry));
        }
        print(change);
      }
    }
  }

  private void print(Change change) {
    String subject = change.subject().isEmpty() ? "" : " " + Console.printable(change.subject());
    String head = "    " + sign(change.effect()) + " " + change.words() + subject;
    if (change.before().size() == 1 && change.after().size() == 1) {
      Excerpt both = Excerpt.of(change.before().getFirst(), change.after().getFirst());
      String before = Console.printable(both.before());
      String after = Console.printable(both.after());
      if (before.length() + after.length() > 80) {
        out.println(head);
        out.println("        before: " + before);
        out.println("        now:    " + after);
      } else {
        out.println(head + ": " + quoted(before) + " → " + quoted(after));
      }
    } else {
      list(head, change.before().isEmpty() ? change.after() : change.before());
    }
    for (Smell smell : change.smells()) {
      String at = smell.pointer().isEmpty() ? "" : " of " + Console.printable(smell.pointer());
      out.println(
          "        ! "
              + smell.what()
              + ", character "
              + (smell.index() + 1)
              + at
              + (smell.excerpt().isEmpty() ? "" : ": " + Console.printable(smell.excerpt())));
    }
  }

  private void list(String head, List<String> texts) {
    List<String> shown = texts.stream().map(Excerpt::of).map(Console::printable).toList();
    if (shown.isEmpty()) {
      out.println(head);
    } else if (shown.stream().mapToInt(text -> text.length() + 2).sum() <= 100) {
      out.println(head + ": " + String.join(", ", shown));
    } else {
      out.println(head + ":");
      shown.forEach(text -> out.println("        " + text));
    }
  }

  private static String quoted(String text) {
    return text.isEmpty() ? "(nothing)" : text;
  }

  private static String title(Effect effect) {
    return switch (effect) {
      case GRANTS -> "Grants";
      case REMOVES -> "Removes";
      case NOTHING -> "Changes no power";
    };
  }

  private static String sign(Effect effect) {
    return switch (effect) {
      case GRANTS -> "+";
      case REMOVES -> "-";
      case NOTHING -> "·";
    };
  }
}
