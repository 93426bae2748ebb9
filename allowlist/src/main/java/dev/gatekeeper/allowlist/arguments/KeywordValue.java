package dev.gatekeeper.allowlist.arguments;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.JsonNumber;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Checks what stands behind a keyword, but not the schemas below it. */
final class KeywordValue {
  private final Consumer<Fault> faults;

  KeywordValue(Consumer<Fault> faults) {
    this.faults = faults;
  }

  void check(Keyword keyword, Member member) {
    Json value = member.value();
    String word = "\"" + keyword.word() + "\"";
    switch (keyword.value()) {
      case TYPES -> types(value);
      case ANYTHING, SCHEMA -> {
        // A constant may be anything; a schema is checked where it stands.
      }
      case ALTERNATIVES -> array(value, word, true, element -> true, "");
      case SCHEMAS -> array(value, word, true, element -> true, "");
      case SCHEMA_MAP -> object(value, word);
      case NAMES -> names(value, word);
      case NAMES_MAP -> {
        if (object(value, word)) {
          RuleCheck.members(value).forEach(names -> names(names.value(), word));
        }
      }
      case COUNT -> {
        if (!(value instanceof JsonNumber n) || !isCount(n.number())) {
          fault(value.at(), word + " must be a whole number from 0 to " + Integer.MAX_VALUE);
        }
      }
      case NUMBER -> {
        if (!(value instanceof JsonNumber)) {
          fault(value.at(), word + " must be a number");
        }
      }
      case POSITIVE -> {
        if (!(value instanceof JsonNumber n) || n.number().signum() <= 0) {
          fault(value.at(), word + " must be a number above 0");
        }
      }
      case FLAG -> {
        if (!(value instanceof JsonFlag)) {
          fault(value.at(), word + " must be true or false");
        }
      }
      case PATTERN -> {
        if (value instanceof JsonText text) {
          Optional<LinearPattern> ignored = pattern(text.text(), text.at(), faults);
        } else {
          fault(value.at(), word + " must be a string");
        }
      }
      case FORMAT -> {
        if (!(value instanceof JsonText text) || !Formats.all().containsKey(text.text())) {
          faults.accept(
              Fault.of(
                  value.at(),
                  "unknown format",
                  "known: " + String.join(", ", Formats.all().keySet())));
        }
      }
      case DIRECTORIES ->
          array(
              value,
              word,
              true,
              element -> element instanceof JsonText text && Directories.isEntry(text.text()),
              "holds absolute directories: \"/…\", \"${project}/…\" or \"${home}/…\"");
      case HOSTS ->
          array(
              value,
              word,
              true,
              element -> element instanceof JsonText text && Hosts.isEntry(text.text()),
              "holds hosts in lower case: \"api.example.com\", \"localhost:8080\","
                  + " \"*.example.com\"");
      case PROSE -> {
        if (!(value instanceof JsonText)) {
          fault(value.at(), word + " must be a string");
        }
      }
    }
  }

  /** The pattern that {@code text} is; reported where it is none. */
  static Optional<LinearPattern> pattern(String text, At at, Consumer<Fault> faults) {
    try {
      return Optional.of(LinearPattern.parse(text));
    } catch (PatternException e) {
      faults.accept(
          Fault.of(
              at,
              "this pattern is not matched: " + e.why() + " (character " + (e.index() + 1) + ")",
              "patterns describe the whole text, \"^…$\"; \".*\" is anything on one line"));
      return Optional.empty();
    }
  }

  private void types(Json value) {
    if (value instanceof JsonText text && Type.named(text.text()).isPresent()) {
      return;
    }
    if (value instanceof JsonArray array) {
      array(
          array,
          "\"type\"",
          true,
          element -> element instanceof JsonText text && Type.named(text.text()).isPresent(),
          "holds names of types");
      return;
    }
    faults.accept(
        Fault.of(
            value.at(),
            "unknown type",
            "known: object, array, string, number, integer, boolean, null"));
  }

  private void names(Json value, String word) {
    array(value, word, false, element -> element instanceof JsonText, "holds names of properties");
  }

  private void array(
      Json value, String word, boolean filled, Predicate<Json> element, String message) {
    if (!(value instanceof JsonArray array)) {
      fault(value.at(), word + " must be an array, not " + value.type());
      return;
    }
    if (filled && array.elements().isEmpty()) {
      fault(value.at(), word + " must not be empty");
    }
    Set<String> texts = new HashSet<>();
    for (Json each : array.elements()) {
      if (!element.test(each)) {
        fault(each.at(), word + " " + message);
      } else if (each instanceof JsonText text && !texts.add(text.text())) {
        fault(each.at(), word + " holds this twice");
      }
    }
  }

  private boolean object(Json value, String word) {
    if (value instanceof JsonObject) {
      return true;
    }
    fault(value.at(), word + " must be an object, not " + value.type());
    return false;
  }

  private static boolean isCount(BigDecimal number) {
    return number.signum() >= 0
        && number.remainder(BigDecimal.ONE).signum() == 0
        && number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0;
  }

  private void fault(At at, String message) {
    faults.accept(Fault.of(at, message));
  }
}
