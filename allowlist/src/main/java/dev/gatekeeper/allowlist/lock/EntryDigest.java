package dev.gatekeeper.allowlist.lock;

import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Over all of an entry that what the server offers may depend on: how it is started or reached, and
 * what it is told of the agent. A lock that was taken under another entry locks nothing.
 */
public final class EntryDigest {
  private EntryDigest() {}

  /** {@code sha256:} and the hexadecimal SHA-256 of the RFC 8785 form of those members. */
  public static String of(Server server) {
    SortedMap<String, String> members = new TreeMap<>();
    // No pattern switch: the first one of a process takes 50 ms, and an agent waits for its lists.
    if (server instanceof StdioServer stdio) {
      program(stdio.program(), members);
    } else {
      address((HttpServer) server, members);
    }
    members.put(
        "serverRequests",
        array(server.serverRequests().stream().map(CanonicalJson::quote).toList()));
    return Definition.digestOf(object(members));
  }

  /** The same of what {@code run} starts. */
  public static String of(Command command) {
    SortedMap<String, String> members = new TreeMap<>();
    program(command.program(), members);
    return Definition.digestOf(object(members));
  }

  private static void address(HttpServer http, SortedMap<String, String> members) {
    members.put("url", quote(http.url()));
    members.put("headers", map(http.headers()));
    http.oauth().ifPresent(oauth -> members.put("oauth", login(oauth)));
    http.caFile().ifPresent(file -> members.put("ca", quote(file)));
    http.proxy().ifPresent(proxy -> members.put("proxy", CanonicalJson.quote(proxy)));
  }

  private static void program(Program program, SortedMap<String, String> members) {
    members.put("command", quote(program.command()));
    members.put("args", array(program.args().stream().map(EntryDigest::quote).toList()));
    members.put("env", map(program.env()));
    members.put("files", map(program.files()));
    program.cwd().ifPresent(cwd -> members.put("cwd", quote(cwd)));
  }

  /** Whom the server takes us for; not the port to which a browser comes back. */
  private static String login(OAuth oauth) {
    SortedMap<String, String> members = new TreeMap<>();
    members.put("login", CanonicalJson.quote(oauth.login()));
    members.put("grant", CanonicalJson.quote(oauth.grant().name().toLowerCase(Locale.ROOT)));
    members.put("scopes", array(oauth.scopes().stream().map(CanonicalJson::quote).toList()));
    oauth.issuer().ifPresent(text -> members.put("issuer", CanonicalJson.quote(text)));
    oauth.clientId().ifPresent(text -> members.put("clientId", CanonicalJson.quote(text)));
    oauth
        .clientSecret()
        .ifPresent(secret -> members.put("clientSecret", CanonicalJson.quote(secret.toString())));
    oauth
        .clientMetadata()
        .ifPresent(text -> members.put("clientMetadata", CanonicalJson.quote(text)));
    return object(members);
  }

  private static String quote(Template template) {
    return CanonicalJson.quote(template.toString());
  }

  private static String map(SortedMap<String, ?> map) {
    SortedMap<String, String> members = new TreeMap<>();
    map.forEach((key, value) -> members.put(key, CanonicalJson.quote(value.toString())));
    return object(members);
  }

  private static String object(Map<String, String> members) {
    StringJoiner text = new StringJoiner(",", "{", "}");
    members.forEach((key, value) -> text.add(CanonicalJson.quote(key) + ":" + value));
    return text.toString();
  }

  private static String array(List<String> elements) {
    return "[" + String.join(",", elements) + "]";
  }
}
