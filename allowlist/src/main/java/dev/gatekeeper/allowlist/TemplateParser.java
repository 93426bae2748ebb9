package dev.gatekeeper.allowlist;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits the text of a {@link Template} into its parts. */
final class TemplateParser {
  /** Sources that this version resolves. */
  static final Set<String> SCHEMES = Set.of("secret", "team");

  /** Kept for sources to come: accepting them as literal text now would change its meaning then. */
  static final Set<String> RESERVED =
      Set.of(
          "age",
          "aws-sm",
          "bitwarden",
          "doppler",
          "env",
          "exec",
          "keychain",
          "libsecret",
          "op",
          "pass",
          "sops",
          "vault");

  /** {@code a/b.c-d_e}: what a file system, a URL and an audit record all carry unescaped. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,7}");

  private static final Pattern SCHEMED =
      Pattern.compile("([a-z][a-z-]{1,15}):(.*)", Pattern.DOTALL);

  private TemplateParser() {}

  static List<Template.Part> parts(String text) throws TemplateException {
    Optional<Reference> whole = reference(text);
    if (whole.isPresent()) {
      return List.of(whole.get());
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
    Matcher schemed = SCHEMED.matcher(text);
    if (!schemed.matches()) {
      return Optional.empty();
    }
    String scheme = schemed.group(1);
    if (RESERVED.contains(scheme)) {
      throw new TemplateException(
          "the source \"" + scheme + ":\" does not exist in this version",
          "put the value into the vault (gatekeeper vault put NAME) and write secret:NAME");
    }
    if (!SCHEMES.contains(scheme)) {
      return Optional.empty();
    }
    if (!NAME.matcher(schemed.group(2)).matches()) {
      throw new TemplateException(
          "the name after \"" + scheme + ":\" is not a secret's name",
          "names are letters, digits, \".\", \"_\" and \"-\", in parts divided by \"/\"");
    }
    return Optional.of(new Reference(scheme, schemed.group(2)));
  }
}
