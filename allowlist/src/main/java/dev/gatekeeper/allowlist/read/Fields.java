package dev.gatekeeper.allowlist.read;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.JsonNumber;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.Spelling;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The keys of one object: each is asked for once by the code that knows its meaning, and {@link
 * #done} reports the ones that nobody asked for.
 */
final class Fields {
  private final JsonObject object;
  private final String what;
  private final Faults faults;
  private final Set<String> known = new HashSet<>();

  /** {@code what} names the object in messages, e.g. {@code server "github"}. */
  Fields(JsonObject object, String what, Faults faults) {
    this.object = object;
    this.what = what;
    this.faults = faults;
  }

  /** Where the object stands. */
  At at() {
    return object.at();
  }

  Optional<Json> any(String name) {
    known.add(name);
    return object.get(name);
  }

  Optional<JsonText> text(String name) {
    return typed(name, JsonText.class, "a string");
  }

  /** Prose that a person reads: not blank, one line, at most 500 characters. */
  Optional<String> prose(String name) {
    Optional<JsonText> text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String prose = text.get().text();
    if (prose.isBlank() || prose.length() > 500 || Values.hasControls(prose)) {
      faults.add(text.get().at(), quoted(name) + " must be one line of 1 to 500 characters");
      return Optional.empty();
    }
    return Optional.of(prose);
  }

  Optional<Boolean> flag(String name) {
    return typed(name, JsonFlag.class, "true or false").map(JsonFlag::flag);
  }

  OptionalInt number(String name, int least, int most) {
    Optional<JsonNumber> number = typed(name, JsonNumber.class, "a number");
    if (number.isEmpty()) {
      return OptionalInt.empty();
    }
    String text = number.get().text();
    if (text.length() < 10 && isDigits(text)) {
      int plain = Integer.parseInt(text); // the usual case; BigDecimal is 15 ms in a cold process
      if (plain >= least && plain <= most) {
        return OptionalInt.of(plain);
      }
    }
    BigDecimal exact = number.get().number();
    if (exact.remainder(BigDecimal.ONE).signum() != 0
        || exact.compareTo(BigDecimal.valueOf(least)) < 0
        || exact.compareTo(BigDecimal.valueOf(most)) > 0) {
      faults.add(
          number.get().at(),
          quoted(name) + " must be a whole number from " + least + " to " + most);
      return OptionalInt.empty();
    }
    return OptionalInt.of(exact.intValueExact());
  }

  private static boolean isDigits(String text) {
    boolean digits = true;
    for (int i = 0; digits && i < text.length(); i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return digits;
  }

  Optional<JsonObject> object(String name) {
    return typed(name, JsonObject.class, "an object");
  }

  /** The members of an object whose keys are names that the list's author chose. */
  List<Member> members(String name) {
    return object(name).map(JsonObject::members).orElse(List.of());
  }

  /** The strings of an array; an element of another type is reported and left out. */
  List<JsonText> texts(String name) {
    List<JsonText> texts = new ArrayList<>();
    for (Json element :
        typed(name, JsonArray.class, "an array of strings").map(Json::elements).orElse(List.of())) {
      if (element instanceof JsonText text) {
        texts.add(text);
      } else {
        faults.add(
            element.at(), quoted(name) + " holds " + element.type() + " where a string belongs");
      }
    }
    return texts;
  }

  /** The same; reports those that are not {@code valid} or stand there twice. */
  List<String> each(String name, Predicate<String> valid, String message, String hint) {
    Set<String> each = new LinkedHashSet<>();
    for (JsonText text : texts(name)) {
      if (!each.add(text.text())) {
        faults.add(text.at(), quoted(Spelling.shown(text.text())) + " stands here twice");
      } else if (!valid.test(text.text())) {
        faults.add(text.at(), message, hint);
      }
    }
    return List.copyOf(each);
  }

  /** An object with keys of its own; empty where it is not there. */
  <T> Optional<T> nested(String name, Function<Fields, T> read) {
    return object(name)
        .map(
            object -> {
              Fields nested = new Fields(object, quoted(name) + " of " + what, faults);
              T value = read.apply(nested);
              nested.done();
              return value;
            });
  }

  /** Reports that {@code name} is missing. */
  void missing(String name, String hint) {
    faults.add(object.at(), what + " has no " + quoted(name), hint);
  }

  /**
   * Reports what is done without the reason under {@code key}, and a reason for what is not done:
   * it would cover what comes later.
   */
  void acknowledged(String key, Optional<String> why, List<Fault> done) {
    if (why.isEmpty()) {
      done.forEach(faults::add);
    } else if (done.isEmpty()) {
      faults.add(
          object.get(key).orElse(object).at(), quoted(key) + " acknowledges nothing", "remove it");
    }
  }

  /** Reports keys that nobody asked for. */
  void done() {
    for (Member member : object.members()) {
      if (!known.contains(member.name())) {
        faults.add(
            member.nameAt(),
            "unknown key " + quoted(Spelling.shown(member.name())) + " in " + what,
            Spelling.nearest(member.name(), new TreeSet<>(known))
                .map(near -> "did you mean " + quoted(near) + "?")
                .orElse("known here: " + String.join(", ", new TreeSet<>(known))));
      }
    }
  }

  private <T extends Json> Optional<T> typed(String name, Class<T> type, String expected) {
    Optional<Json> value = any(name);
    if (value.isPresent() && !type.isInstance(value.get())) {
      faults.add(
          value.get().at(), quoted(name) + " must be " + expected + ", not " + value.get().type());
      return Optional.empty();
    }
    return value.isPresent() ? Optional.of(type.cast(value.get())) : Optional.empty();
  }

  private static String quoted(String name) {
    return "\"" + name + "\"";
  }
}
