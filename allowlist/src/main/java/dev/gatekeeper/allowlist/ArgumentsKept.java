package dev.gatekeeper.allowlist;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is kept, beside the log, of the arguments of requests to one server. Known secrets are
 * masked in all that is kept.
 *
 * @param others of what {@code tools} does not name: other tools, and prompts
 * @param tools by the name of a tool; without those of which the same is kept as of others
 */
public record ArgumentsKept(Kept others, SortedMap<String, Kept> tools) {
  /** What stands in the list for all that it does not name. */
  public static final String OTHERS = "*";

  /** Where an entry says nothing. */
  public static final ArgumentsKept DEFAULT =
      new ArgumentsKept(Kept.REDACTED, Collections.emptySortedMap());

  /** How much. The names are those of the list. */
  public enum Kept {
    /** The text, as far as it is short. */
    REDACTED,
    /** No text. */
    DIGEST,
    /** The whole text. */
    FULL;

    /** As the list says it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** That of a word of the list. */
    public static Optional<Kept> named(String word) {
      return Arrays.stream(values()).filter(kept -> kept.word().equals(word)).findFirst();
    }
  }

  public ArgumentsKept {
    SortedMap<String, Kept> different = new TreeMap<>(tools);
    different.values().removeIf(kept -> kept == others);
    tools = Collections.unmodifiableSortedMap(different);
  }

  /** What an entry says, by the names that it says it of. */
  public static ArgumentsKept of(SortedMap<String, Kept> said) {
    SortedMap<String, Kept> tools = new TreeMap<>(said);
    Kept others = tools.remove(OTHERS);
    return new ArgumentsKept(others == null ? Kept.REDACTED : others, tools);
  }

  /** What is kept of the arguments of a tool. */
  public Kept of(String tool) {
    return tools.getOrDefault(tool, others);
  }

  /** Whether whole arguments are kept of something of which they are not under {@code before}. */
  public boolean isFullerThan(ArgumentsKept before) {
    return (others == Kept.FULL && before.others != Kept.FULL)
        || before.tools.keySet().stream().anyMatch(tool -> isFuller(tool, before))
        || tools.keySet().stream().anyMatch(tool -> isFuller(tool, before));
  }

  private boolean isFuller(String tool, ArgumentsKept before) {
    return of(tool) == Kept.FULL && before.of(tool) != Kept.FULL;
  }

  /** For people: what differs from {@link #DEFAULT}, others first. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    if (others != Kept.REDACTED) {
      words.add(OTHERS + ": " + others.word());
    }
    tools.forEach((tool, kept) -> words.add(tool + ": " + kept.word()));
    return words;
  }
}
