package dev.gatekeeper.allowlist.edit.client;

import dev.gatekeeper.allowlist.DangerousVariables;
import dev.gatekeeper.allowlist.edit.Draft;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.JsonNull;
import dev.gatekeeper.allowlist.json.Json.JsonNumber;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.Spelling;
import dev.gatekeeper.allowlist.review.LiteralSecrets;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Translates one entry of a client's file. */
final class EntryImport {
  private static final int MAX_SECONDS = 86_400; // as of a list's "timeout"

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,255}");

  private final String name;
  private final JsonObject object;
  private final Dialect dialect;
  private final ValueImport values;

  EntryImport(String name, JsonObject object, Dialect dialect, ValueImport values) {
    this.name = name;
    this.object = object;
    this.dialect = dialect;
    this.values = values;
  }

  /** The entry; empty where it cannot be said in a list, and the differences say why. */
  Optional<Draft> draft(ClientImport.Choice choice) {
    Draft draft = new Draft(name).text("reason", choice.reason()).text("owner", choice.owner());
    if (is("disabled", true) || is("enabled", false)) {
      values.leaveOut("it is disabled there", "add it when it is wanted");
    }
    switch (type()) {
      case "stdio", "local" -> stdio(draft);
      case "http", "streamable-http", "streamableHttp", "streamable_http", "remote" ->
          new RemoteImport(name, object, dialect, values, this::text).into(draft);
      case "sse" ->
          values.leaveOut("its type is no longer part of the protocol", "ask for an http address");
      default -> values.leaveOut("its type is none of the protocol's", "ask for an http address");
    }
    object.get(dialect.timeout()).ifPresent(timeout -> timeout(timeout, draft));
    tools(choice.tools(), draft);
    for (Member member : object.members()) {
      if (!dialect.known().contains(member.name())) {
        values.differ("\"" + Spelling.shown(member.name()) + "\" means nothing here", "left out");
      }
    }
    return values.isLeftOut() ? Optional.empty() : Optional.of(draft);
  }

  private String type() {
    Optional<String> said = text("type");
    if (said.isPresent()) {
      return said.get();
    }
    if (object.get("command").isPresent()) {
      return "stdio";
    }
    // Of Gemini's two, "url" is the older kind.
    boolean older = dialect.known().contains("httpUrl") && object.get("httpUrl").isEmpty();
    return object.get("url").isPresent() && older
        ? "sse"
        : object.get("url").isPresent() || object.get("httpUrl").isPresent() ? "http" : "stdio";
  }

  private boolean is(String key, boolean wanted) {
    return object.get(key).stream().anyMatch(v -> v instanceof JsonFlag f && f.flag() == wanted);
  }

  private void stdio(Draft draft) {
    List<Json> line = new ArrayList<>();
    object
        .get("command")
        .ifPresent(c -> line.addAll(c instanceof JsonArray ? c.elements() : List.of(c)));
    Optional<Json> args = object.get("args").filter(said -> !(said instanceof JsonNull));
    if (args.isPresent() && !(args.get() instanceof JsonArray)) {
      values.leaveOut("\"args\" is " + args.get().type(), "write it as an array of strings");
      return;
    }
    line.addAll(args.map(Json::elements).orElse(List.of()));
    if (line.isEmpty() || line.getFirst().string().orElse("").isBlank()) {
      values.leaveOut("it has no \"command\"", "write one");
      return;
    }
    draft.text("command", values.plain(line.getFirst().string().get(), "command"));
    List<String> arguments = new ArrayList<>();
    String option = "";
    for (Json element : line.subList(1, line.size())) {
      if (!(element instanceof JsonText arg)) {
        values.leaveOut("\"args\" holds " + element.type(), "write it as a string");
        return;
      }
      if (LiteralSecrets.suspects(option, arg.text())) {
        secretInArgs();
        return;
      }
      option =
          arg.text().matches("--?[A-Za-z][A-Za-z_-]*") ? arg.text().replaceFirst("^-+", "") : "";
      arguments.add(values.plain(arg.text(), "args"));
    }
    draft.texts("args", arguments);
    draft.map("env", environment());
    text("cwd").ifPresent(cwd -> draft.text("cwd", values.plain(cwd, "cwd")));
  }

  private void secretInArgs() {
    values.leaveOut(
        "\"args\" holds what looks like a secret, which every process can read",
        "give it to the server in \"env\": gatekeeper vault put "
            + name
            + "/token, then gatekeeper allowlist add "
            + name
            + " --env VARIABLE=secret:"
            + name
            + "/token …");
  }

  private Map<String, String> environment() {
    Map<String, String> env = new LinkedHashMap<>();
    for (Member member : members(dialect.environment())) {
      if (!isRefused(member.name())) {
        text(member)
            .ifPresent(
                text ->
                    env.put(
                        member.name(), values.value(text, member.name(), "env", member.name())));
      }
    }
    // Codex: names of variables that it passes on from its own environment.
    for (Json passed : object.get("env_vars").map(Json::elements).orElse(List.of())) {
      String variable =
          passed.string().or(() -> passed.get("name").flatMap(Json::string)).orElse("");
      if (!variable.isEmpty() && !env.containsKey(variable) && !isRefused(variable)) {
        env.put(variable, values.passedOn(variable, "env", variable));
      }
    }
    if (dialect.known().contains("envFile")) {
      text("envFile")
          .ifPresent(
              file ->
                  values.differ(
                      "\"envFile\" names a file of more variables",
                      "type: gatekeeper vault import FILE --prefix "
                          + name
                          + "/, which prints what to write into \"env\""));
    }
    return env;
  }

  /** Whether a list does not take the variable; why not is said. */
  private boolean isRefused(String variable) {
    if (!VARIABLE.matcher(variable).matches()) {
      values.differ("\"" + Spelling.shown(variable) + "\" cannot name a variable", "left out");
      return true;
    }
    if (!DangerousVariables.contains(variable)) {
      return false;
    }
    values.differ(
        "\"" + Spelling.shown(variable) + "\" can make a program load other code",
        "left out; to keep it, write it together with \"dangerousEnv\": \"why\"");
    return true;
  }

  private Optional<String> text(Member member) {
    return switch (member.value()) {
      case JsonText text -> Optional.of(text.text());
      case JsonNumber number -> Optional.of(number.number().toPlainString());
      case JsonFlag flag -> Optional.of(String.valueOf(flag.flag()));
      case JsonNull none -> noText(member); // takes a variable away, and none is passed on
      case JsonObject object -> noText(member);
      case JsonArray array -> noText(member);
    };
  }

  private Optional<String> noText(Member member) {
    values.differ(
        "\"" + Spelling.shown(member.name()) + "\" is " + member.value().type(), "left out");
    return Optional.empty();
  }

  /** What the client lets through, unless the person said something else. */
  private void tools(List<String> chosen, Draft draft) {
    List<String> allowed = chosen.isEmpty() ? names(dialect.allow()) : chosen;
    List<String> denied = names(dialect.deny());
    draft.tools(allowed, denied);
    if (chosen.isEmpty() && !denied.isEmpty() && allowed.isEmpty()) {
      values.differ(
          "the client lets all tools through but those of \"" + dialect.deny() + "\"",
          "write the wanted ones into \"tools\"");
    }
  }

  /** A star would be a glob here and is none there. */
  private List<String> names(String key) {
    List<String> names = new ArrayList<>();
    for (Json element : object.get(key).map(Json::elements).orElse(List.of())) {
      String tool = element.string().orElse("");
      if (tool.matches("[A-Za-z0-9_./-]{1,128}")) {
        names.add(tool);
      } else {
        values.differ("\"" + key + "\" holds what is no tool's name", "left out");
      }
    }
    return names;
  }

  private void timeout(Json timeout, Draft draft) {
    String unit = dialect.millis() ? "milliseconds" : "seconds";
    if (timeout instanceof JsonNumber number && number.number().signum() > 0) {
      BigDecimal said = dialect.millis() ? number.number().movePointLeft(3) : number.number();
      long seconds =
          said.min(BigDecimal.valueOf(MAX_SECONDS)).setScale(0, RoundingMode.CEILING).longValue();
      draft.text("timeout", seconds + "s");
      values.differ(
          "\"" + dialect.timeout() + "\" is in " + unit + " there", "now \"" + seconds + "s\"");
    } else {
      values.differ("\"" + dialect.timeout() + "\" is no number of " + unit, "left out: 5m");
    }
  }

  private Optional<String> text(String key) {
    return object.get(key).flatMap(Json::string);
  }

  private List<Member> members(String key) {
    return object.get(key).map(Json::members).orElse(List.of());
  }
}
