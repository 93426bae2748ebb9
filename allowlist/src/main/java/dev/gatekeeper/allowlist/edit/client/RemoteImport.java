package dev.gatekeeper.allowlist.edit.client;

import dev.gatekeeper.allowlist.TransportHeaders;
import dev.gatekeeper.allowlist.edit.Draft;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.JsonNumber;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.Spelling;
import dev.gatekeeper.allowlist.review.LiteralSecrets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Translates what a client's entry says of a remote server: address, headers, login. */
final class RemoteImport {
  private static final Pattern BLANKS = Pattern.compile(" +");

  private static final Pattern OTHER_SCHEME =
      Pattern.compile("(?!https?:)[a-z][a-z0-9+.-]*:", Pattern.CASE_INSENSITIVE);

  private static final Set<String> LOGIN_KEYS =
      Set.of(
          "clientId",
          "client_id",
          "CLIENT_ID",
          "clientSecret",
          "CLIENT_SECRET",
          "scopes",
          "scope",
          "callbackPort",
          "enabled");

  private final String name;
  private final JsonObject object;
  private final Dialect dialect;
  private final ValueImport values;
  private final Function<Member, Optional<String>> text;

  /**
   * @param text the value of a member as text; where it is none, that was said
   */
  RemoteImport(
      String name,
      JsonObject object,
      Dialect dialect,
      ValueImport values,
      Function<Member, Optional<String>> text) {
    this.name = name;
    this.object = object;
    this.dialect = dialect;
    this.values = values;
    this.text = text;
  }

  void into(Draft draft) {
    Optional<String> url = string("httpUrl").or(() -> string("url"));
    if (url.isEmpty()) {
      values.leaveOut("it has no \"url\"", "write one");
      return;
    }
    if (LiteralSecrets.suspects("", url.get())) {
      values.leaveOut(
          "\"url\" holds what looks like a secret", "write it as ${secret:" + name + "/url}");
      return;
    }
    if (url.get().matches("http://(?!(localhost|127\\.0\\.0\\.1|\\[::1])([:/?]|$)).*")) {
      values.leaveOut("everybody on the way to \"url\" reads it", "ask for an https address");
      return;
    }
    if (OTHER_SCHEME.matcher(url.get()).lookingAt()) { // a socket, as VS Code takes one
      values.leaveOut(
          "\"url\" is no http address, and a list names no other", "ask for an http address");
      return;
    }
    draft.text("type", "http").text("url", values.plain(url.get(), "url"));
    Map<String, String> headers = headers();
    draft.map("headers", headers);
    boolean authorized = headers.keySet().stream().anyMatch("authorization"::equalsIgnoreCase);
    Optional<Json> said = object.get("oauth").or(() -> object.get("auth"));
    boolean off = said.isPresent() && isOff(said.get());
    if (off) {
      return;
    }
    if (said.isPresent() && said.get() instanceof JsonObject login) {
      if (authorized) {
        values.differ("a login beside a header \"Authorization\" contradicts it", "left out");
      } else {
        draft.login(login(login));
      }
    } else if (!authorized && !(said.isPresent() && said.get() instanceof JsonFlag)) {
      values.differ(
          "the client logs in by itself where this server asks for it",
          "if it does, write \"oauth\": {}, and type: gatekeeper login " + name);
    }
  }

  private static boolean isOff(Json login) {
    return login instanceof JsonObject object
        && object.get("enabled").orElse(null) instanceof JsonFlag enabled
        && !enabled.flag();
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    Map<String, Boolean> taken = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Member member : members(dialect.headers())) {
      if (!isRefused(member.name(), taken)) {
        text.apply(member).ifPresent(it -> headers.put(member.name(), header(member.name(), it)));
      }
    }
    for (Member member : members("env_http_headers")) {
      if (!isRefused(member.name(), taken)) {
        text.apply(member)
            .ifPresent(
                variable ->
                    headers.put(
                        member.name(), values.passedOn(variable, "headers", member.name())));
      }
    }
    Optional<String> token =
        string("bearer_token_env_var")
            .map(variable -> values.passedOn(variable, "headers", "Authorization"))
            .or(
                () ->
                    string("bearer_token")
                        .map(it -> values.secret(it, "headers", "Authorization")));
    if (token.isPresent() && !isRefused("Authorization", taken)) {
      headers.put("Authorization", bearer(token.get()));
    }
    return headers;
  }

  /** Whether a list does not take the header; why not is said. */
  private boolean isRefused(String header, Map<String, Boolean> taken) {
    String shown = "\"" + Spelling.shown(header) + "\"";
    if (TransportHeaders.contains(header)) {
      values.differ("the header " + shown + " belongs to the transport", "left out");
      return true;
    }
    if (taken.put(header, true) != null) {
      values.differ("the header " + shown + " stands there twice", "the first one was taken");
      return true;
    }
    return false;
  }

  private String header(String header, String value) {
    boolean bearer = value.startsWith("Bearer ");
    String bare = bearer ? value.substring("Bearer ".length()) : value;
    String suspect = header.equalsIgnoreCase("Authorization") ? "token" : header;
    String translated = values.value(bare, suspect, "headers", header);
    return bearer ? bearer(translated) : translated;
  }

  private static String bearer(String value) {
    return "Bearer " + (value.startsWith("secret:") ? "${" + value + "}" : value);
  }

  /** A client that was registered by hand; where the endpoints are, the server says itself. */
  private Map<String, Object> login(JsonObject login) {
    Map<String, Object> members = new LinkedHashMap<>();
    Optional<String> client =
        any(login, "clientId", "client_id", "CLIENT_ID").flatMap(Json::string);
    client.ifPresent(id -> members.put("clientId", values.plain(id, "clientId")));
    any(login, "clientSecret", "CLIENT_SECRET")
        .flatMap(Json::string)
        .filter(secret -> client.isPresent() && !secret.isEmpty())
        .ifPresent(secret -> members.put("clientSecret", values.given(secret, "client-secret")));
    List<String> scopes = any(login, "scopes", "scope").map(RemoteImport::words).orElse(List.of());
    if (!scopes.isEmpty()) {
      members.put("scopes", scopes);
    }
    if (login.get("callbackPort").orElse(null) instanceof JsonNumber port) {
      members.put("redirectPort", port.number().intValue());
    }
    for (Member member : login.members()) {
      if (!LOGIN_KEYS.contains(member.name())) {
        values.differ(
            "\"" + Spelling.shown(member.name()) + "\" of a login means nothing here", "left out");
      }
    }
    return members;
  }

  /** Words of a text, or the texts of an array. */
  private static List<String> words(Json json) {
    return Stream.concat(
            json.string().stream().flatMap(text -> BLANKS.splitAsStream(text)),
            json.elements().stream().flatMap(element -> element.string().stream()))
        .filter(word -> !word.isEmpty())
        .distinct()
        .toList();
  }

  private static Optional<Json> any(JsonObject object, String... keys) {
    for (String key : keys) {
      Optional<Json> value = object.get(key);
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private Optional<String> string(String key) {
    return object.get(key).flatMap(Json::string);
  }

  private List<Member> members(String key) {
    return object.get(key).map(Json::members).orElse(List.of());
  }
}
