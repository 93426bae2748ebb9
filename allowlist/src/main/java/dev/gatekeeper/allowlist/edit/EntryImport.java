package dev.gatekeeper.allowlist.edit;

import dev.gatekeeper.allowlist.DangerousVariables;
import dev.gatekeeper.allowlist.Names;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Translates one entry of {@code .mcp.json}. */
final class EntryImport {
  private static final Set<String> KNOWN =
      Set.of("type", "command", "args", "env", "cwd", "url", "headers", "timeout", "disabled");

  private final String name;
  private final String foreignName;
  private final JsonObject object;
  private final List<Difference> differences = new ArrayList<>();
  private final List<String> secrets = new ArrayList<>();
  private boolean leftOut;

  EntryImport(String name, String foreignName, JsonObject object) {
    this.name = name;
    this.foreignName = foreignName;
    this.object = object;
  }

  List<Difference> differences() {
    return differences;
  }

  List<String> secrets() {
    return secrets;
  }

  /** The entry; empty where it cannot be said in a list, and the differences say why. */
  Optional<Draft> draft(List<String> tools, String reason, String owner) {
    Draft draft = new Draft(name).text("reason", reason).text("owner", owner);
    String type = text("type").orElse(object.get("url").isPresent() ? "http" : "stdio");
    if (object.get("disabled").stream().anyMatch(v -> v instanceof JsonFlag f && f.flag())) {
      leaveOut("it is disabled there", "add it when it is wanted");
    }
    switch (type) {
      case "stdio" -> stdio(draft);
      case "http", "streamable-http" -> http(draft);
      default -> leaveOut("its type is no longer part of the protocol", "ask for an http address");
    }
    object.get("timeout").ifPresent(timeout -> timeout(timeout, draft));
    draft.tools(tools, List.of());
    for (Member member : object.members()) {
      if (!KNOWN.contains(member.name())) {
        differ("\"" + Spelling.shown(member.name()) + "\" means nothing here", "left out");
      }
    }
    return leftOut ? Optional.empty() : Optional.of(draft);
  }

  private void stdio(Draft draft) {
    Optional<String> command = text("command");
    if (command.isEmpty()) {
      leaveOut("it has no \"command\"", "write one");
      return;
    }
    draft.text("command", inArgs(command.get(), "command"));
    List<String> args = new ArrayList<>();
    String option = "";
    for (Json element : object.get("args").map(Json::elements).orElse(List.of())) {
      if (!(element instanceof JsonText arg)) {
        leaveOut("\"args\" holds " + element.type(), "write it as a string");
        return;
      }
      if (LiteralSecrets.suspects(option, arg.text())) {
        leaveOut(
            "\"args\" holds what looks like a secret, which every process can read",
            "give it to the server in \"env\": gatekeeper vault put "
                + name
                + "/token, then"
                + " gatekeeper allowlist add "
                + name
                + " --env VARIABLE=secret:"
                + name
                + "/token …");
        return;
      }
      option =
          arg.text().matches("--?[A-Za-z][A-Za-z_-]*") ? arg.text().replaceFirst("^-+", "") : "";
      args.add(inArgs(arg.text(), "args"));
    }
    draft.texts("args", args);
    Map<String, String> env = new LinkedHashMap<>();
    for (Member member : members("env")) {
      variable(member).ifPresent(value -> env.put(member.name(), value));
    }
    draft.map("env", env);
    text("cwd").ifPresent(cwd -> draft.text("cwd", inArgs(cwd, "cwd")));
  }

  private void http(Draft draft) {
    Optional<String> url = text("url");
    if (url.isEmpty()) {
      leaveOut("it has no \"url\"", "write one");
      return;
    }
    if (LiteralSecrets.suspects("", url.get())) {
      leaveOut("\"url\" holds what looks like a secret", "write it as ${secret:" + name + "/url}");
      return;
    }
    draft.text("type", "http").text("url", inArgs(url.get(), "url"));
    Map<String, String> headers = new LinkedHashMap<>();
    for (Member member : members("headers")) {
      String header = member.name();
      String value = member.value().string().orElse("");
      boolean bearer = value.startsWith("Bearer ");
      String bare = bearer ? value.substring("Bearer ".length()) : value;
      boolean authorization = header.equalsIgnoreCase("Authorization");
      String translated = value(bare, authorization ? "token" : header, "headers", header);
      boolean whole = translated.startsWith("secret:");
      headers.put(
          header, bearer ? "Bearer " + (whole ? "${" + translated + "}" : translated) : translated);
    }
    draft.map("headers", headers);
  }

  private Optional<String> variable(Member member) {
    if (DangerousVariables.contains(member.name())) {
      differ(
          "\"" + Spelling.shown(member.name()) + "\" can make a program load other code",
          "left out; to keep it, write it together with \"dangerousEnv\": \"why\"");
      return Optional.empty();
    }
    String value =
        switch (member.value()) {
          case JsonText text -> text.text();
          case JsonNumber number -> number.number().toPlainString();
          case JsonFlag flag -> String.valueOf(flag.flag());
          case JsonObject _, JsonArray _, JsonNull _ -> "";
        };
    return Optional.of(value(value, member.name(), "env", member.name()));
  }

  /** A value that may become a reference. */
  private String value(String value, String suspect, String group, String key) {
    Optional<String> variable = Expansion.whole(value);
    if (variable.isPresent()) {
      String expanded = Expansion.inText(value);
      if (!expanded.isEmpty() && !LiteralSecrets.suspects(suspect, expanded)) {
        differ(
            "the agent's environment is not passed on: \"" + value + "\"",
            "now \"" + expanded + "\"");
        return expanded;
      }
      return moved(
          "the agent's environment is not passed on: \"${" + variable.get() + "}\"", group, key);
    }
    if (LiteralSecrets.suspects(suspect, value)) {
      return moved("\"" + Spelling.shown(key) + "\" holds what looks like a secret", group, key);
    }
    return inArgs(value, group);
  }

  private String moved(String message, String group, String key) {
    String secret = Names.secret(name, group, key);
    secrets.add(secret);
    differ(message, "now secret:" + secret + "; type: gatekeeper vault put " + secret);
    return "secret:" + secret;
  }

  /** Text where no reference can stand without a reason. */
  private String inArgs(String text, String where) {
    if (Expansion.unknown(text)) {
      leaveOut(
          "\"" + where + "\" takes a variable from the agent's environment, which is not passed on",
          "write the value, or a reference in \"env\"");
      return "";
    }
    String translated = Expansion.inText(text);
    if (!translated.equals(text)) {
      differ(
          "\"" + where + "\" is expanded in another way",
          "now \"" + Spelling.shown(translated) + "\"");
    }
    return translated;
  }

  private void timeout(Json timeout, Draft draft) {
    if (timeout instanceof JsonNumber number && number.number().signum() > 0) {
      long seconds = Math.clamp((number.number().longValue() + 999) / 1000, 1, 86_400);
      draft.text("timeout", seconds + "s");
      differ("\"timeout\" is in milliseconds there", "now \"" + seconds + "s\"");
    } else {
      differ("\"timeout\" is no number of milliseconds", "left out: 5m");
    }
  }

  private Optional<String> text(String key) {
    return object.get(key).flatMap(Json::string);
  }

  private List<Member> members(String key) {
    return object.get(key).map(Json::members).orElse(List.of());
  }

  private void differ(String message, String fix) {
    differences.add(new Difference(foreignName, message, fix));
  }

  private void leaveOut(String message, String fix) {
    if (!leftOut) {
      differences.add(new Difference(foreignName, "not imported: " + message, fix));
    }
    leftOut = true;
  }
}
