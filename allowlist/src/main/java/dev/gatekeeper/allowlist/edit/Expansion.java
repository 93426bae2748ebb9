package dev.gatekeeper.allowlist.edit;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ${VAR}} and {@code ${VAR:-default}} as clients expand them. */
final class Expansion {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]{0,127})(:-([^}]{0,1000}))?}");

  /** Variables that an allow-list knows by another name. */
  private static final Map<String, String> PLACES =
      Map.of(
          "CLAUDE_PROJECT_DIR", "${project}",
          "PWD", "${project}",
          "workspaceFolder", "${project}",
          "HOME", "${home}");

  private Expansion() {}

  /** The variable that {@code text} is as a whole, unless it is a place. */
  static Optional<String> whole(String text) {
    Matcher matcher = VARIABLE.matcher(text);
    return matcher.matches() && !PLACES.containsKey(matcher.group(1))
        ? Optional.of(matcher.group(1))
        : Optional.empty();
  }

  /** Whether {@code text} takes a variable that is no place and has no default. */
  static boolean unknown(String text) {
    return VARIABLE
        .matcher(text)
        .results()
        .anyMatch(v -> !PLACES.containsKey(v.group(1)) && v.group(3) == null);
  }

  /** {@code text} as a template: places by their names, other variables by their defaults. */
  static String inText(String text) {
    StringBuilder template = new StringBuilder();
    Matcher matcher = VARIABLE.matcher(text);
    int from = 0;
    while (matcher.find()) {
      template.append(literal(text.substring(from, matcher.start())));
      String fallback = matcher.group(3) == null ? "" : matcher.group(3);
      template.append(PLACES.getOrDefault(matcher.group(1), literal(fallback)));
      from = matcher.end();
    }
    return template.append(literal(text.substring(from))).toString();
  }

  private static String literal(String text) {
    return text.replace("${", "$${");
  }
}
