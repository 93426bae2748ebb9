package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Quotes values of a list, but for those that look like a secret. */
public final class Quoted {
  private static final String SECRET = "(looks like a secret)";

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9@%+=:,./_~${}^-]+");

  private Quoted() {}

  /** A value and what it is called; it is left out where it looks like a secret. */
  public static String value(String name, Template value) {
    return LiteralSecrets.suspects(name, value) ? SECRET : value.toString();
  }

  /** The address of a remote server; its host in any case. */
  public static String address(HttpServer server) {
    return LiteralSecrets.suspects("", server.url())
        ? server.origin() + "/… " + SECRET
        : server.url().toString();
  }

  /** {@code NAME = value}. */
  static String pair(String name, Template value) {
    return name + " = " + value(name, value);
  }

  /** A command and its arguments; one that holds spaces or quotes stands in quotes. */
  static String line(Program program) {
    List<String> words = new ArrayList<>(List.of(word(program.command().toString())));
    String option = "";
    for (Template arg : program.args()) {
      words.add(word(value(option, arg)));
      option = arg.toString().startsWith("-") ? arg.toString().replaceFirst("^-+", "") : "";
    }
    return String.join(" ", words);
  }

  private static String word(String text) {
    return text.equals(SECRET) || PLAIN.matcher(text).matches()
        ? text
        : "'" + text.replace("'", "'\\''") + "'";
  }
}
