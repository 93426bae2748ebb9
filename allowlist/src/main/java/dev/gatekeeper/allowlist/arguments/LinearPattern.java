package dev.gatekeeper.allowlist.arguments;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression that is matched in time proportional to the text, whatever the text.
 *
 * <p>A subset of ECMA-262: no backreference, no lookaround, and anchored at both ends, so that what
 * it does not describe cannot stand before or behind what it does. {@code $} is the end of the text
 * and never the place before a last line break. The text is read by code point.
 */
final class LinearPattern {
  /** UTF-16 units of text; names, paths and queries are far shorter. */
  static final int MAX_TEXT = 1 << 16;

  private final Pattern pattern;

  private LinearPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Reads a pattern.
   *
   * @throws PatternException if it is outside of the subset or too large
   */
  static LinearPattern parse(String pattern) throws PatternException {
    String translated = PatternTranslation.of(pattern);
    try {
      return new LinearPattern(Pattern.compile(translated));
    } catch (PatternSyntaxException e) {
      throw new PatternException("this is no regular expression", 0);
    }
  }

  /** Whether it describes {@code text} as a whole; text longer than {@link #MAX_TEXT} never is. */
  boolean matches(String text) {
    return text.length() <= MAX_TEXT && pattern.matches(text);
  }
}
