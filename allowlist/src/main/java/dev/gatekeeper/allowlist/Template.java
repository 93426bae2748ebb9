package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.reference.Scheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Text of an entry in which references to secrets and two places are filled in at launch.
 *
 * <p>{@code secret:NAME} as the whole text, or in dollar and braces inside it, is a reference;
 * {@code project} and {@code home} in dollar and braces are the places; a second dollar makes the
 * braces literal. Nothing else is substituted, the environment in particular.
 */
public final class Template {
  /** One piece of a template, in order. */
  public sealed interface Part permits Literal, Place, Reference {}

  /** Text that stands for itself. */
  public record Literal(String text) implements Part {}

  /** A directory that is known only at launch. */
  public enum Place implements Part {
    PROJECT,
    HOME;

    @Override
    public String toString() {
      return switch (this) {
        case PROJECT -> "project";
        case HOME -> "home";
      };
    }
  }

  private final String source;
  private final List<Part> parts;

  private Template(String source, List<Part> parts) {
    this.source = source;
    this.parts = List.copyOf(parts);
  }

  /** A template that stands for {@code text} itself, whatever it holds. */
  public static Template literal(String text) {
    return new Template(text.replace("${", "$${"), List.of(new Literal(text)));
  }

  /** A template that is one secret as a whole. */
  public static Template of(Reference reference) {
    return new Template(reference.toString(), List.of(reference));
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if it holds a substitution that does not exist
   */
  public static Template parse(String text) throws TemplateException {
    return new Template(text, TemplateParser.parts(text));
  }

  /** Whether {@code text} is a template that refers to a secret. */
  public static boolean refersToSecret(String text) {
    try {
      return parse(text).hasSecrets();
    } catch (TemplateException e) {
      return false;
    }
  }

  /** Whether {@code text} is a template that takes a value of the gatekeeper's own environment. */
  public static boolean refersToEnvironment(String text) {
    try {
      return parse(text).references().stream()
          .anyMatch(reference -> reference.scheme().equals(Scheme.ENV.word()));
    } catch (TemplateException e) {
      return false;
    }
  }

  /** The pieces in order. */
  public List<Part> parts() {
    return parts;
  }

  /** Whether launching needs a secret for it. */
  public boolean hasSecrets() {
    return parts.stream().anyMatch(Reference.class::isInstance);
  }

  /** The references in order, repeated where the text repeats them. */
  public List<Reference> references() {
    List<Reference> references = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Reference reference) {
        references.add(reference);
      }
    }
    return references;
  }

  /** The text with each reference and place replaced by what the functions give for it. */
  public String expand(Function<Reference, String> secrets, Function<Place, String> places) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(
          switch (part) {
            case Literal literal -> literal.text();
            case Place place -> places.apply(place);
            case Reference reference -> secrets.apply(reference);
          });
    }
    return text.toString();
  }

  /**
   * The path that a text without secrets names: {@code /}, {@code ~/} or relative to the project.
   *
   * @param home the person's
   */
  public Path path(Path project, Path home) {
    String text =
        expand(
            secret -> {
              throw new AssertionError("the reader lets no secret into a path");
            },
            place ->
                switch (place) {
                  case PROJECT -> project.toString();
                  case HOME -> home.toString();
                });
    return text.startsWith("~/") ? home.resolve(text.substring(2)) : project.resolve(text);
  }

  /** The text as it stands in the list: references by name. */
  @Override
  public String toString() {
    return source;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Template template && parts.equals(template.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }
}
