package dev.gatekeeper.login.web;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A JSON object that somebody else wrote. Members that nobody asks for are not looked at. */
public final class Document {
  private static final int MAX_ELEMENTS = 1000;

  private final String what;
  private final Slice json;

  private Document(String what, Slice json) {
    this.what = what;
    this.json = json;
  }

  /**
   * Reads a document.
   *
   * @param what it is, for messages
   */
  public static Document parse(String what, byte[] bytes) throws LoginException {
    try {
      Slice json = Slice.of(bytes);
      if (json.isObject()) {
        return new Document(what, json);
      }
    } catch (MalformedException e) {
      // said below: what is malformed is not quoted
    }
    throw LoginException.fault(what + " is no JSON object");
  }

  private Optional<Slice> member(String name) throws LoginException {
    try {
      return json.members().get(name).filter(value -> !value.isNull());
    } catch (MalformedException e) {
      throw LoginException.fault(what + " is no JSON object");
    }
  }

  /** A member that is a string, and not empty. */
  public Optional<String> text(String name) throws LoginException {
    Optional<Slice> value = member(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!value.get().isString()) {
      throw LoginException.fault("'" + name + "' in " + what + " is no string");
    }
    return Optional.of(value.get().string()).filter(text -> !text.isEmpty());
  }

  /** As {@link #text}, for a member that must be there. */
  public String required(String name) throws LoginException {
    return text(name).orElseThrow(() -> LoginException.fault(what + " has no '" + name + "'"));
  }

  /** The strings of an array; none where it is missing. */
  public List<String> texts(String name) throws LoginException {
    Optional<Slice> value = member(name);
    List<String> texts = new ArrayList<>();
    if (value.isEmpty()) {
      return texts;
    }
    try {
      if (value.get().isArray()) {
        for (Slice element : value.get().elements()) {
          if (!element.isString() || texts.size() == MAX_ELEMENTS) {
            throw LoginException.fault("'" + name + "' in " + what + " is no list of strings");
          }
          texts.add(element.string());
        }
        return texts;
      }
    } catch (MalformedException e) {
      // said below
    }
    throw LoginException.fault("'" + name + "' in " + what + " is no list of strings");
  }

  /** A count; some servers write it as a string. */
  public OptionalLong count(String name) throws LoginException {
    Optional<Slice> value = member(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong number =
        value.get().isString() ? ofText(value.get().string()) : value.get().integer();
    if (number.isEmpty() || number.getAsLong() < 0) {
      throw LoginException.fault("'" + name + "' in " + what + " is no count");
    }
    return number;
  }

  private static OptionalLong ofText(String text) {
    return text.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /** Whether a member is {@code true}. */
  public boolean is(String name) throws LoginException {
    return member(name).map(Slice::isTrue).orElse(false);
  }
}
