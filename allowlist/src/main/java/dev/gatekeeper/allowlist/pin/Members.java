package dev.gatekeeper.allowlist.pin;

import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The members of one object of a pin. Each is asked for once; {@link #done} reports the rest. A pin
 * is written by the program, so that a fault has no advice but to lock anew.
 */
final class Members {
  static final String RELOCK = "gatekeeper allowlist lock";

  private final Json object;
  private final String what;
  private final Consumer<Fault> faults;
  private final Set<String> known = new TreeSet<>();
  private boolean faulty;

  /** {@code what} names the object in messages. */
  Members(Json object, String what, Consumer<Fault> faults) {
    this.object = object;
    this.what = what;
    this.faults = faults;
    if (!(object instanceof JsonObject)) {
      fault(object, what + " must be an object, not " + object.type());
    }
  }

  void fault(Json at, String message) {
    faulty = true;
    faults.accept(Fault.of(at.at(), message, RELOCK));
  }

  Json object() {
    return object;
  }

  private Optional<Json> any(String name) {
    known.add(name);
    return object.get(name);
  }

  boolean has(String name) {
    return any(name).isPresent();
  }

  /** A string that has to be there, and {@code valid}; empty text, and a fault, where it is not. */
  String text(String name, Predicate<String> valid, String expected) {
    Optional<Json> value = any(name);
    if (value.isEmpty()) {
      fault(object, what + " has no \"" + name + "\"");
      return "";
    }
    Optional<String> text = value.get().string().filter(valid);
    if (text.isEmpty()) {
      fault(value.get(), "\"" + name + "\" must be " + expected);
    }
    return text.orElse("");
  }

  /** The same for a string that may be missing. */
  Optional<String> optionalText(String name, Predicate<String> valid, String expected) {
    return any(name).isEmpty() ? Optional.empty() : Optional.of(text(name, valid, expected));
  }

  /** A digest that has to be there. */
  Optional<Digest> digest(String name) {
    return Digest.read(text(name, text -> Digest.read(text).isPresent(), "sha256: and 64 digits"));
  }

  /** {@code true} or absent: one way to write each value. */
  boolean flag(String name) {
    Optional<Json> value = any(name);
    if (value.isPresent() && !(value.get() instanceof JsonFlag flag && flag.flag())) {
      fault(value.get(), "\"" + name + "\" must be true or absent");
    }
    return value.isPresent();
  }

  /** Strings of an array that is not empty; none where it is absent. */
  List<String> texts(String name, Predicate<String> valid, String expected) {
    Optional<Json> value = any(name);
    List<String> texts = new ArrayList<>();
    if (value.isEmpty()) {
      return texts;
    }
    if (!(value.get() instanceof JsonArray) || value.get().elements().isEmpty()) {
      fault(value.get(), "\"" + name + "\" must be an array with an element");
    }
    for (Json element : value.get().elements()) {
      element.string().filter(valid).ifPresent(texts::add);
    }
    if (texts.size() != value.get().elements().size()) {
      fault(value.get(), "\"" + name + "\" must be an array of " + expected);
    }
    return texts;
  }

  /** The members of an object that has to be there, whose names are not known beforehand. */
  List<Member> each(String name) {
    Optional<Json> value = any(name);
    if (value.isEmpty()) {
      fault(object, what + " has no \"" + name + "\"");
      return List.of();
    }
    if (!(value.get() instanceof JsonObject)) {
      fault(value.get(), "\"" + name + "\" must be an object, not " + value.get().type());
    }
    return value.get().members();
  }

  /** An object of one of those members, read with the same recipient of faults. */
  <T> T nested(Json value, String nestedWhat, Function<Members, T> read) {
    Members nested = new Members(value, nestedWhat, faults);
    T result = read.apply(nested);
    faulty |= !nested.done();
    return result;
  }

  /** Reports what nobody asked for. Whether there was no fault. */
  boolean done() {
    for (Member member : object.members()) {
      if (!known.contains(member.name())) {
        faulty = true;
        faults.accept(
            Fault.of(
                member.nameAt(),
                "unknown key \"" + Spelling.shown(member.name()) + "\" in " + what,
                "update gatekeeper, or take the lock anew: " + RELOCK));
      }
    }
    return !faulty;
  }
}
