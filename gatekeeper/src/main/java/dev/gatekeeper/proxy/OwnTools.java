package dev.gatekeeper.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.audit.Receipt;
import dev.gatekeeper.catalog.ForeignText;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Fleet;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.journal.Recorded;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Params;
import dev.gatekeeper.request.AccessRequest;
import dev.gatekeeper.request.AccessRequests;
import dev.gatekeeper.wire.Message.Request;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * The gatekeeper's own tools. Their names have no {@code __}, so no server can take them.
 *
 * <p>{@code gatekeeper_status} answers in every state. {@code gatekeeper_request} writes down, by
 * name, what the agent would like to have; it grants nothing, and nothing that the model fills in
 * does.
 */
final class OwnTools {
  private static final String STATUS = "gatekeeper_status";
  private static final String REQUEST = "gatekeeper_request";
  private static final String SERVER = "gatekeeper";

  /** Elements of a JSON array. Here, and not in the jar, which takes 10 ms to be opened. */
  private static final String DEFINITIONS =
      """
      {"name":"gatekeeper_status","title":"Gatekeeper status","description":"Tells which \
      MCP servers and tools the gatekeeper allows here, which servers run, and which \
      command a person has to type where something is missing. Call it when a tool is \
      missing or refused.","inputSchema":{"type":"object","properties":{},\
      "additionalProperties":false},"annotations":{"readOnlyHint":true,\
      "openWorldHint":false}},{"name":"gatekeeper_request","title":"Ask for access",\
      "description":"Writes down for a person that you would like to have a server, a tool \
      or a secret, by name, and why. It grants nothing: a person decides and changes the \
      allow-list.","inputSchema":{"type":"object","properties":{"kind":{"type":"string",\
      "enum":["server","tool","secret"],"description":"What is asked for"},\
      "name":{"type":"string","maxLength":200,"description":"Its name, never a value"},\
      "reason":{"type":"string","maxLength":1000,"description":"What it is needed for"}},\
      "required":["kind","name","reason"],"additionalProperties":false},\
      "annotations":{"readOnlyHint":false,"destructiveHint":false,"idempotentHint":true,\
      "openWorldHint":false}}\
      """;

  /** Characters of a server's instructions that are shown however many servers there are. */
  private static final int LEAST_SHARE = 256;

  /** Milliseconds that the status waits for its record: longer than a busy disk takes. */
  private static final long RECORD_MILLIS = 1_000;

  private static final String LATE =
      "The audit log does not get on: this call is not recorded yet, and other calls wait for"
          + " their records. A person looks at the disk of the log, and at who holds"
          + " audit/append.lock\n";

  private static final Set<String> WANTED = Set.of("server", "tool", "secret");

  private final Surroundings world;
  private final Standing standing;
  private final AccessRequests requests;
  private final Fleet fleet;
  private final Calls calls;

  OwnTools(
      Surroundings world, Standing standing, AccessRequests requests, Fleet fleet, Calls calls) {
    this.world = world;
    this.standing = standing;
    this.requests = requests;
    this.fleet = fleet;
    this.calls = calls;
  }

  boolean has(String name) {
    return name.equals(STATUS) || name.equals(REQUEST);
  }

  /** The definitions, as elements of a JSON array. */
  byte[] definitions() {
    return DEFINITIONS.getBytes(UTF_8);
  }

  void call(Request request, String name) throws MalformedException {
    Call call =
        new Call(
            request,
            new Recorded.Target(SERVER, Kind.TOOL, name, name),
            0,
            new byte[0],
            Optional.empty(),
            Params.toolUse(request.params()));
    if (!calls.admitOwn(call)) {
      return;
    }
    Optional<Slice> arguments =
        Params.member(request.params(), "arguments").filter(Slice::isObject);
    if (name.equals(STATUS)) {
      status(call, arguments);
      return;
    }
    Optional<Slice> kind = Params.string(arguments, "kind");
    Optional<Slice> wanted = Params.string(arguments, "name");
    Optional<Slice> reason = Params.string(arguments, "reason");
    if (kind.map(Slice::string).filter(WANTED::contains).isEmpty()
        || wanted.isEmpty()
        || reason.isEmpty()) {
      calls.answer(
          call,
          Answers.toolText(
              call.id(), REQUEST + " needs kind (server, tool or secret), name and reason", true));
      return;
    }
    AccessRequest wish =
        AccessRequest.of(
            kind.get().string(),
            world.masked(wanted.get().string()),
            world.masked(reason.get().string()));
    world
        .journal()
        .own(
            call,
            arguments,
            receipt -> {
              recorded(call, receipt);
              switch (receipt) {
                case Receipt.Durable durable -> world.apart("request", () -> propose(call, wish));
                case Receipt.Refused refused ->
                    calls.answer(
                        call,
                        Answers.toolText(
                            call.id(),
                            "refused: the audit log cannot record the request: "
                                + refused.fault().text(),
                            true));
              }
            });
  }

  /**
   * Told even when it cannot be recorded: it says why, and what to type. The record is not waited
   * for where it is late: what the agent asks about may be the disk of the log.
   */
  private void status(Call call, Optional<Slice> arguments) {
    CompletableFuture<Journal.Outcome> told = new CompletableFuture<>();
    Future<?> late =
        world.after(
            RECORD_MILLIS, () -> world.apart("status", () -> told.complete(unrecorded(call))));
    world
        .journal()
        .own(
            call,
            arguments,
            receipt -> {
              if (late.cancel(false)) {
                recorded(call, receipt);
                world.apart("status", () -> finish(call, statusText(), false));
              } else if (receipt instanceof Receipt.Durable durable) {
                call.recorded(durable.n());
                CompletableFuture<Void> _ =
                    told.thenAccept(outcome -> world.journal().outcome(call, outcome, 0, 0));
              }
            });
  }

  private Journal.Outcome unrecorded(Call call) {
    byte[] frame = Answers.toolText(call.id(), statusText() + LATE, false);
    return calls.answer(call, frame) ? Journal.Outcome.OK : Journal.Outcome.CANCELLED;
  }

  private void recorded(Call call, Receipt receipt) {
    call.sent(System.nanoTime());
    if (receipt instanceof Receipt.Durable durable) {
      call.recorded(durable.n());
      if (call.isEnded()) {
        world.journal().outcome(call, Journal.Outcome.CANCELLED, 0, 0);
      }
    }
  }

  private void propose(Call call, AccessRequest wish) {
    try {
      AccessRequest kept = requests.add(wish);
      finish(
          call,
          "Written down for a person to decide. Nothing has been granted. A person sees it with:"
              + " gatekeeper allowlist requests show "
              + kept.id()
              + kept.fault().map(why -> ". It cannot be granted as it stands: " + why).orElse(""),
          false);
    } catch (IOException e) {
      finish(call, "The request could not be written down: " + e.getMessage(), true);
    }
  }

  private void finish(Call call, String text, boolean isError) {
    byte[] frame = Answers.toolText(call.id(), text, isError);
    calls.answered(call, frame, isError ? Journal.Outcome.TOOL_ERROR : Journal.Outcome.OK);
  }

  /** Foreign text is masked first and escaped then: escaped, a value would not be recognised. */
  private String statusText() {
    StringBuilder text = new StringBuilder(world.masked(standing.text()));
    int share = Math.max(LEAST_SHARE, ForeignText.CLIENT_CHARACTERS / (fleet.all().size() + 1));
    for (Backend backend : fleet.all()) {
      text.append("server ")
          .append(backend.name())
          .append(": ")
          .append(ForeignText.shown(world.masked(backend.status()), ForeignText.CLIENT_CHARACTERS))
          .append('\n');
      backend
          .live()
          .map(link -> link.hello().instructions())
          .filter(instructions -> !instructions.isBlank())
          .map(instructions -> ForeignText.shown(world.masked(instructions.strip()), share))
          .ifPresent(shown -> text.append("  its instructions: ").append(shown).append('\n'));
    }
    return text.toString();
  }
}
