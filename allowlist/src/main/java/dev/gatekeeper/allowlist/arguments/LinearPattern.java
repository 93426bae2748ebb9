package dev.gatekeeper.allowlist.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that is matched in time proportional to the text, whatever the text.
 *
 * <p>A subset of ECMA-262: no backreference, no lookaround, and anchored at both ends, so that what
 * it does not describe cannot stand before or behind what it does. {@code $} is the end of the text
 * and never the place before a last line break. The text is read by code point.
 */
final class LinearPattern {
  /** States of the automaton: the work for one character. */
  private static final int MAX_STATES = 1_000;

  /** UTF-16 units of text; names, paths and queries are far shorter. */
  static final int MAX_TEXT = 1 << 16;

  /** A state: it takes a character and goes on, forks, or (neither) accepts. */
  private record State(@Nullable CharSet set, int next, int other) {}

  private static final int NOWHERE = -1;

  private final State[] states;
  private final int start;

  private LinearPattern(State[] states, int start) {
    this.states = states;
    this.start = start;
  }

  /**
   * Reads a pattern.
   *
   * @throws PatternException if it is outside of the subset or too large
   */
  static LinearPattern parse(String pattern) throws PatternException {
    Builder builder = new Builder();
    int accept = builder.add(new State(null, NOWHERE, NOWHERE));
    int start = builder.emit(PatternParser.parse(pattern), accept);
    return new LinearPattern(builder.states.toArray(new State[0]), start);
  }

  /** Whether it describes {@code text} as a whole; text longer than {@link #MAX_TEXT} never is. */
  boolean matches(String text) {
    if (text.length() > MAX_TEXT) {
      return false;
    }
    int[] current = new int[states.length];
    int[] following = new int[states.length];
    int[] seen = new int[states.length];
    int[] stack = new int[2 * states.length + 2];
    Arrays.fill(seen, -1);
    int count = add(start, 0, current, 0, seen, stack);
    int step = 0;
    int point;
    for (int i = 0; i < text.length() && count > 0; i += Character.charCount(point)) {
      point = text.codePointAt(i);
      step++;
      int reached = 0;
      for (int s = 0; s < count; s++) {
        State state = states[current[s]];
        if (state.set() != null && state.set().contains(point)) {
          reached = add(state.next(), reached, following, step, seen, stack);
        }
      }
      int[] swap = current;
      current = following;
      following = swap;
      count = reached;
    }
    for (int s = 0; s < count; s++) {
      if (states[current[s]].next() == NOWHERE) {
        return true;
      }
    }
    return false;
  }

  /** Adds {@code state} and all that it reaches without a character; gives the new count. */
  private int add(int state, int count, int[] into, int step, int[] seen, int[] stack) {
    int total = count;
    int depth = 0;
    stack[depth++] = state;
    while (depth > 0) {
      int index = stack[--depth];
      if (seen[index] == step) {
        continue;
      }
      seen[index] = step;
      State reached = states[index];
      if (reached.set() != null || reached.next() == NOWHERE) {
        into[total++] = index;
      } else {
        stack[depth++] = reached.next();
        stack[depth++] = reached.other();
      }
    }
    return total;
  }

  /** Lays out states back to front: each part knows what follows it. */
  private static final class Builder {
    private final List<State> states = new ArrayList<>();

    int add(State state) throws PatternException {
      if (states.size() >= MAX_STATES) {
        throw new PatternException("it is too large once its counts are written out", 0);
      }
      states.add(state);
      return states.size() - 1;
    }

    int emit(PatternParser.Node node, int next) throws PatternException {
      return switch (node) {
        case PatternParser.One one -> add(new State(one.set(), next, NOWHERE));
        case PatternParser.Sequence sequence -> {
          int follow = next;
          for (PatternParser.Node part : sequence.nodes().reversed()) {
            follow = emit(part, follow);
          }
          yield follow;
        }
        case PatternParser.Choice choice -> {
          int fork = emit(choice.nodes().getLast(), next);
          for (int i = choice.nodes().size() - 2; i >= 0; i--) {
            fork = add(new State(null, emit(choice.nodes().get(i), next), fork));
          }
          yield fork;
        }
        case PatternParser.Repeat repeat -> repeated(repeat, next);
      };
    }

    private int repeated(PatternParser.Repeat repeat, int next) throws PatternException {
      int follow = next;
      if (repeat.most() < 0) {
        int loop = add(new State(null, next, next));
        int body = emit(repeat.node(), loop);
        states.set(loop, new State(null, body, next));
        follow = loop;
      } else {
        for (int i = repeat.least(); i < repeat.most(); i++) {
          follow = add(new State(null, emit(repeat.node(), follow), next));
        }
      }
      for (int i = 0; i < repeat.least(); i++) {
        follow = emit(repeat.node(), follow);
      }
      return follow;
    }
  }
}
