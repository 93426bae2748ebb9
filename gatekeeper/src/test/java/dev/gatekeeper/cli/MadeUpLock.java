package dev.gatekeeper.cli;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.EntryDigest;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockText;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.read.ListReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/** A lock as {@code allowlist lock} writes it, for servers that nobody started. */
final class MadeUpLock {
  private MadeUpLock() {}

  /** The text of a lock in which {@code server} of the list offers tools, by name. */
  static String of(String listText, String server, Map<String, String> descriptions)
      throws AllowListException, JsonException {
    AllowList list = ListReader.read(listText.getBytes(StandardCharsets.UTF_8), "f");
    SortedMap<String, Definition> tools = new TreeMap<>();
    for (Map.Entry<String, String> tool : descriptions.entrySet()) {
      String name = tool.getKey();
      String json =
          JsonMapper.shared()
              .writeValueAsString(
                  new TreeMap<>(Map.of("name", name, "description", tool.getValue())));
      String canonical = CanonicalJson.of(json.getBytes(StandardCharsets.UTF_8), 1 << 20);
      tools.put(name, new Definition(Subject.Kind.TOOL, name, server + "__" + name, canonical));
    }
    return LockText.of(
        Lock.EMPTY.with(server, locked(list, server, Map.of(Subject.Kind.TOOL, tools))));
  }

  /** A lock in which each server of the list offers this very resource, also as a template. */
  static String ofResource(String listText, String uri) throws AllowListException, JsonException {
    AllowList list = ListReader.read(listText.getBytes(StandardCharsets.UTF_8), "f");
    String canonical =
        JsonMapper.shared().writeValueAsString(new TreeMap<>(Map.of("name", "n", "uri", uri)));
    SortedMap<String, Definition> resources =
        new TreeMap<>(Map.of(uri, new Definition(Subject.Kind.RESOURCE, uri, uri, canonical)));
    String template =
        JsonMapper.shared()
            .writeValueAsString(new TreeMap<>(Map.of("name", "n", "uriTemplate", uri)));
    SortedMap<String, Definition> templates =
        new TreeMap<>(Map.of(uri, new Definition(Subject.Kind.TEMPLATE, uri, uri, template)));
    Lock lock = Lock.EMPTY;
    for (String server : list.servers().keySet()) {
      lock =
          lock.with(
              server,
              locked(
                  list,
                  server,
                  Map.of(Subject.Kind.RESOURCE, resources, Subject.Kind.TEMPLATE, templates)));
    }
    return LockText.of(lock);
  }

  private static LockedServer locked(
      AllowList list, String server, Map<Subject.Kind, SortedMap<String, Definition>> definitions) {
    return new LockedServer(
        EntryDigest.of(Objects.requireNonNull(list.servers().get(server))),
        new TreeMap<>(),
        new TreeSet<>(),
        "2025-11-25",
        "{}",
        Optional.empty(),
        definitions);
  }
}
