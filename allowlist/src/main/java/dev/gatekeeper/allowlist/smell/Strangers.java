package dev.gatekeeper.allowlist.smell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Mentions of other servers' tools: one server tells the model how to use another. */
final class Strangers {
  private Strangers() {}

  static List<Smell> smells(String pointer, String source, Set<String> names) {
    if (names.isEmpty()) {
      return List.of();
    }
    List<Smell> found = new ArrayList<>();
    Set<String> told = new HashSet<>();
    Plain plain = Plain.of(source);
    String text = plain.text();
    for (int end, i = 0; i < text.length(); i = end) {
      end = i + 1;
      if (isOfName(text.charAt(i))) {
        while (end < text.length() && isOfName(text.charAt(end))) {
          end++;
        }
        String word = text.substring(i, end);
        if (names.contains(word) && told.add(word)) {
          found.add(new Smell(pointer, plain.origin(i), "names a tool of another server", word));
        }
      }
    }
    return found;
  }

  private static boolean isOfName(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }
}
