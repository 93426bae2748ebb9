package dev.gatekeeper.cli.allowlist.review;

import dev.gatekeeper.allowlist.review.Change;
import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.smell.Smell;
import dev.gatekeeper.cli.console.Console;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Changes as the comment of a pull request.
 *
 * <p>Foreign text stands in code spans alone, in which no link, mention, image, tag or emphasis
 * begins (CommonMark 6.1). A span is fenced by one backtick more than any run within; what could
 * end the line is escaped before.
 */
final class ChangeMarkdown {
  /** Characters of a comment: forges refuse 65,536. */
  private static final int MAX = 60_000;

  private final StringBuilder text = new StringBuilder();
  private int left;

  private ChangeMarkdown() {}

  /**
   * The whole comment, which ends with a line feed.
   *
   * @param source what it was compared with; foreign text
   */
  static String of(List<Change> changes, String source) {
    ChangeMarkdown markdown = new ChangeMarkdown();
    markdown.all(changes, source);
    return markdown.text.toString();
  }

  private void all(List<Change> changes, String source) {
    long grants = changes.stream().filter(change -> change.effect() == Effect.GRANTS).count();
    line(
        grants > 0
            ? "### ⚠️ This change of the allow-list grants power"
            : "### This change of the allow-list grants no power");
    line("");
    line("Compared with " + code(source) + ".");
    for (Effect effect : Effect.values()) {
      String entry = "";
      boolean titled = false;
      for (Change change : changes) {
        if (change.effect() != effect) {
          continue;
        }
        if (!titled) {
          titled = true;
          line("");
          line("**" + title(effect) + "**");
        }
        String heading = change.entry().equals(entry) ? "" : "\n" + code(change.entry()) + "\n\n";
        String bullet = heading + bullet(change);
        if (text.length() + bullet.length() > MAX) {
          left++;
        } else {
          line(bullet);
          entry = change.entry();
        }
      }
    }
    if (left > 0) {
      line("");
      line("**" + left + " more changes do not fit**: `gatekeeper allowlist diff` shows all.");
    }
  }

  private static String bullet(Change change) {
    StringBuilder bullet = new StringBuilder("- ").append(change.words());
    if (!change.subject().isEmpty()) {
      bullet.append(' ').append(code(change.subject()));
    }
    if (change.before().size() == 1 && change.after().size() == 1) {
      Excerpt both = Excerpt.of(change.before().getFirst(), change.after().getFirst());
      bullet.append(": ").append(code(both.before())).append(" → ").append(code(both.after()));
    } else {
      List<String> texts = change.before().isEmpty() ? change.after() : change.before();
      bullet.append(texts.isEmpty() ? "" : ": ");
      bullet.append(
          texts.stream().map(text -> code(Excerpt.of(text))).collect(Collectors.joining(", ")));
    }
    for (Smell smell : change.smells()) {
      bullet.append("\n  - ⚠️ ").append(smell.what()).append(": ").append(code(smell.excerpt()));
    }
    return bullet.toString();
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /** A code span that holds {@code foreign} and nothing after it. */
  static String code(String foreign) {
    String shown = Console.printable(foreign);
    if (shown.isBlank()) {
      return "(nothing)";
    }
    int longest = 0;
    int run = 0;
    for (int i = 0; i < shown.length(); i++) {
      run = shown.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    String fence = "`".repeat(longest + 1);
    // One space at each end is taken away again where both are there.
    boolean touches = shown.startsWith("`") || shown.endsWith("`") || shown.startsWith(" ");
    String space = touches ? " " : "";
    return fence + space + shown + space + fence;
  }

  private static String title(Effect effect) {
    return switch (effect) {
      case GRANTS -> "Grants";
      case REMOVES -> "Removes";
      case NOTHING -> "Changes no power";
    };
  }
}
