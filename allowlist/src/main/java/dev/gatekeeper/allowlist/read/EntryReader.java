package dev.gatekeeper.allowlist.read;

import dev.gatekeeper.allowlist.Access;
import dev.gatekeeper.allowlist.Acknowledged;
import dev.gatekeeper.allowlist.ArgumentsKept;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.DangerousVariables;
import dev.gatekeeper.allowlist.Glob;
import dev.gatekeeper.allowlist.Lifetime;
import dev.gatekeeper.allowlist.Limits;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Review;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Sandbox;
import dev.gatekeeper.allowlist.SecretArguments;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.arguments.Rule;
import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.Spelling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads one entry of {@code mcpServers} or {@code commands}. */
final class EntryReader {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration DAY = Duration.ofHours(24);

  private static final String KNOWN_REQUESTS =
      "known: " + String.join(", ", new TreeSet<>(Access.SERVER_REQUESTS));

  private final Fields fields;
  private final Faults faults;
  private final Values values;
  private final boolean personalList;

  EntryReader(JsonObject object, String what, boolean personalList, Faults faults) {
    this.fields = new Fields(object, what, faults);
    this.faults = faults;
    this.values = new Values(faults, personalList);
    this.personalList = personalList;
  }

  Optional<Server> server(String name) {
    Optional<JsonText> type = fields.text("type");
    String kind = type.map(JsonText::text).orElse("stdio");
    Review review = review();
    Access access = access();
    return switch (kind) {
      case "stdio" -> {
        Optional<Program> program = program();
        Lifetime lifetime = lifetime();
        Optional<Sandbox> sandbox = sandbox(program);
        fields.done();
        yield program.map(p -> new StdioServer(name, review, access, p, lifetime, sandbox));
      }
      case "http" -> {
        Lifetime lifetime = lifetime();
        Optional<Server> server =
            new RemoteReader(fields, faults, values).server(name, review, access, lifetime);
        fields.done();
        yield server;
      }
      default -> {
        faults.add(
            type.orElseThrow().at(),
            "\"type\" must be \"stdio\" or \"http\"",
            kind.equals("sse") ? "ask the vendor for its Streamable HTTP address" : "");
        yield Optional.empty();
      }
    };
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
        fields.text("expires").flatMap(values::date),
        personalList);
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
        secretArguments(),
        argumentsKept(),
        new TreeSet<>(
            fields.each(
                "serverRequests",
                name -> Access.SERVER_REQUESTS.contains(name) || Methods.isUnknown(name),
                "a server cannot be allowed this request",
                KNOWN_REQUESTS)),
        new TreeSet<>(
            fields.each(
                "methods",
                Methods::isUnknown,
                "\"methods\" holds whole names of methods outside of the protocol",
                "e.g. \"acme/notify\"; tools, prompts and resources have their own keys")),
        fields
            .any("timeout")
            .flatMap(timeout -> values.duration(timeout, "\"timeout\"", SECOND, DAY))
            .orElse(Access.DEFAULT_TIMEOUT),
        fields.nested("limits", EntryReader::limits).orElse(Limits.DEFAULT),
        fields.flag("redact").orElse(true),
        fields.each(
            "volatile",
            pointer -> pointer.startsWith("/") && !Values.hasControls(pointer),
            "\"volatile\" holds JSON pointers",
            "e.g. \"/description\""),
        fields.prose("dynamic"));
  }

  private ArgumentsKept argumentsKept() {
    SortedMap<String, ArgumentsKept.Kept> said = new TreeMap<>();
    for (Member tool : fields.members("argumentsKept")) {
      ArgumentsKept.Kept.named(tool.value().string().orElse(""))
          .ifPresentOrElse(
              kept -> said.put(tool.name(), kept),
              () ->
                  faults.add(
                      tool.value().at(),
                      "\"argumentsKept\" says \"redacted\", \"digest\" or \"full\" of a tool, or of"
                          + " \"*\"",
                      "the text of its arguments as far as it is short, none of it, or all of it;"
                          + " secrets are masked in each"));
    }
    return ArgumentsKept.of(said);
  }

  private SecretArguments secretArguments() {
    SortedMap<String, SortedMap<String, SortedSet<Reference>>> byTool = new TreeMap<>();
    for (Member tool : fields.members("secretArguments")) {
      if (tool.value() instanceof JsonObject places) {
        byTool.put(tool.name(), values.places(places.members()));
      } else {
        faults.add(
            tool.value().at(),
            "\"secretArguments\" has an object for each tool",
            "e.g. {\"login\": {\"/password\": [\"secret:NAME\"]}}");
      }
    }
    return new SecretArguments(byTool);
  }

  private Rules rules(String name) {
    return fields
        .nested(
            name,
            nested ->
                new Rules(globs(nested, "allow"), globs(nested, "deny"), globs(nested, "ask")))
        .orElse(Rules.NONE);
  }

  private static List<Glob> globs(Fields nested, String key) {
    List<Glob> globs = new ArrayList<>();
    nested
        .each(
            key,
            glob -> !glob.isEmpty() && glob.length() <= 1024 && !Values.hasControls(glob),
            "a name or glob has 1 to 1024 characters, no control characters",
            "")
        .forEach(glob -> globs.add(new Glob(glob)));
    return globs;
  }

  private static Limits limits(Fields nested) {
    return new Limits(
        nested.number("callsPerMinute", 1, 1_000_000),
        nested.number("inFlight", 1, 10_000),
        nested.number("maxMessage", 1024, 1 << 30));
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
            fields.prose("ambientSecret"),
            fields.prose("unpinned"));
    List<JsonText> args = fields.texts("args");
    List<Template> arguments = values.templates(args);
    fields.acknowledged("secretInArgs", acknowledged.secretInArgs(), secretsIn(args));
    List<Member> variables = new ArrayList<>(fields.members("env"));
    SortedMap<String, Template> env = values.env(variables);
    SortedMap<String, Reference> files = values.files(fields.members("files"), env.keySet());
    variables.addAll(fields.members("files"));
    fields.acknowledged("dangerousEnv", acknowledged.dangerousEnv(), dangerous(variables));
    fields.acknowledged("ambientSecret", acknowledged.ambientSecret(), ambient(args, variables));
    Optional<Template> cwd = fields.text("cwd").flatMap(values::place);
    return command
        .flatMap(values::place)
        .map(path -> new Program(path, arguments, env, files, cwd, acknowledged));
  }

  private static List<Fault> secretsIn(List<JsonText> args) {
    return args.stream()
        .filter(arg -> Template.refersToSecret(arg.text()))
        .map(
            arg ->
                Fault.of(
                    arg.at(),
                    "a secret in \"args\" can be read by every process of this machine",
                    "hand it over in \"env\" or \"files\", or say \"secretInArgs\": \"why\""))
        .toList();
  }

  private static List<Fault> ambient(List<JsonText> args, List<Member> variables) {
    return Stream.concat(
            args.stream(),
            variables.stream()
                .map(Member::value)
                .filter(JsonText.class::isInstance)
                .map(JsonText.class::cast))
        .filter(text -> Template.refersToEnvironment(text.text()))
        .map(
            text ->
                Fault.of(
                    text.at(),
                    "what stands in the environment can be read by the agent's shell as well",
                    "gatekeeper vault put NAME, then write secret:NAME;"
                        + " or say \"ambientSecret\": \"why\""))
        .toList();
  }

  private static List<Fault> dangerous(List<Member> variables) {
    return variables.stream()
        .filter(variable -> DangerousVariables.contains(variable.name()))
        .map(
            variable ->
                Fault.of(
                    variable.nameAt(),
                    "\""
                        + Spelling.shown(variable.name())
                        + "\" can make a program load other code",
                    "leave it out, or say \"dangerousEnv\": \"why\""))
        .toList();
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
      JsonText after = new JsonText(text.get().at(), lifetime.substring("idle:".length()));
      return values
          .duration(after, "\"lifetime\"", SECOND, DAY)
          .<Lifetime>map(Lifetime.Idle::new)
          .orElse(Lifetime.DEFAULT);
    }
    faults.add(
        text.get().at(), "unknown lifetime", "write \"call\", \"session\" or e.g. \"idle:10m\"");
    return Lifetime.DEFAULT;
  }

  private Optional<Sandbox> sandbox(Optional<Program> program) {
    Optional<Sandbox> sandbox =
        fields.nested(
            "sandbox",
            nested ->
                new Sandbox(
                    nested.flag("network").orElse(false),
                    nested.texts("write").stream().flatMap(t -> values.file(t).stream()).toList()));
    if (sandbox.isPresent() && program.filter(Program::startsContainer).isPresent()) {
      faults.add(
          fields.object("sandbox").orElseThrow().at(),
          "a sandbox would confine the command that asks for a container, not the container",
          "write options of that command, e.g. --network none --read-only, and no \"sandbox\"");
    }
    if (sandbox.isPresent() && program.isPresent() && !program.get().loaderVariables().isEmpty()) {
      faults.add(
          fields.object("sandbox").orElseThrow().at(),
          program.get().loaderVariables().getFirst()
              + " would reach what makes the sandbox, before there is one",
          "take one of both off");
    }
    return sandbox;
  }
}
