package dev.gatekeeper.allowlist.edit.client;

import dev.gatekeeper.allowlist.Names;
import dev.gatekeeper.allowlist.edit.client.Expansion.Literal;
import dev.gatekeeper.allowlist.edit.client.Expansion.Piece;
import dev.gatekeeper.allowlist.edit.client.Expansion.Place;
import dev.gatekeeper.allowlist.edit.client.Expansion.Variable;
import dev.gatekeeper.allowlist.json.Spelling;
import dev.gatekeeper.allowlist.review.LiteralSecrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Translates the values of one entry, and keeps what is to be said of them. */
final class ValueImport {
  private final String entry;
  private final String foreignName;
  private final ClientImport.Source source;
  private final Inputs inputs;
  private final List<Difference> differences = new ArrayList<>();
  private final Map<String, NeededSecret> secrets = new LinkedHashMap<>();
  private boolean leftOut;

  ValueImport(String entry, String foreignName, ClientImport.Source source, Inputs inputs) {
    this.entry = entry;
    this.foreignName = foreignName;
    this.source = source;
    this.inputs = inputs;
  }

  List<Difference> differences() {
    return differences;
  }

  List<NeededSecret> secrets() {
    return List.copyOf(secrets.values());
  }

  boolean isLeftOut() {
    return leftOut;
  }

  void differ(String message, String fix) {
    differences.add(new Difference(foreignName, message, fix));
  }

  /** The first reason is said; more of them would not help. */
  void leaveOut(String message, String fix) {
    if (!leftOut) {
      differ("not imported: " + message, fix);
    }
    leftOut = true;
  }

  private Expansion expansion(String text) {
    return Expansion.of(text, source.client().forms(), source.places());
  }

  /** Text where no reference can stand without a reason: a command, an argument, an address. */
  String plain(String text, String where) {
    StringBuilder template = new StringBuilder();
    for (Piece piece : expansion(text).pieces()) {
      switch (piece) {
        case Literal literal -> template.append(Expansion.escaped(literal.text()));
        case Place place -> template.append(place.template());
        case Variable variable -> {
          Optional<String> known = known(variable, "");
          if (known.isEmpty()) {
            leaveOut(
                "\"" + where + "\" takes " + origin(variable),
                "write the value, or a reference in \"env\"");
            return "";
          }
          template.append(Expansion.escaped(known.get()));
        }
      }
    }
    String translated = template.toString();
    if (!translated.equals(text)) {
      differ(
          "\"" + where + "\" is expanded in another way",
          "now \"" + Spelling.shown(translated) + "\"");
    } else if (source.client().forms().isEmpty() && text.contains("${")) {
      differ("\"" + where + "\" holds \"${\", which is text there", "text here, too");
    }
    return translated;
  }

  /**
   * A value that may become a reference.
   *
   * @param suspect a name that tells what it is
   * @param group the object of the entry that holds it
   * @param key its name in that
   */
  String value(String text, String suspect, String group, String key) {
    Expansion expansion = expansion(text);
    List<Piece> pieces = expansion.pieces();
    if (pieces.size() == 1 && pieces.getFirst() instanceof Variable variable) {
      Optional<String> known = known(variable, suspect);
      if (known.isPresent()) {
        differ(reason(variable), "now \"" + Spelling.shown(known.get()) + "\"");
        return Expansion.escaped(known.get());
      }
      return reference(asked(variable, suspect, group, key));
    }
    boolean suspicious = LiteralSecrets.suspects(suspect, text);
    if (expansion.variables().isEmpty()) {
      boolean pure = pieces.stream().allMatch(Literal.class::isInstance);
      return suspicious
          ? reference(moved(group, key, pure ? text : "", holds(key), ""))
          : plain(text, group);
    }
    if (suspectsAsAWhole(pieces, suspect)) {
      return reference(moved(group, key, "", holds(key) + " beside a variable", ""));
    }
    return mixed(pieces, suspect, group, key);
  }

  /** A password may be split between the text and the default of a variable beside it. */
  private boolean suspectsAsAWhole(List<Piece> pieces, String suspect) {
    StringBuilder filled = new StringBuilder();
    boolean open = false;
    for (Piece piece : pieces) {
      switch (piece) {
        case Literal literal -> {
          if (LiteralSecrets.suspects("", literal.text())) {
            return true;
          }
          filled.append(literal.text());
        }
        case Place _ -> filled.append('/');
        case Variable variable -> {
          Optional<String> known = known(variable, suspect);
          open |= known.isEmpty();
          filled.append(known.orElse("/"));
        }
      }
    }
    return LiteralSecrets.suspects(open ? "" : suspect, filled.toString());
  }

  private String mixed(List<Piece> pieces, String suspect, String group, String key) {
    StringBuilder template = new StringBuilder();
    for (Piece piece : pieces) {
      switch (piece) {
        case Literal literal -> template.append(Expansion.escaped(literal.text()));
        case Place place -> template.append(place.template());
        case Variable variable -> {
          Optional<String> known = known(variable, suspect);
          if (known.isPresent()) {
            differ(reason(variable), "now \"" + Spelling.shown(known.get()) + "\"");
            template.append(Expansion.escaped(known.get()));
          } else {
            boolean named = !LiteralSecrets.suspects("", variable.name());
            String name = asked(variable, suspect, group, named ? variable.name() : key);
            template.append("${secret:").append(name).append('}');
          }
        }
      }
    }
    return template.toString();
  }

  /** A secret that stands there in clear, under a key of which that is certain. */
  String secret(String value, String group, String key) {
    return reference(moved(group, key, value, holds(key), ""));
  }

  /** A secret of which that is certain, in clear or as a variable. */
  String given(String text, String group) {
    List<Piece> pieces = expansion(text).pieces();
    boolean clear = pieces.stream().allMatch(Literal.class::isInstance);
    String value =
        pieces.size() == 1 && pieces.getFirst() instanceof Variable variable
            ? fallback(variable).orElse("")
            : clear ? text : "";
    return reference(moved(group, group, value, holds(group), ""));
  }

  /** A variable of the client's environment that the server is given under {@code key}. */
  String passedOn(String variable, String group, String key) {
    return reference(
        moved(
            group,
            key,
            "",
            "the agent's environment is not passed on: " + Spelling.shown(variable),
            ""));
  }

  /** A variable that nobody but the person can fill in, or whose default looks like a secret. */
  private String asked(Variable variable, String suspect, String group, String key) {
    Optional<String> secret =
        known(variable, suspect).isPresent() ? Optional.empty() : fallback(variable);
    return secret.isEmpty()
        ? moved(group, key, "", reason(variable), typed(variable))
        : moved(group, key, secret.get(), holds(key) + " in \"" + shown(variable, true) + "\"", "");
  }

  private static String reference(String name) {
    return "secret:" + name;
  }

  private static String holds(String key) {
    return "\"" + Spelling.shown(key) + "\" holds what looks like a secret";
  }

  /** The name under which a value is to be in the vault from now on. */
  private String moved(String group, String key, String value, String message, String more) {
    String wanted = Names.secret(entry, group, key);
    String name = wanted;
    for (int i = 2; secrets.containsKey(name); i++) {
      name = wanted + "-" + i;
    }
    secrets.put(name, new NeededSecret(name, value));
    differ(message, "now secret:" + name + "; type: gatekeeper vault put " + name + more);
    return name;
  }

  /** What the variable is without anybody being asked, unless that looks like a secret. */
  private Optional<String> known(Variable variable, String suspect) {
    return fallback(variable)
        .filter(
            text ->
                !LiteralSecrets.suspects(suspect, text)
                    && !LiteralSecrets.suspects(variable.name(), text));
  }

  private Optional<String> fallback(Variable variable) {
    Optional<String> fallback =
        variable.source() == Expansion.Source.INPUT
            ? inputs.plainDefault(variable.name())
            : variable.fallback();
    return fallback.filter(text -> !text.isEmpty());
  }

  /** As it stands there, but for what may be a secret in it. */
  private static String shown(Variable variable, boolean secret) {
    String written = variable.written();
    int hidden = secret ? variable.fallback().map(String::length).orElse(0) : 0;
    if (hidden > 0) { // it ends with the default and a brace
      return Spelling.shown(written.substring(0, written.length() - hidden - 1)) + "…}";
    }
    return LiteralSecrets.suspects("", written) ? "…" : Spelling.shown(written);
  }

  private static String reason(Variable variable) {
    String shown = ": \"" + shown(variable, false) + "\"";
    return switch (variable.source()) {
      case ENVIRONMENT -> "the agent's environment is not passed on" + shown;
      case INPUT -> "the client asks a person at every start" + shown;
      case FILE -> "the client puts a file's content here" + shown;
      case CLIENT -> "only the client knows what this is" + shown;
    };
  }

  private static String typed(Variable variable) {
    return variable.source() == Expansion.Source.FILE ? " < FILE" : "";
  }

  private static String origin(Variable variable) {
    return switch (variable.source()) {
      case ENVIRONMENT -> "a variable from the agent's environment, which is not passed on";
      case INPUT -> "what the client asks a person for";
      case FILE -> "the content of a file";
      case CLIENT -> "a variable that only the client knows";
    };
  }
}
