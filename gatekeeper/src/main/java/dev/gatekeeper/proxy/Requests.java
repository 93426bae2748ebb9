package dev.gatekeeper.proxy;

import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.PublicName;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.catalog.Item;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Fleet;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.journal.Recorded;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Params;
import dev.gatekeeper.mcp.Tasks;
import dev.gatekeeper.mcp.Ticket;
import dev.gatekeeper.mcp.UserInteraction;
import dev.gatekeeper.redaction.Redacted;
import dev.gatekeeper.wire.Message.Request;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where each request of the agent goes.
 *
 * <p>Names are taken apart here, once: what is judged is the server and the name that the forwarded
 * bytes will carry.
 */
final class Requests {
  /** Of MCP 2025-11-25, logging; the names of RFC 5424. */
  private static final List<String> LEVELS =
      List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  private final Surroundings world;
  private final Session session;
  private final Calls calls;
  private final Fleet fleet;
  private final OwnTools own;
  private final Set<Kind> listed = EnumSet.noneOf(Kind.class);

  Requests(Surroundings world, Session session, Calls calls, Fleet fleet, OwnTools own) {
    this.world = world;
    this.session = session;
    this.calls = calls;
    this.fleet = fleet;
    this.own = own;
  }

  /** Whether the agent has asked for this list, and so wants to hear of changes. */
  synchronized boolean hasListed(Kind kind) {
    return listed.contains(kind);
  }

  void route(Request request) {
    Ticket ticket = new Ticket(request.id());
    try {
      switch (request.method()) {
        case "tools/list" -> list(ticket, request, Kind.TOOL);
        case "prompts/list" -> list(ticket, request, Kind.PROMPT);
        case "resources/list" -> list(ticket, request, Kind.RESOURCE);
        case "resources/templates/list" -> list(ticket, request, Kind.TEMPLATE);
        case "logging/setLevel" -> setLevel(ticket, request);
        case "tools/call" -> named(request, Kind.TOOL, request.params());
        case "prompts/get" -> named(request, Kind.PROMPT, request.params());
        case "completion/complete" -> complete(request);
        case "resources/read", "resources/subscribe", "resources/unsubscribe" -> resource(request);
        default -> unknown(request);
      }
    } catch (MalformedException e) {
      refuse(request, Answers.INVALID_PARAMS, "the parameters are malformed: " + e.getMessage());
    }
  }

  private void refuse(Request request, int code, String text) {
    Ticket ticket = new Ticket(request.id());
    if (calls.admit(ticket)) {
      calls.answer(ticket, Answers.error(Optional.of(ticket.id()), code, text));
    }
  }

  private void list(Ticket ticket, Request request, Kind kind) throws MalformedException {
    if (!calls.admit(ticket)) {
      return;
    }
    if (Params.member(request.params(), "cursor").filter(slice -> !slice.isNull()).isPresent()) {
      // Our lists are one page, so no cursor is ever ours.
      calls.answer(
          ticket,
          Answers.error(Optional.of(ticket.id()), Answers.INVALID_PARAMS, "Invalid cursor"));
      return;
    }
    fleet.whenListable(
        kind,
        () -> {
          synchronized (this) {
            listed.add(kind); // before the list is read: what changes from now on is announced
          }
          calls.answer(ticket, Answers.result(ticket.id(), listOf(kind)));
        });
  }

  private byte[] listOf(Kind kind) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Answers.ascii("{\"" + kind.member() + "\":["));
    boolean first = true;
    if (kind == Kind.TOOL) {
      out.writeBytes(own.definitions());
      first = false;
    }
    for (Item item : world.catalog().list(kind)) {
      if (!first) {
        out.write(',');
      }
      first = false;
      // A description could carry a value that the server was given.
      Slice definition = item.definition();
      Slice masked = masked(item.server(), kind, definition);
      out.writeBytes((isAsked(kind, item) ? UserInteraction.marked(masked) : masked).toBytes());
    }
    out.writeBytes(Answers.ascii("]}"));
    return out.toByteArray();
  }

  private Slice masked(String server, Kind kind, Slice definition) {
    Optional<Redacted> redacted = world.redactor().message(definition);
    redacted.ifPresent(one -> world.maskings().noted(server, kind.member() + "/list", one));
    return redacted.map(Redacted::json).orElse(definition);
  }

  private boolean isAsked(Kind kind, Item item) {
    return kind == Kind.TOOL
        && world.decide(new Subject.Listing(item.server(), Subject.Kind.TOOL, item.name()))
            instanceof Decision.NeedsApproval;
  }

  private void setLevel(Ticket ticket, Request request) throws MalformedException {
    Optional<Slice> level = Params.string(request.params(), "level");
    if (level.map(Slice::string).filter(LEVELS::contains).isEmpty()) {
      refuse(request, Answers.INVALID_PARAMS, "logging/setLevel needs one of the levels " + LEVELS);
      return;
    }
    if (calls.admit(ticket)) {
      session.logLevel(level.get().toBytes());
      fleet.setLevel(level.get().toBytes());
      calls.answer(ticket, Answers.emptyResult(ticket.id()));
    }
  }

  /** A tool call or a prompt: {@code holder} is the object that carries the public name. */
  private void named(Request request, Kind kind, Optional<Slice> holder) throws MalformedException {
    Optional<Slice> arguments = Params.member(request.params(), "arguments");
    if (arguments.filter(Slice::isObject).isPresent()) {
      arguments.get().members(); // refuses repeated names, which could be read in two ways
    }
    Optional<Slice> given = Params.string(holder, "name");
    if (given.isEmpty()) {
      refuse(request, Answers.INVALID_PARAMS, request.method() + " needs a name");
      return;
    }
    String publicName = given.get().string();
    if (kind == Kind.TOOL && own.has(publicName)) {
      own.call(request, publicName);
      return;
    }
    Optional<Item> item = world.catalog().find(kind, publicName);
    String server = PublicName.serverOf(publicName).orElse("");
    Optional<String> name = item.map(Item::name).or(() -> PublicName.plainNameOf(publicName));
    Optional<Backend> backend = fleet.find(server);
    boolean unclear = name.isEmpty() || (item.isEmpty() && PublicName.mayBeChanged(publicName));
    if (unclear && backend.isPresent() && !backend.get().isSettled()) {
      // A name that was shortened: only the server's list tells what it stands for.
      backend
          .get()
          .whenSettled(
              () -> {
                try {
                  forward(
                      request,
                      kind,
                      given.get(),
                      server,
                      world
                          .catalog()
                          .find(kind, publicName)
                          .map(Item::name)
                          .or(() -> name)
                          .orElse(publicName));
                } catch (MalformedException e) {
                  throw new AssertionError("read a second time, it reads the same", e);
                }
              });
      return;
    }
    forward(request, kind, given.get(), server, name.orElse(publicName));
  }

  private void forward(Request request, Kind kind, Slice given, String server, String name)
      throws MalformedException {
    String publicName = given.string();
    Recorded.Target target = new Recorded.Target(server, kind, name, publicName);
    Optional<Slice> arguments = Params.member(request.params(), "arguments");
    Subject subject =
        switch (request.method()) {
          case "tools/call" -> new Subject.ToolCall(server, name, arguments.map(Slice::toBytes));
          case "prompts/get" -> new Subject.PromptGet(server, name);
          default -> new Subject.PromptCompletion(server, name);
        };
    Optional<Slice> replaced = name.equals(publicName) ? Optional.empty() : Optional.of(given);
    begin(request, target, subject, arguments, replaced);
  }

  /**
   * @param renamed the member that carries the public name, which the server must not see
   */
  private void begin(
      Request request,
      Recorded.Target target,
      Subject subject,
      Optional<Slice> arguments,
      Optional<Slice> renamed)
      throws MalformedException {
    long number = session.nextNumber();
    byte[] ours = Answers.ascii(Long.toString(number));
    Optional<Slice> token = Params.progressToken(request.params());
    Splice splice = Splice.of(request.whole()).replace(request.id(), ours);
    renamed.ifPresent(slice -> splice.replace(slice, Json.quote(target.name())));
    token.ifPresent(slice -> splice.replace(slice, ours));
    if (request.method().equals("tools/call")) {
      Tasks.ignore(splice, request.params());
    }
    Slice frame = splice.toSlice();
    Call call =
        new Call(request, target, number, frame.array(), token, Params.toolUse(request.params()));
    if (!calls.admit(call)) {
      return;
    }
    Optional<Backend> backend = fleet.find(target.server());
    if (backend.isPresent()) {
      calls.begin(call, frame, subject, arguments, backend.get());
    } else {
      calls.beginUnknown(call, arguments);
    }
  }

  private void complete(Request request) throws MalformedException {
    Optional<Slice> ref = Params.member(request.params(), "ref").filter(Slice::isObject);
    Optional<Slice> type = Params.string(ref, "type");
    if (type.isPresent() && type.get().string().equals("ref/prompt")) {
      named(request, Kind.PROMPT, ref);
    } else if (type.isPresent() && type.get().string().equals("ref/resource")) {
      byUri(request, Params.string(ref, "uri"));
    } else {
      refuse(request, Answers.INVALID_PARAMS, "completion/complete needs a reference");
    }
  }

  private void resource(Request request) throws MalformedException {
    byUri(request, Params.string(request.params(), "uri"));
  }

  private void byUri(Request request, Optional<Slice> given) throws MalformedException {
    if (given.isEmpty()) {
      refuse(request, Answers.INVALID_PARAMS, request.method() + " needs a uri");
      return;
    }
    String uri = given.get().string();
    if (serverOf(uri).isEmpty() && !fleet.isSettled(Kind.RESOURCE)) {
      fleet.whenSettled(
          Kind.RESOURCE,
          () -> {
            try {
              read(request, uri);
            } catch (MalformedException e) {
              throw new AssertionError("read a second time, it reads the same", e);
            }
          });
      return;
    }
    read(request, uri);
  }

  private void read(Request request, String uri) throws MalformedException {
    String server = serverOf(uri).or(() -> soleServerFor(uri)).orElse("");
    Subject subject =
        request.method().equals("completion/complete")
            ? new Subject.TemplateCompletion(server, uri)
            : new Subject.ResourceRead(server, uri);
    Recorded.Target target = new Recorded.Target(server, Kind.RESOURCE, uri, uri);
    begin(request, target, subject, Optional.empty(), Optional.empty());
  }

  /** The server that lists this URI, this very template, or a template that it fits. */
  private Optional<String> serverOf(String uri) {
    return world.catalog().ownerOf(uri).map(Item::server);
  }

  /**
   * Servers read what they do not list; where one entry alone allows the URI, it is meant; where
   * none does, the only one that has a person asked.
   */
  private Optional<String> soleServerFor(String uri) {
    List<String> allowing = new ArrayList<>();
    List<String> asking = new ArrayList<>();
    for (Backend backend : fleet.all()) {
      switch (world.decide(new Subject.ResourceRead(backend.name(), uri))) {
        case Decision.Allowed _ -> allowing.add(backend.name());
        case Decision.NeedsApproval _ -> asking.add(backend.name());
        case Decision.Denied _ -> {}
      }
    }
    List<String> meant = allowing.isEmpty() ? asking : allowing;
    return meant.size() == 1 ? Optional.of(meant.getFirst()) : Optional.empty();
  }

  private void unknown(Request request) throws MalformedException {
    Optional<Backend> backend = fleet.knowing(request);
    if (backend.isEmpty()) {
      refuse(request, Answers.METHOD_NOT_FOUND, "Method not found");
      return;
    }
    String server = backend.get().name();
    begin(
        request,
        new Recorded.Target(server, Kind.RESOURCE, request.method(), request.method()),
        new Subject.UnknownMethod(server, request.method()),
        Optional.empty(),
        Optional.empty());
  }
}
