package dev.gatekeeper.source;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How one program is asked for a value, and what its answers mean.
 *
 * @param program its name, to be found in fixed places, or an absolute path
 * @param arguments what follows it, made from the name of a reference
 * @param value how the value stands in the output
 * @param deadline how long it may take
 * @param inherited variables of ours that it gets where they are set
 * @param set variables that it always gets
 * @param meanings of exit statuses other than 0, the first that fits
 * @param look what a person types to see what is wrong; must not print a value, a model reads it
 */
record Row(
    String program,
    Arguments arguments,
    Value value,
    Duration deadline,
    Set<String> inherited,
    Map<String, String> set,
    List<Meaning> meanings,
    String look) {

  /** Makes arguments from a name, and says no where there is no such secret. */
  interface Arguments {
    List<String> of(String name, Setting setting) throws SourceException;
  }

  /** Finds the value in what was printed; nothing where there is none. */
  interface Value {
    byte[] of(byte[] output, String name) throws SourceException;
  }

  /**
   * What an exit status says.
   *
   * @param status of the exit
   * @param words that standard error holds; empty means that it holds none at all; {@code *} any
   * @param text goes on after the reference
   * @param hint what a person does about it
   */
  record Meaning(int status, String words, String text, String hint) {
    boolean fits(Answer answer) {
      return answer.status() == status && (words.equals("*") || answer.says(words));
    }
  }

  Row {
    inherited = Set.copyOf(inherited);
    set = Map.copyOf(set);
    meanings = List.copyOf(meanings);
  }
}
