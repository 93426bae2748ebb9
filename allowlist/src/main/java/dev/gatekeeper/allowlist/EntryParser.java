package dev.gatekeeper.allowlist;

import dev.gatekeeper.allowlist.arguments.Rule;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.Spelling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads one entry of {@code mcpServers} or {@code commands}. */
final class EntryParser {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration DAY = Duration.ofHours(24);

  private final Fields fields;
  private final String what;
  private final Faults faults;
  private final Values values;

  EntryParser(JsonObject object, String what, boolean personalList, Faults faults) {
    this.fields = new Fields(object, what, faults);
    this.what = what;
    this.faults = faults;
    this.values = new Values(faults, personalList);
  }

  Optional<Server> server(String name) {
    Optional<JsonText> type = fields.text("type");
    String kind = type.map(JsonText::text).orElse("stdio");
    Review review = review();
    Access access = access();
    boolean redact = fields.flag("redact").orElse(true);
    List<String> volatileFields = values.pointers(fields.distinctTexts("volatile"));
    Optional<String> dynamic = fields.prose("dynamic");
    Optional<Server> server =
        switch (kind) {
          case "stdio" -> {
            Optional<Program> program = program();
            Lifetime lifetime = lifetime();
            Optional<Sandbox> sandbox = sandbox();
            yield program.map(
                p ->
                    new StdioServer(
                        name,
                        review,
                        access,
                        p,
                        lifetime,
                        redact,
                        sandbox,
                        volatileFields,
                        dynamic));
          }
          case "http" -> http(name, review, access, redact, volatileFields, dynamic);
          default -> {
            faults.add(
                type.orElseThrow().at(),
                "\"type\" must be \"stdio\" or \"http\"",
                kind.equals("sse") ? "ask the vendor for its Streamable HTTP address" : "");
            yield Optional.empty();
          }
        };
    if (kind.equals("stdio") || kind.equals("http")) {
      fields.done();
    }
    return server;
  }

  Optional<Command> command(String name) {
    Review review = review();
    Optional<Rule> arguments =
        fields.any("arguments").flatMap(rule -> Rule.check(rule, Rule.Root.ARRAY, faults::add));
    Optional<Command> command =
        program().map(program -> new Command(name, review, program, arguments));
    fields.done();
    return command;
  }

  private Review review() {
    return new Review(
        fields.prose("reason"),
        fields.prose("owner"),
        fields.text("expires").flatMap(values::date));
  }

  private Access access() {
    SortedMap<String, Rule> arguments = new TreeMap<>();
    for (Member member : fields.members("arguments")) {
      Rule.check(member.value(), Rule.Root.OBJECT, faults::add)
          .ifPresent(rule -> arguments.put(member.name(), rule));
    }
    return new Access(
        rules("tools"),
        rules("prompts"),
        rules("resources"),
        arguments,
        serverRequests(),
        methods("methods"),
        fields
            .any("timeout")
            .flatMap(timeout -> values.duration(timeout, "\"timeout\"", SECOND, DAY))
            .orElse(Access.DEFAULT_TIMEOUT),
        limits());
  }

  private Rules rules(String name) {
    Optional<JsonObject> object = fields.object(name);
    if (object.isEmpty()) {
      return Rules.NONE;
    }
    Fields nested = new Fields(object.get(), "\"" + name + "\" of " + what, faults);
    Rules rules =
        new Rules(
            values.globs(nested.distinctTexts("allow")),
            values.globs(nested.distinctTexts("deny")),
            values.globs(nested.distinctTexts("ask")));
    nested.done();
    return rules;
  }

  private SortedSet<String> serverRequests() {
    SortedSet<String> requests = new TreeSet<>();
    for (JsonText text : fields.distinctTexts("serverRequests")) {
      String name = text.text();
      if (Access.SERVER_REQUESTS.contains(name) || values.isUnknownMethod(name)) {
        requests.add(name);
      } else {
        faults.add(
            text.at(),
            "a server cannot be allowed this request",
            "known: " + String.join(", ", new TreeSet<>(Access.SERVER_REQUESTS)));
      }
    }
    return requests;
  }

  private SortedSet<String> methods(String name) {
    SortedSet<String> methods = new TreeSet<>();
    for (JsonText text : fields.distinctTexts(name)) {
      if (values.isUnknownMethod(text.text())) {
        methods.add(text.text());
      } else {
        faults.add(
            text.at(),
            "\"" + name + "\" holds whole names of methods outside of the protocol",
            "e.g. \"acme/notify\"; tools, prompts and resources have their own keys");
      }
    }
    return methods;
  }

  private Limits limits() {
    Optional<JsonObject> object = fields.object("limits");
    if (object.isEmpty()) {
      return Limits.DEFAULT;
    }
    Fields nested = new Fields(object.get(), "\"limits\" of " + what, faults);
    Limits limits =
        new Limits(
            nested.number("callsPerMinute", 1, 1_000_000),
            nested.number("inFlight", 1, 10_000),
            nested.number("maxMessage", 1024, 1 << 30));
    nested.done();
    return limits;
  }

  private Optional<Program> program() {
    Optional<JsonText> command = fields.text("command");
    if (fields.any("command").isEmpty()) {
      fields.missing(
          "command", "name the program that starts it, or say \"type\": \"http\" beside \"url\"");
    }
    Acknowledged acknowledged =
        new Acknowledged(
            fields.prose("secretInArgs"),
            fields.prose("dangerousEnv"),
            fields.prose("literalSecret"),
            fields.prose("unpinned"));
    List<JsonText> args = fields.texts("args");
    List<Template> arguments = values.templates(args);
    secretsInArgs(args, acknowledged.secretInArgs());
    List<Member> variables = new ArrayList<>(fields.members("env"));
    SortedMap<String, Template> env = values.env(variables);
    SortedMap<String, Reference> files = values.files(fields.members("files"), env.keySet());
    variables.addAll(fields.members("files"));
    dangerousEnv(variables, acknowledged.dangerousEnv());
    Optional<Template> cwd = fields.text("cwd").flatMap(values::place);
    return command
        .flatMap(values::place)
        .map(path -> new Program(path, arguments, env, files, cwd, acknowledged));
  }

  private void secretsInArgs(List<JsonText> args, Optional<String> why) {
    boolean any = false;
    for (JsonText arg : args) {
      if (values.hasSecrets(arg)) {
        any = true;
        if (why.isEmpty()) {
          faults.add(
              arg.at(),
              "a secret in \"args\" can be read by every process of this machine",
              "hand it over in \"env\" or \"files\", or say \"secretInArgs\": \"why\"");
        }
      }
    }
    if (!any && why.isPresent()) {
      fields.stale("secretInArgs");
    }
  }

  private void dangerousEnv(List<Member> variables, Optional<String> why) {
    boolean any = false;
    for (Member variable : variables) {
      if (DangerousVariables.contains(variable.name())) {
        any = true;
        if (why.isEmpty()) {
          faults.add(
              variable.nameAt(),
              "\"" + Spelling.shown(variable.name()) + "\" can make a program load other code",
              "leave it out, or say \"dangerousEnv\": \"why\"");
        }
      }
    }
    if (!any && why.isPresent()) {
      fields.stale("dangerousEnv");
    }
  }

  private Lifetime lifetime() {
    Optional<JsonText> text = fields.text("lifetime");
    if (text.isEmpty()) {
      return Lifetime.DEFAULT;
    }
    String lifetime = text.get().text();
    if (lifetime.equals("call")) {
      return new Lifetime.Call();
    }
    if (lifetime.equals("session")) {
      return new Lifetime.Session();
    }
    if (lifetime.startsWith("idle:")) {
      JsonText after = new JsonText(text.get().at(), lifetime.substring(5));
      return values
          .duration(after, "\"lifetime\"", SECOND, DAY)
          .<Lifetime>map(Lifetime.Idle::new)
          .orElse(Lifetime.DEFAULT);
    }
    faults.add(
        text.get().at(), "unknown lifetime", "write \"call\", \"session\" or e.g. \"idle:10m\"");
    return Lifetime.DEFAULT;
  }

  private Optional<Sandbox> sandbox() {
    Optional<JsonObject> object = fields.object("sandbox");
    if (object.isEmpty()) {
      return Optional.empty();
    }
    Fields nested = new Fields(object.get(), "\"sandbox\" of " + what, faults);
    Sandbox sandbox =
        new Sandbox(
            nested.flag("network").orElse(false),
            nested.texts("write").stream().flatMap(t -> values.place(t).stream()).toList());
    nested.done();
    return Optional.of(sandbox);
  }

  private Optional<Server> http(
      String name,
      Review review,
      Access access,
      boolean redact,
      List<String> volatileFields,
      Optional<String> dynamic) {
    Optional<Json> given = fields.any("url");
    if (given.isEmpty()) {
      fields.missing("url", "an http entry has the address of the server");
    }
    SortedMap<String, Template> headers = new TreeMap<>();
    for (Member member : fields.members("headers")) {
      values
          .header(member)
          .ifPresent(value -> headers.put(member.name().toLowerCase(Locale.ROOT), value));
    }
    Acknowledged acknowledged =
        new Acknowledged(
            Optional.empty(), Optional.empty(), fields.prose("literalSecret"), Optional.empty());
    return fields
        .text("url")
        .flatMap(values::url)
        .map(
            url ->
                new HttpServer(
                    name,
                    review,
                    access,
                    url,
                    headers,
                    acknowledged,
                    redact,
                    volatileFields,
                    dynamic));
  }
}
