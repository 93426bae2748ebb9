package dev.gatekeeper.allowlist.smell;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.lock.Definition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Something in a text that a person should look at: words that speak to the model behind the
 * person's back, characters that nobody sees, what can carry data away.
 *
 * <p>A smell proves nothing, and a text without one proves nothing either: whoever writes in other
 * words is not found.
 *
 * @param pointer the place in the definition, RFC 6901; empty for a text by itself
 * @param index of its first character in the text, in UTF-16 units
 * @param what in words of ours
 * @param excerpt of the text, as it is
 */
public record Smell(String pointer, int index, String what, String excerpt) {
  /** Smells of one definition that are told; a person stops reading before. */
  private static final int MAX_OF_DEFINITION = 20;

  /**
   * The smells of all strings of a definition: names, descriptions, schemas, annotations.
   *
   * @param strangers names of other servers' tools
   */
  public static List<Smell> in(Definition definition, Set<String> strangers) {
    List<Smell> found = new ArrayList<>();
    try {
      walk("", JsonReader.read(definition.canonical(), fault -> {}), strangers, found);
    } catch (JsonException e) {
      throw new AssertionError("canonical text is JSON", e);
    }
    return List.copyOf(found.subList(0, Math.min(MAX_OF_DEFINITION, found.size())));
  }

  /** The smells of one text, in the order in which they stand there. */
  public static List<Smell> in(String pointer, String text, Set<String> strangers) {
    List<Smell> found = new ArrayList<>(Characters.smells(pointer, text));
    found.addAll(Phrases.smells(pointer, text));
    found.addAll(Strangers.smells(pointer, text, strangers));
    found.sort(Comparator.comparingInt(Smell::index));
    return found;
  }

  private static void walk(String at, Json json, Set<String> strangers, List<Smell> found) {
    if (found.size() >= MAX_OF_DEFINITION) {
      return;
    }
    json.string().ifPresent(text -> found.addAll(in(at, text, strangers)));
    for (Member member : json.members()) {
      String below = at + "/" + member.name().replace("~", "~0").replace("/", "~1");
      found.addAll(in(below, member.name(), Set.of()));
      if (!member.name().equals("$schema")) {
        walk(below, member.value(), strangers, found);
      }
    }
    for (int i = 0; i < json.elements().size(); i++) {
      walk(at + "/" + i, json.elements().get(i), strangers, found);
    }
  }
}
