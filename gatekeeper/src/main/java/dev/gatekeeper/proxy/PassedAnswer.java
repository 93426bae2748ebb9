package dev.gatekeeper.proxy;

import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.fleet.Backend;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import dev.gatekeeper.mcp.Elicitations;
import dev.gatekeeper.mcp.Tasks;
import dev.gatekeeper.redaction.Redacted;
import dev.gatekeeper.wire.Message.Response;
import java.util.Optional;
import java.util.Set;

/** What the agent gets of a server's answer to a call. */
sealed interface PassedAnswer {
  /**
   * The answer under the agent's id, with every managed value masked.
   *
   * @param edits how many values were masked
   * @param references of which secrets
   */
  @SuppressWarnings("ArrayRecordComponent") // made once, written once
  record Passed(byte[] frame, Journal.Outcome outcome, int edits, Set<String> references)
      implements PassedAnswer {}

  /** Nothing of it, and why. */
  record KeptBack(Journal.Outcome outcome, String text) implements PassedAnswer {}

  /** Masks an answer; one that cannot be masked, or told apart, or followed is kept back. */
  static PassedAnswer of(Surroundings world, Call call, Response response, Backend backend) {
    String server = call.target().server();
    Slice whole = response.whole();
    Optional<Redacted> redacted;
    try {
      redacted = backend.terms().redacts() ? world.redactor().message(whole) : Optional.empty();
    } catch (RuntimeException e) {
      world.say("masking an answer failed: " + e.getClass().getSimpleName());
      return unreadable(
          "the answer of server " + server + " could not be masked, and is kept back");
    }
    if (redacted.isPresent() && redacted.get().merges()) {
      return indistinct(server);
    }
    if (redacted.isPresent()) {
      if (call.isToolCall() && breaksSchema(world, call, redacted.get(), response)) {
        return unreadable(Withheld.schemaText(redacted.get(), server));
      }
      whole = redacted.get().json();
    }
    world.maskings().suspected(server, world.redactor().suspected(whole));
    Splice splice = Splice.of(whole);
    try {
      splice.replace(whole.members().get("id").orElseThrow(), call.id());
      Optional<Slice> error = whole.members().get("error");
      if (call.isToolCall() && Tasks.isHandle(whole.members().get("result"))) {
        return unreadable(
            "server "
                + server
                + " answered with a task, which it was not asked for and which nobody can follow;"
                + " the call may have had an effect");
      }
      if (Elicitations.isAskedBy(error)) {
        Subject subject = new Subject.ServerRequest(server, "elicitation/create");
        if (!(world.decide(subject) instanceof Decision.Allowed)) {
          return new KeptBack(
              Journal.Outcome.ERROR,
              "server "
                  + server
                  + " wants the person to open an address first, and its entry in the allow-list"
                  + " does not allow it to ask (serverRequests: elicitation)");
        }
        Elicitations.publishAll(splice, error, server);
      }
    } catch (MalformedException e) {
      return indistinct(server);
    }
    if (call.isToolCall()) {
      Loss.tell(backend, whole, splice);
    }
    return new Passed(
        splice.toBytes(),
        outcomeOf(call, response),
        redacted.map(Redacted::edits).orElse(0),
        redacted.map(Redacted::references).orElse(Set.of()));
  }

  private static boolean breaksSchema(
      Surroundings world, Call call, Redacted redacted, Response response) {
    return world
        .catalog()
        .find(Kind.TOOL, call.target().publicName())
        .filter(item -> Withheld.breaks(item.definition(), redacted, response))
        .isPresent();
  }

  private static KeptBack unreadable(String text) {
    return new KeptBack(Journal.Outcome.UNREADABLE, text);
  }

  /**
   * Members of one name, also where each was a secret in another form and they carry one label now:
   * only malice writes either.
   */
  private static KeptBack indistinct(String server) {
    return unreadable("server " + server + " sent an answer whose members cannot be told apart");
  }

  private static Journal.Outcome outcomeOf(Call call, Response response) {
    if (response.result().isEmpty()) {
      return Journal.Outcome.ERROR;
    }
    try {
      boolean isError =
          call.isToolCall()
              && response.result().get().isObject()
              && response.result().get().members().get("isError").filter(Slice::isTrue).isPresent();
      return isError ? Journal.Outcome.TOOL_ERROR : Journal.Outcome.OK;
    } catch (MalformedException e) {
      return Journal.Outcome.OK; // repeated members in a result are the agent's to read
    }
  }
}
