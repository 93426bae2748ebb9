package dev.gatekeeper.allowlist.lock;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares what a server defines now with what it was locked with.
 *
 * <p>Everything counts, annotations and unknown members too, but for the fields that the entry
 * calls volatile, each a JSON pointer (RFC 6901) from the definition's root. What cannot be brought
 * into canonical form is not the same as anything.
 */
public final class Drift {
  /** Bytes of one definition: the largest known has 60 KiB. */
  public static final int MAX_BYTES = 1 << 20;

  /** Differences that are told one by one. */
  private static final int MAX_TOLD = 5;

  private final LockedServer locked;
  private final List<List<String>> volatileFields;

  /**
   * @param volatileFields JSON pointers to what may differ
   */
  public Drift(LockedServer locked, List<String> volatileFields) {
    this.locked = locked;
    this.volatileFields = volatileFields.stream().map(Drift::steps).toList();
  }

  /**
   * Compares one definition.
   *
   * @param name as {@code live} calls itself
   * @param live the definition as the server wrote it
   */
  public Comparison compare(Subject.Kind kind, String name, byte[] live) {
    Optional<Definition> definition = locked.find(kind, name);
    if (definition.isEmpty()) {
      return new Comparison.Extra();
    }
    String reviewed = definition.get().canonical();
    Json now;
    try {
      List<Fault> repeated = new ArrayList<>();
      now = JsonReader.read(live, MAX_BYTES, repeated::add);
      if (!repeated.isEmpty()) {
        return new Comparison.Changed(List.of(""));
      }
      if (CanonicalJson.of(now).equals(reviewed)) {
        return new Comparison.Same();
      }
      List<String> where = new ArrayList<>();
      differences(JsonReader.read(reviewed, fault -> {}), now, new ArrayList<>(), where);
      return where.isEmpty()
          ? new Comparison.Same()
          : new Comparison.Changed(where.subList(0, Math.min(MAX_TOLD, where.size())));
    } catch (JsonException e) {
      return new Comparison.Changed(List.of(""));
    }
  }

  /** Whether there is a reviewed definition of that name, and this is not the same. */
  public boolean differs(Subject.Kind kind, String name, byte[] live) {
    return compare(kind, name, live) instanceof Comparison.Changed;
  }

  private void differences(Json reviewed, Json now, List<String> at, List<String> where)
      throws JsonException {
    if (volatileFields.contains(at)) {
      return;
    }
    if (reviewed instanceof JsonObject before && now instanceof JsonObject after) {
      for (Member member : before.members()) {
        Optional<Json> other = after.get(member.name());
        member(member.name(), Optional.of(member.value()), other, at, where);
      }
      for (Member member : after.members()) {
        if (before.get(member.name()).isEmpty()) {
          member(member.name(), Optional.empty(), Optional.of(member.value()), at, where);
        }
      }
    } else if (!CanonicalJson.of(reviewed).equals(CanonicalJson.of(now))) {
      where.add(pointer(at));
    }
  }

  private void member(
      String name, Optional<Json> before, Optional<Json> after, List<String> at, List<String> where)
      throws JsonException {
    at.addLast(name);
    if (before.isPresent() && after.isPresent()) {
      differences(before.get(), after.get(), at, where);
    } else if (!volatileFields.contains(at)) {
      where.add(pointer(at));
    }
    at.removeLast();
  }

  private static List<String> steps(String pointer) {
    List<String> steps = new ArrayList<>();
    for (String step : pointer.split("/", -1)) {
      steps.add(step.replace("~1", "/").replace("~0", "~"));
    }
    return List.copyOf(steps.subList(1, steps.size()));
  }

  private static String pointer(List<String> steps) {
    StringBuilder pointer = new StringBuilder();
    for (String step : steps) {
      pointer.append('/').append(step.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }
}
