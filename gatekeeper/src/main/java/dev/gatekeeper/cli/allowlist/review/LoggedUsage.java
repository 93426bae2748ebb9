package dev.gatekeeper.cli.allowlist.review;

import dev.gatekeeper.allowlist.edit.Usage;
import dev.gatekeeper.audit.opening.Opening;
import dev.gatekeeper.audit.opening.Openings;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.report.Row;
import dev.gatekeeper.report.Selection;
import dev.gatekeeper.report.Timeline;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which tools, prompts and resources a log says were used, and where it still can tell, with what.
 */
final class LoggedUsage {
  /** Calls with one value before it is called constant: fewer are chance. */
  static final int ENOUGH = 5;

  private final SortedMap<String, SortedMap<String, Long>> calls = new TreeMap<>();
  private final Map<String, Map<String, List<String>>> roots = new HashMap<>();
  private final Map<String, SortedSet<String>> prompts = new HashMap<>();
  private final Map<String, SortedSet<String>> resources = new HashMap<>();
  private String first = "";
  private long count;

  private LoggedUsage() {}

  /** What was let through in {@code project}. */
  static LoggedUsage read(Sources sources, Selection selection, String project) throws CannotJudge {
    LoggedUsage usage = new LoggedUsage();
    new Timeline(sources, selection)
        .read(
            row -> {
              usage.add(row, project);
              return true;
            });
    return usage;
  }

  private void add(Row row, String project) {
    Optional<String> tool = row.get(Field.TOOL);
    Optional<String> server = row.get(Field.SERVER);
    boolean here = row.get(Field.PROJECT).map(project::equals).orElse(true);
    if (!row.kind().equals(Row.CALL) || tool.isEmpty() || server.isEmpty() || !here) {
      return;
    }
    first = first.isEmpty() ? row.time() : first;
    count++;
    String method = row.get(Field.METHOD).orElse("tools/call");
    switch (method) {
      case "tools/call" -> called(server.get(), tool.get(), row);
      case "prompts/get" ->
          prompts.computeIfAbsent(server.get(), s -> new TreeSet<>()).add(tool.get());
      case "resources/read", "resources/subscribe" ->
          resources.computeIfAbsent(server.get(), s -> new TreeSet<>()).add(tool.get());
      default -> {} // what a client does while a person types needs no more than these
    }
  }

  private void called(String server, String tool, Row row) {
    calls.computeIfAbsent(server, s -> new TreeMap<>()).merge(tool, 1L, Long::sum);
    roots
        .computeIfAbsent(server, s -> new HashMap<>())
        .computeIfAbsent(tool, t -> new ArrayList<>())
        .add(row.get(Field.ARGUMENTS).orElse(""));
  }

  /** Time of the first call; empty where there is none. */
  String first() {
    return first;
  }

  long count() {
    return count;
  }

  /** By server, without the values of arguments. */
  SortedMap<String, Usage> byServer() {
    SortedMap<String, Usage> all = new TreeMap<>();
    Set<String> servers = new TreeSet<>(calls.keySet());
    servers.addAll(prompts.keySet());
    servers.addAll(resources.keySet());
    servers.forEach(server -> all.put(server, usage(server, new TreeMap<>())));
    return all;
  }

  private Usage usage(String server, SortedMap<String, SortedMap<String, String>> constants) {
    return new Usage(
        calls.getOrDefault(server, new TreeMap<>()),
        constants,
        prompts.getOrDefault(server, new TreeSet<>()),
        resources.getOrDefault(server, new TreeSet<>()));
  }

  /**
   * By server, with the values that were the same in each call. A tool counts only where all of its
   * calls can be opened, and a value only where it was kept as it was sent.
   */
  SortedMap<String, Usage> byServer(Openings openings) throws IOException {
    Set<String> wanted = new HashSet<>();
    roots.values().forEach(tools -> tools.values().forEach(wanted::addAll));
    Map<String, Opening> opened = openings.find(wanted);
    SortedMap<String, Usage> all = byServer();
    calls.forEach(
        (server, tools) -> {
          SortedMap<String, SortedMap<String, String>> constants = new TreeMap<>();
          for (Map.Entry<String, List<String>> tool :
              roots.getOrDefault(server, Map.of()).entrySet()) {
            if (tool.getValue().size() >= ENOUGH && opened.keySet().containsAll(tool.getValue())) {
              constants.put(
                  tool.getKey(), constant(tool.getValue().stream().map(opened::get).toList()));
            }
          }
          all.put(server, usage(server, constants));
        });
    return all;
  }

  private static SortedMap<String, String> constant(List<Opening> calls) {
    SortedMap<String, String> constant = new TreeMap<>();
    Set<String> varied = new TreeSet<>();
    boolean isFirst = true;
    for (Opening call : calls) {
      Set<String> present = new HashSet<>();
      for (Opening.Kept argument : call.arguments()) {
        present.add(argument.name());
        String value = argument.exact() ? argument.kept().orElse("") : "";
        if (value.isEmpty() || (!isFirst && !value.equals(constant.get(argument.name())))) {
          varied.add(argument.name());
        } else {
          constant.put(argument.name(), value);
        }
      }
      constant.keySet().forEach(name -> addUnless(present, name, varied));
      isFirst = false;
    }
    constant.keySet().removeAll(varied);
    return constant;
  }

  private static void addUnless(Set<String> present, String name, Set<String> varied) {
    if (!present.contains(name)) {
      varied.add(name);
    }
  }
}
