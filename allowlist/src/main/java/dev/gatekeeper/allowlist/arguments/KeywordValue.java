package dev.gatekeeper.allowlist.arguments;

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
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What stands behind a keyword; schemas are checked at the place where they stand. */
@SuppressWarnings("ImmutableEnumChecker") // predicates without state
enum KeywordValue {
  ANYTHING(Form.ONE, any -> true, ""),
  TYPES(
      Form.ONE_OR_MORE,
      text(name -> Type.named(name).isPresent()),
      "unknown type",
      "known: object, array, string, number, integer, boolean, null"),
  SCHEMAS(Form.MORE, any -> true, ""),
  OBJECT(Form.OBJECT, any -> true, ""),
  NAMES(Form.LIST, text(any -> true), "% holds names of properties"),
  NAMES_MAP(Form.OBJECT_OF_LISTS, text(any -> true), "% holds names of properties"),
  COUNT(
      Form.ONE,
      number(KeywordValue::isCount),
      "% must be a whole number from 0 to " + Integer.MAX_VALUE),
  NUMBER(Form.ONE, number(any -> true), "% must be a number"),
  POSITIVE(Form.ONE, number(n -> n.signum() > 0), "% must be a number above 0"),
  FLAG(Form.ONE, JsonFlag.class::isInstance, "% must be true or false"),
  TEXT(Form.ONE, text(any -> true), "% must be a string"),
  FORMAT(
      Form.ONE,
      text(Formats.all()::containsKey),
      "unknown format",
      "known: " + String.join(", ", Formats.all().keySet())),
  DIRECTORIES(
      Form.MORE,
      text(Directories::isEntry),
      "% holds absolute directories: \"/…\", \"${project}/…\" or \"${home}/…\""),
  HOSTS(
      Form.MORE,
      text(Hosts::isEntry),
      "% holds hosts in lower case: \"api.example.com\", \"localhost:8080\", \"*.example.com\"");

  /** How many values there are. */
  private enum Form {
    ONE,
    ONE_OR_MORE,
    MORE,
    LIST,
    OBJECT,
    OBJECT_OF_LISTS
  }

  private final Form form;
  private final Predicate<Json> each;

  /** Where {@code each} fails; {@code %} is the keyword. */
  private final String message;

  private final String hint;

  KeywordValue(Form form, Predicate<Json> each, String message) {
    this(form, each, message, "");
  }

  KeywordValue(Form form, Predicate<Json> each, String message, String hint) {
    this.form = form;
    this.each = each;
    this.message = message;
    this.hint = hint;
  }

  /** Reports what cannot stand behind {@code keyword}. */
  void check(String keyword, Member member, Consumer<Fault> faults) {
    Json value = member.value();
    String word = "\"" + keyword + "\"";
    switch (form) {
      case ONE -> one(value, word, faults);
      case ONE_OR_MORE -> {
        if (value instanceof JsonArray) {
          list(value, word, faults);
        } else {
          one(value, word, faults);
        }
      }
      case MORE, LIST -> list(value, word, faults);
      case OBJECT, OBJECT_OF_LISTS -> {
        if (!(value instanceof JsonObject object)) {
          faults.accept(Fault.of(value.at(), word + " must be an object, not " + value.type()));
        } else if (form == Form.OBJECT_OF_LISTS) {
          object.members().forEach(nested -> list(nested.value(), word, faults));
        }
      }
    }
  }

  private void one(Json value, String word, Consumer<Fault> faults) {
    if (!each.test(value)) {
      faults.accept(Fault.of(value.at(), message.replace("%", word), hint));
    }
  }

  private void list(Json value, String word, Consumer<Fault> faults) {
    if (!(value instanceof JsonArray array)) {
      faults.accept(Fault.of(value.at(), word + " must be an array, not " + value.type()));
      return;
    }
    if (array.elements().isEmpty() && (form == Form.MORE || form == Form.ONE_OR_MORE)) {
      faults.accept(Fault.of(value.at(), word + " must not be empty"));
    }
    Set<String> texts = new HashSet<>();
    for (Json element : array.elements()) {
      one(element, word, faults);
      if (element instanceof JsonText text && !texts.add(text.text())) {
        faults.accept(Fault.of(element.at(), word + " holds this twice"));
      }
    }
  }

  private static Predicate<Json> text(Predicate<String> test) {
    return json -> json instanceof JsonText text && test.test(text.text());
  }

  private static Predicate<Json> number(Predicate<BigDecimal> test) {
    return json -> json instanceof JsonNumber number && test.test(number.number());
  }

  private static boolean isCount(BigDecimal number) {
    return number.signum() >= 0
        && number.remainder(BigDecimal.ONE).signum() == 0
        && number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0;
  }
}
