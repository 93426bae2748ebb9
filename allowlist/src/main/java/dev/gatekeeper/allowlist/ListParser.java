package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.json.Spelling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the text of an {@link AllowList}. */
final class ListParser {
  private final Faults faults = new Faults();
  private final boolean personalList;

  private ListParser(boolean personalList) {
    this.personalList = personalList;
  }

  static AllowList parse(byte[] bytes, String fileName, boolean personalList)
      throws AllowListException {
    ListParser parser = new ListParser(personalList);
    Optional<AllowList> list = parser.list(bytes);
    if (list.isEmpty() || !parser.faults.isEmpty()) {
      throw new AllowListException(parser.faults.problems(fileName));
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
    SortedMap<String, Server> servers = servers(fields.members("mcpServers"));
    SortedMap<String, Command> commands = commands(fields.members("commands"));
    fields.done();
    return Optional.of(new AllowList(servers, commands, personal, AllowList.digestOf(bytes)));
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

  private SortedMap<String, Server> servers(List<Member> members) {
    SortedMap<String, Server> servers = new TreeMap<>();
    for (Member member : members) {
      String name = Spelling.shown(member.name());
      if (!Names.isServer(member.name())) {
        faults.add(
            member.nameAt(),
            "\"" + name + "\" cannot name a server",
            "names are a-z, 0-9 and \"-\", at most 32, e.g. \""
                + Names.server(member.name())
                + "\"");
      } else if (member.name().equals(Names.OWN)) {
        faults.add(
            member.nameAt(), "\"" + Names.OWN + "\" is this program's own name", "choose another");
      }
      if (member.value() instanceof JsonObject object) {
        new EntryParser(object, "server \"" + name + "\"", personalList, faults)
            .server(member.name())
            .ifPresent(server -> servers.put(server.name(), server));
      } else {
        notAnEntry(member, "server \"" + name + "\"");
      }
    }
    return servers;
  }

  private SortedMap<String, Command> commands(List<Member> members) {
    SortedMap<String, Command> commands = new TreeMap<>();
    for (Member member : members) {
      String name = Spelling.shown(member.name());
      if (!Names.isCommand(member.name())) {
        faults.add(
            member.nameAt(),
            "\"" + name + "\" cannot name a command",
            "names are letters, digits, \".\", \"_\" and \"-\", at most 64");
      }
      if (member.value() instanceof JsonObject object) {
        new EntryParser(object, "command \"" + name + "\"", personalList, faults)
            .command(member.name())
            .ifPresent(command -> commands.put(command.name(), command));
      } else {
        notAnEntry(member, "command \"" + name + "\"");
      }
    }
    return commands;
  }

  private void notAnEntry(Member member, String what) {
    faults.add(member.value().at(), what + " must be an object, not " + member.value().type());
  }
}
