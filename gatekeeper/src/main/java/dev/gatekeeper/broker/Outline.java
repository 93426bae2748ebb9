package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Template;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * By what a launch finds and runs its program. It holds no secret where it is known {@linkplain
 * #ahead ahead}: then the program is compared with its pin before anything is granted for it.
 *
 * @param command the program as the entry has it, places filled in; yet to be resolved
 * @param arguments after the program
 * @param directory working directory, absolute
 * @param path the child's own {@code PATH}, by which its program is found
 * @param home the child's own {@code HOME}
 */
public record Outline(
    String command, List<String> arguments, Path directory, String path, Path home) {
  public Outline {
    arguments = List.copyOf(arguments);
  }

  /**
   * That of a launch to be; empty where it needs no secret, so that nothing is granted, or where
   * one of its parts is made of a secret.
   *
   * @param further arguments behind those of the entry
   */
  public static Optional<Outline> ahead(
      Program program, List<String> further, LaunchContext context) {
    Map<String, Template> env = program.env();
    Stream<Template> parts =
        Stream.concat(
            Stream.of("PATH", "HOME").flatMap(name -> Optional.ofNullable(env.get(name)).stream()),
            program.args().stream());
    if (program.references().isEmpty()
        || parts.anyMatch(part -> !part.references().isEmpty())
        || program.files().containsKey("PATH")
        || program.files().containsKey("HOME")) {
      return Optional.empty();
    }
    Map<String, String> base = BaseEnvironment.of(context.environment());
    List<String> arguments = new ArrayList<>();
    program.args().forEach(argument -> arguments.add(text(argument, context)));
    arguments.addAll(further);
    return Optional.of(
        new Outline(
            text(program.command(), context),
            arguments,
            directory(program, context),
            own("PATH", env, base, context),
            Path.of(own("HOME", env, base, context))));
  }

  private static Path directory(Program program, LaunchContext context) {
    return program
        .cwd()
        .map(cwd -> context.project().resolve(text(cwd, context)))
        .orElse(context.project());
  }

  private static String own(
      String name, Map<String, Template> env, Map<String, String> base, LaunchContext context) {
    Template template = env.get(name);
    return template == null ? base.getOrDefault(name, "") : text(template, context);
  }

  private static String text(Template template, LaunchContext context) {
    StringBuilder text = new StringBuilder();
    for (Template.Part part : template.parts()) {
      if (part instanceof Template.Literal literal) {
        text.append(literal.text());
      } else if (part instanceof Template.Place place) {
        text.append(context.place(place));
      } else {
        throw new AssertionError("a part of it is a secret");
      }
    }
    return text.toString();
  }
}
