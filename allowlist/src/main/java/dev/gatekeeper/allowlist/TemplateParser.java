package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.reference.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits the text of a {@link Template} into its parts. */
final class TemplateParser {
  private TemplateParser() {}

  static List<Template.Part> parts(String text) throws TemplateException {
    Optional<Reference> whole = reference(text);
    if (whole.isPresent()) {
      return List.of(whole.get());
    }
    if (!text.contains("${")) {
      return text.isEmpty() ? List.of() : List.of(new Template.Literal(text)); // most of a list
    }
    List<Template.Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("$${", at)) {
        literal.append("${");
        at += 3;
      } else if (text.startsWith("${", at)) {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new TemplateException("\"${\" without \"}\"", "write \"$${\" for a literal \"${\"");
        }
        flush(literal, parts);
        parts.add(substitution(text.substring(at + 2, end)));
        at = end + 1;
      } else {
        literal.append(text.charAt(at++));
      }
    }
    flush(literal, parts);
    return parts;
  }

  private static void flush(StringBuilder literal, List<Template.Part> parts) {
    if (!literal.isEmpty()) {
      parts.add(new Template.Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private static Template.Part substitution(String name) throws TemplateException {
    if (name.equals("project")) {
      return Template.Place.PROJECT;
    }
    if (name.equals("home")) {
      return Template.Place.HOME;
    }
    Optional<Reference> reference = reference(name);
    if (reference.isPresent()) {
      return reference.get();
    }
    boolean variable = name.matches("[A-Za-z_][A-Za-z0-9_]{0,63}");
    throw new TemplateException(
        variable ? "unknown substitution \"${" + name + "}\"" : "unknown substitution",
        "the agent's environment is not passed on: write the value, ${project}, ${home},"
            + " or a reference such as ${secret:"
            + (variable ? name.toLowerCase(java.util.Locale.ROOT) : "name")
            + "}; \"$${\" is a literal \"${\"");
  }

  /** The reference that {@code text} is as a whole; empty where it is ordinary text. */
  static Optional<Reference> reference(String text) throws TemplateException {
    int colon = text.indexOf(':');
    Optional<Scheme> scheme = colon < 0 ? Optional.empty() : Scheme.named(text.substring(0, colon));
    if (scheme.isEmpty()) {
      return Optional.empty();
    }
    String name = text.substring(colon + 1);
    if (!scheme.get().accepts(name)) {
      String word = scheme.get().word();
      throw new TemplateException(
          "the name after \"" + word + ":\" is not a secret's name",
          scheme.get() == Scheme.SECRET || scheme.get() == Scheme.TEAM
              ? "names are letters, digits, \".\", \"_\" and \"-\", in parts divided by \"/\""
              : "it is written " + scheme.get().form() + ", see docs/secrets.md");
    }
    return Optional.of(new Reference(scheme.get().word(), name));
  }
}
