package dev.gatekeeper.allowlist.read;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Names;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.json.Spelling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Reads the text of an {@link AllowList}. */
public final class ListReader {
  private final Faults faults = new Faults();
  private final boolean personalList;

  private ListReader(boolean personalList) {
    this.personalList = personalList;
  }

  /**
   * Reads a project's list.
   *
   * @param text the file's bytes
   * @param fileName stands in the problems
   * @throws AllowListException with every problem that was found
   */
  public static AllowList read(byte[] text, String fileName) throws AllowListException {
    return new ListReader(false).list(text, fileName);
  }

  /**
   * Reads a person's own list, which cannot refer to the repository's secrets ({@code team:}).
   *
   * @throws AllowListException with every problem that was found
   */
  public static AllowList readPersonal(byte[] text, String fileName) throws AllowListException {
    return new ListReader(true).list(text, fileName);
  }

  private AllowList list(byte[] bytes, String fileName) throws AllowListException {
    Optional<AllowList> list = list(bytes);
    if (list.isEmpty() || !faults.isEmpty()) {
      throw new AllowListException(faults.problems(fileName));
    }
    return list.get();
  }

  private Optional<AllowList> list(byte[] bytes) {
    Json root;
    try {
      root = JsonReader.read(bytes, JsonReader.MAX_BYTES, faults::add);
    } catch (JsonException e) {
      faults.add(e.at(), e.why());
      return Optional.empty();
    }
    if (!(root instanceof JsonObject object)) {
      faults.add(root.at(), "an allow-list is an object, not " + root.type());
      return Optional.empty();
    }
    Fields fields = new Fields(object, "the list", faults);
    fields.text("$schema");
    version(fields);
    boolean personal = fields.flag("personal").orElse(true);
    SortedMap<String, Server> servers =
        entries(fields, "mcpServers", "server", this::serverName, EntryReader::server);
    SortedMap<String, Command> commands =
        entries(fields, "commands", "command", this::commandName, EntryReader::command);
    fields.done();
    logins(fields, servers);
    return Optional.of(new AllowList(servers, commands, personal, bytes));
  }

  /**
   * A login that two entries name is one: the same servers' tokens, had in the same way. Otherwise
   * an entry of one host would be sent what a person was given at another.
   */
  private void logins(Fields fields, SortedMap<String, Server> servers) {
    Map<String, String> ways = new TreeMap<>();
    for (Member member : fields.any("mcpServers").map(Json::members).orElse(List.of())) {
      if (servers.get(member.name()) instanceof HttpServer http && http.oauth().isPresent()) {
        OAuth oauth = http.oauth().get();
        String way = http.origin() + " " + oauth.withScopes(new TreeSet<>());
        String other = ways.putIfAbsent(oauth.login(), way);
        if (other != null && !other.equals(way)) {
          faults.add(
              member.value().at(),
              "another entry has the login \"" + oauth.login() + "\" at another host or client",
              "give this one a name of its own: \"login\": \"NAME\"");
        }
      }
    }
  }

  private void version(Fields fields) {
    if (fields.any("version").isEmpty()) {
      fields.missing("version", "write \"version\": 1");
      return;
    }
    OptionalInt version = fields.number("version", 1, Integer.MAX_VALUE);
    if (version.isPresent() && version.getAsInt() != 1) {
      faults.add(
          fields.any("version").orElseThrow().at(),
          "version " + version.getAsInt() + " is newer than this program",
          "update gatekeeper, or write \"version\": 1");
    }
  }

  private <T> SortedMap<String, T> entries(
      Fields fields,
      String key,
      String kind,
      Consumer<Member> checkName,
      BiFunction<EntryReader, String, Optional<T>> read) {
    SortedMap<String, T> entries = new TreeMap<>();
    for (Member member : fields.members(key)) {
      checkName.accept(member);
      String what = kind + " \"" + Spelling.shown(member.name()) + "\"";
      if (member.value() instanceof JsonObject object) {
        read.apply(new EntryReader(object, what, personalList, faults), member.name())
            .ifPresent(entry -> entries.put(member.name(), entry));
      } else {
        faults.add(member.value().at(), what + " must be an object, not " + member.value().type());
      }
    }
    return entries;
  }

  private void serverName(Member member) {
    if (!Names.isServer(member.name())) {
      faults.add(
          member.nameAt(),
          "\"" + Spelling.shown(member.name()) + "\" cannot name a server",
          "names are a-z, 0-9 and \"-\", at most 32, e.g. \"" + Names.server(member.name()) + "\"");
    } else if (member.name().equals(Names.OWN)) {
      faults.add(
          member.nameAt(), "\"" + Names.OWN + "\" is this program's own name", "choose another");
    }
  }

  private void commandName(Member member) {
    if (!Names.isCommand(member.name())) {
      faults.add(
          member.nameAt(),
          "\"" + Spelling.shown(member.name()) + "\" cannot name a command",
          "names are letters, digits, \".\", \"_\" and \"-\", at most 64");
    }
  }
}
