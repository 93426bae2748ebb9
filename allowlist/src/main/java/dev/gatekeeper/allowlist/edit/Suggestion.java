package dev.gatekeeper.allowlist.edit;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.Glob;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.allowlist.review.Growth;
import dev.gatekeeper.allowlist.review.LockedList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A list that lets through what was used and no more.
 *
 * <p>Guarantee: it only removes power ({@link Growth}); of the text, all that is not narrowed stays
 * byte for byte as it was.
 */
public final class Suggestion {
  /**
   * What is narrowed of one server.
   *
   * @param unused locked tools that nobody called, then prompts, resources and templates that
   *     nobody asked for, with that word before their names
   * @param tokens that their definitions take of each conversation
   * @param fixed arguments that would be fixed, {@code tool.argument}
   */
  public record Narrowed(List<String> unused, int tokens, List<String> fixed) {}

  /** URIs that are written out; more of them are data, and next week there are others. */
  private static final int MAX_URIS = 20;

  /** Names that a list can hold as they are. */
  private static final Pattern NAME = Pattern.compile("[!-)+-~]{1,256}");

  /** Scalars that a rule can hold as they were sent: plain strings, short integers, flags. */
  private static final Pattern SCALAR =
      Pattern.compile("\"[ !#-\\[\\]-~]{0,200}\"|-?[0-9]{1,15}|true|false");

  private final String text;
  private final Json root;
  private final LockedList pair;
  private final Splices splices;
  private final SortedMap<String, Narrowed> servers = new TreeMap<>();

  private Suggestion(String text, Json root, LockedList pair) {
    this.text = text;
    this.root = root;
    this.pair = pair;
    this.splices = new Splices(text);
  }

  /**
   * What {@code usage}, by server, suggests.
   *
   * @param text of the list of {@code pair}
   */
  public static Suggestion of(String text, LockedList pair, Map<String, Usage> usage) {
    Json root;
    try {
      root = JsonReader.read(text, fault -> {});
    } catch (JsonException e) {
      throw new IllegalArgumentException("no list", e);
    }
    Suggestion suggestion = new Suggestion(text, root, pair);
    for (Server server : pair.list().servers().values()) {
      suggestion.server(server, usage.getOrDefault(server.name(), Usage.NONE));
    }
    suggestion.prove();
    return suggestion;
  }

  /** What is narrowed, by server; only servers of which something is. */
  public SortedMap<String, Narrowed> servers() {
    return new TreeMap<>(servers);
  }

  /** The unified diff of the list; empty where nothing is narrowed. */
  public String patch(String path) {
    return splices.patch(path);
  }

  /** The narrower list. */
  public String applied() {
    return splices.applied();
  }

  private void server(Server server, Usage usage) {
    narrow(server, "tools", server.tools(), usage.calls().keySet());
    narrow(server, "prompts", server.prompts(), usage.prompts());
    boolean few = usage.resources().size() <= MAX_URIS;
    if (few) {
      narrow(server, "resources", server.resources(), usage.resources());
    }
    List<Definition> unused = new ArrayList<>(unused(server, Subject.Kind.TOOL, usage));
    unused.addAll(unused(server, Subject.Kind.PROMPT, usage));
    if (few) {
      unused.addAll(unused(server, Subject.Kind.RESOURCE, usage));
      unused.addAll(unused(server, Subject.Kind.TEMPLATE, usage));
    }
    List<String> fixed = new ArrayList<>();
    SortedMap<String, SortedMap<String, String>> constants = constants(server, usage);
    constants.forEach(
        (tool, arguments) -> arguments.keySet().forEach(name -> fixed.add(tool + "." + name)));
    if (!constants.isEmpty()) {
      rules(server, constants);
    }
    List<String> names = unused.stream().map(Suggestion::title).toList();
    if (!names.isEmpty() || !fixed.isEmpty()) {
      servers.put(
          server.name(),
          new Narrowed(names, unused.stream().mapToInt(Definition::tokens).sum(), fixed));
    }
  }

  private List<Definition> unused(Server server, Subject.Kind kind, Usage usage) {
    Set<String> used =
        switch (kind) {
          case TOOL -> usage.calls().keySet();
          case PROMPT -> usage.prompts();
          case RESOURCE, TEMPLATE -> usage.resources();
        };
    return pair.shown(server.name(), kind).values().stream()
        .filter(definition -> !used.contains(definition.name()))
        .toList();
  }

  private static String title(Definition definition) {
    return switch (definition.kind()) {
      case TOOL -> definition.name();
      case PROMPT -> "prompt " + definition.name();
      case RESOURCE -> "resource " + definition.name();
      case TEMPLATE -> "template " + definition.name();
    };
  }

  private void narrow(Server server, String kind, Rules rules, Set<String> names) {
    // What `ask` no longer names would pass without a person where `allow` stays as wide as it is.
    if (globs(server, kind, "allow", rules.allow(), names)) {
      boolean _ = globs(server, kind, "ask", rules.ask(), names);
    }
  }

  /**
   * Globs that name more than what was used become the names that were; false where one of those
   * cannot be written out, and all stays as it is.
   */
  private boolean globs(
      Server server, String kind, String effect, List<Glob> globs, Set<String> names) {
    TreeSet<String> used = new TreeSet<>();
    for (String name : names) {
      if (globs.stream().anyMatch(glob -> glob.matches(name))) {
        if (!NAME.matcher(name).matches()) {
          return false; // it cannot be written out: with a star in it, it would match others
        }
        used.add(name);
      }
    }
    TreeSet<String> now =
        globs.stream().map(Glob::pattern).collect(Collectors.toCollection(TreeSet::new));
    if (used.equals(now) || globs.isEmpty()) {
      return true;
    }
    Optional<Json> place = at(server.name(), kind).flatMap(rules -> rules.get(effect));
    if (place.isPresent() && place.get() instanceof JsonArray array) {
      splices.replace(array.at().start(), array.at().end(), array(array, used));
    }
    return true;
  }

  /** On as many lines as the array had. */
  private String array(JsonArray array, SortedSet<String> names) {
    List<String> quoted = names.stream().map(Draft::quote).toList();
    String old = text.substring(array.at().start(), array.at().end());
    if (old.indexOf('\n') < 0 || quoted.isEmpty()) {
      return "[" + String.join(", ", quoted) + "]";
    }
    String newline = old.contains("\r\n") ? "\r\n" : "\n";
    String outer = margin(array.at().end() - 1);
    String inner =
        array.elements().isEmpty() ? outer : margin(array.elements().getFirst().at().start());
    return "["
        + newline
        + quoted.stream().map(name -> inner + name).collect(Collectors.joining("," + newline))
        + newline
        + outer
        + "]";
  }

  /** Those that a rule can say of tools that have none. */
  private static SortedMap<String, SortedMap<String, String>> constants(
      Server server, Usage usage) {
    SortedMap<String, SortedMap<String, String>> constants = new TreeMap<>();
    usage
        .constants()
        .forEach(
            (tool, arguments) -> {
              boolean free = !server.access().arguments().containsKey(tool);
              if (free
                  && NAME.matcher(tool).matches()
                  && server.tools().match(tool).effect() != Rules.Effect.DENY) {
                SortedMap<String, String> plain = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                arguments.forEach(
                    (name, value) -> {
                      if (NAME.matcher(name).matches() && SCALAR.matcher(value).matches()) {
                        plain.put(name, value);
                      }
                    });
                if (!plain.isEmpty()) {
                  constants.put(tool, plain);
                }
              }
            });
    return constants;
  }

  /** One rule for each tool; what it does not name stays unjudged. */
  private void rules(Server server, SortedMap<String, SortedMap<String, String>> constants) {
    List<String> members = new ArrayList<>();
    constants.forEach((tool, arguments) -> members.add(Draft.quote(tool) + ": " + rule(arguments)));
    Json entry = at(server.name()).orElseThrow();
    Optional<Json> known = entry.get("arguments");
    String all = String.join(", ", members);
    if (known.isPresent() && known.get().members().isEmpty()) {
      splices.replace(known.get().at().start(), known.get().at().end(), "{ " + all + " }");
    } else if (known.isPresent()) {
      behind(known.get(), all);
    } else {
      behind(entry, "\"arguments\": { " + all + " }");
    }
  }

  private static String rule(SortedMap<String, String> arguments) {
    String properties =
        arguments.entrySet().stream()
            .map(each -> Draft.quote(each.getKey()) + ": {\"const\": " + each.getValue() + "}")
            .collect(Collectors.joining(", "));
    String required =
        arguments.keySet().stream().map(Draft::quote).collect(Collectors.joining(", "));
    return "{\"properties\": {"
        + properties
        + "}, \"required\": ["
        + required
        + "], \"additionalProperties\": true}";
  }

  /** Behind the last member, on a line of its own where that has one. */
  private void behind(Json object, String member) {
    Json.Member last = object.members().getLast();
    boolean ownLine = text.substring(object.at().start(), last.nameAt().start()).indexOf('\n') >= 0;
    String newline = text.contains("\r\n") ? "\r\n" : "\n";
    String between = ownLine ? newline + margin(last.nameAt().start()) : " ";
    int end = last.value().at().end();
    splices.replace(end, end, "," + between + member);
  }

  /** The white space at the start of the line on which {@code offset} stands. */
  private String margin(int offset) {
    int line = text.lastIndexOf('\n', offset - 1) + 1;
    int end = line;
    while (end < offset && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
      end++;
    }
    return text.substring(line, end);
  }

  private Optional<Json> at(String server, String... below) {
    Optional<Json> place = root.get("mcpServers").flatMap(servers -> servers.get(server));
    for (String key : below) {
      place = place.flatMap(json -> json.get(key));
    }
    return place;
  }

  /** What is printed for a person to apply is checked as a reviewer would. */
  private void prove() {
    try {
      byte[] bytes = applied().getBytes(StandardCharsets.UTF_8);
      AllowList narrower = ListReader.read(bytes, "the suggestion");
      if (!Growth.of(pair, new LockedList(narrower, pair.lock())).isEmpty()) {
        throw new AssertionError("a suggestion that grants power");
      }
    } catch (AllowListException e) {
      throw new AssertionError("a suggestion that is no list", e);
    }
  }
}
