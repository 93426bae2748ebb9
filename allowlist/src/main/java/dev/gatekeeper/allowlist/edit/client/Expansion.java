package dev.gatekeeper.allowlist.edit.client;

import dev.gatekeeper.allowlist.edit.client.Client.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A value as a client expands it: text, places, and variables. */
record Expansion(List<Piece> pieces) {
  /** A part of a value. */
  sealed interface Piece {}

  /** Text that stands for itself. */
  record Literal(String text) implements Piece {}

  /**
   * What a list can say itself.
   *
   * @param template e.g. {@code ${project}}
   */
  record Place(String template) implements Piece {}

  /**
   * What the client fills in at the start.
   *
   * @param written as it stands there
   * @param fallback what it is where nothing else is known
   */
  record Variable(Source source, String name, String written, Optional<String> fallback)
      implements Piece {}

  /** Where the client takes a variable from. */
  enum Source {
    ENVIRONMENT,
    /** It asks the person. */
    INPUT,
    FILE,
    /** Its own settings, and whatever comes later. */
    CLIENT
  }

  private static final Pattern BRACES = Pattern.compile("\\$\\{([^${}]{1,1200})}");
  private static final Pattern DOLLAR = Pattern.compile("\\$([A-Za-z_][A-Za-z0-9_]{0,127})");
  private static final Pattern CURLY = Pattern.compile("\\{(env|file):([^{}]{1,1000})}");
  private static final Pattern VARIABLE =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,127})(:-([\\s\\S]{0,1000}))?");

  /** Names that a list knows by another. */
  private static final Map<String, String> PLACES =
      Map.of(
          "CLAUDE_PROJECT_DIR", "${project}",
          "PWD", "${project}",
          "workspaceFolder", "${project}",
          "userHome", "${home}",
          "HOME", "${home}",
          "pathSeparator", "/",
          "/", "/");

  Expansion {
    pieces = List.copyOf(pieces);
  }

  /**
   * Takes {@code text} apart.
   *
   * @param forms how the client names variables; without any, all of it is text
   * @param places further names and the templates that they stand for
   */
  static Expansion of(String text, Set<Form> forms, Map<String, String> places) {
    List<Piece> pieces = List.of(new Literal(text));
    if (forms.contains(Form.BRACES)) {
      pieces = split(pieces, BRACES, found -> braces(found, places));
    }
    if (forms.contains(Form.DOLLAR)) {
      pieces = split(pieces, DOLLAR, found -> named(found.group(1), found.group(), places));
    }
    if (forms.contains(Form.CURLY)) {
      pieces = split(pieces, CURLY, Expansion::curly);
    }
    return new Expansion(pieces);
  }

  private interface Reading {
    Piece piece(Matcher found);
  }

  private static List<Piece> split(List<Piece> pieces, Pattern pattern, Reading reading) {
    List<Piece> result = new ArrayList<>();
    for (Piece piece : pieces) {
      if (!(piece instanceof Literal(String text))) {
        result.add(piece);
        continue;
      }
      Matcher found = pattern.matcher(text);
      int from = 0;
      while (found.find()) {
        literal(text.substring(from, found.start()), result);
        result.add(reading.piece(found));
        from = found.end();
      }
      literal(text.substring(from), result);
    }
    return result;
  }

  private static void literal(String text, List<Piece> pieces) {
    if (!text.isEmpty()) {
      pieces.add(new Literal(text));
    }
  }

  private static Piece braces(Matcher found, Map<String, String> places) {
    String inside = found.group(1);
    if (inside.startsWith("env:")) {
      return named(inside.substring("env:".length()), found.group(), places);
    }
    if (inside.startsWith("input:")) {
      String id = inside.substring("input:".length());
      return new Variable(Source.INPUT, id, found.group(), Optional.empty());
    }
    return named(inside, found.group(), places);
  }

  private static Piece named(String name, String written, Map<String, String> places) {
    String place = places.getOrDefault(name, PLACES.getOrDefault(name, ""));
    if (!place.isEmpty()) {
      return new Place(place);
    }
    Matcher variable = VARIABLE.matcher(name);
    if (!variable.matches() || name.equals("workspaceFolderBasename")) {
      return new Variable(Source.CLIENT, name, written, Optional.empty());
    }
    String known =
        places.getOrDefault(variable.group(1), PLACES.getOrDefault(variable.group(1), ""));
    return known.isEmpty()
        ? new Variable(
            Source.ENVIRONMENT, variable.group(1), written, Optional.ofNullable(variable.group(3)))
        : new Place(known);
  }

  private static Piece curly(Matcher found) {
    Source source = found.group(1).equals("env") ? Source.ENVIRONMENT : Source.FILE;
    String name = found.group(2).strip();
    return source == Source.ENVIRONMENT && name.equals("HOME")
        ? new Place("${home}")
        : new Variable(source, name, found.group(), Optional.empty());
  }

  /** The variables in it. */
  List<Variable> variables() {
    return pieces.stream().filter(Variable.class::isInstance).map(Variable.class::cast).toList();
  }

  /** The text of a list that means {@code text} and nothing else. */
  static String escaped(String text) {
    return text.replace("${", "$${");
  }
}
