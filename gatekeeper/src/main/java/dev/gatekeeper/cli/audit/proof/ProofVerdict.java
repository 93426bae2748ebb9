package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.proof.DisclosedArgument;
import dev.gatekeeper.audit.proof.Disclosure;
import dev.gatekeeper.audit.proof.GrowthProof;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.Head;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** {@code gatekeeper audit verify --proof}: what a proof shows, and what it does not. */
final class ProofVerdict {
  private final PrintStream out;
  private final boolean json;
  private final Optional<String> identity;
  private final Optional<Head> head;

  /**
   * @param json whether scripts read it
   */
  ProofVerdict(PrintStream out, boolean json, Optional<String> identity, Optional<Head> head) {
    this.out = out;
    this.json = json;
    this.identity = identity;
    this.head = head;
  }

  /** A value that somebody has, to be compared with the one that was committed to. */
  static final class Value {
    private final String name;
    private final byte[] bytes;

    /**
     * @param name of where it is from
     */
    Value(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
    }
  }

  /**
   * @param name of where {@code bytes} are from
   * @param value for a disclosure that brings none
   */
  int judge(String name, byte[] bytes, Optional<Value> value) throws CommandFailure {
    try {
      judgeOne(name, bytes, value);
      return 0;
    } catch (CommandFailure e) {
      if (json && e.exit() == CommandFailure.NO) {
        print(Json.object().put("sound", false).put("text", e.what()));
      }
      throw e;
    }
  }

  private void judgeOne(String name, byte[] bytes, Optional<Value> value) throws CommandFailure {
    Optional<InclusionProof> inclusion = InclusionProof.parse(bytes);
    Optional<Disclosure> disclosure = Disclosure.parse(bytes);
    Optional<GrowthProof> growth = GrowthProof.parse(bytes);
    if (value.isPresent() && disclosure.isEmpty()) {
      throw CommandFailure.usage(
          "--value is compared with a disclosure, and " + name + " is none",
          "gatekeeper audit open N --argument NAME, by whoever has the log");
    }
    if (inclusion.isPresent()) {
      boolean anchored = isAnchored(inclusion.get());
      if (json) {
        print(object(inclusion.get(), anchored));
        return;
      }
      print(inclusion.get(), anchored);
      conclude(anchored, "the record", "");
    } else if (disclosure.isPresent()) {
      disclosure(disclosure.get(), value);
    } else if (growth.isPresent()) {
      growth(growth.get());
    } else {
      throw NamedLog.cannotJudge(name + " is not a proof, or a damaged one");
    }
  }

  private void print(JsonWriter object) {
    out.println(new String(object.toBytes(), StandardCharsets.UTF_8));
  }

  /** What holds; the record is a text, byte for byte the line that was hashed. */
  private JsonWriter object(InclusionProof proof, boolean anchored) {
    return Json.object()
        .put("sound", true)
        .put("log", proof.checkpoint().origin())
        .put("identity", proof.keys().identity())
        .put("pinned", identity.isPresent())
        .put("anchored", anchored)
        .put("epochKey", proof.keys().epoch())
        .put("records", proof.checkpoint().size())
        .put("n", proof.n())
        .put("record", proof.line());
  }

  /** Whether it is under the checkpoint that was kept, and not only one that it brings. */
  private boolean isAnchored(InclusionProof proof) throws CommandFailure {
    Optional<InclusionProof.Fault> fault = proof.fault();
    if (fault.isPresent()) {
      throw no(
          switch (fault.get()) {
            case RECORD -> "it does not hold record " + proof.n() + " of the log that it names";
            case PATH -> "the record is not among those that the checkpoint covers";
            case SIGNATURE -> "the checkpoint is not signed by the two keys that it comes with";
          });
    }
    if (identity.isPresent() && !identity.get().equals(proof.keys().identity())) {
      throw no("it is of a log of another identity");
    }
    boolean anchored = head.isPresent() && isOf(proof, head.get());
    if (head.isPresent() && !anchored) {
      throw CommandFailure.cannotJudge(
          "the proof is not under the checkpoint that was kept",
          "gatekeeper audit prove "
              + proof.n()
              + " --checkpoint FILE (or open), by whoever has the log");
    }
    return anchored;
  }

  private void print(InclusionProof proof, boolean anchored) {
    out.println("record    " + Console.printable(proof.line()));
    out.println(
        "is number " + proof.n() + " of " + proof.checkpoint().size() + " that were signed");
    out.println("log       " + Console.printable(proof.checkpoint().origin()));
    out.println(
        "identity  " + proof.keys().identity() + (identity.isPresent() ? "" : " (unpinned)"));
    out.println(
        "epoch key "
            + proof.keys().epoch()
            + (anchored ? "" : " (vouched for by the identity alone)"));
  }

  private void conclude(boolean anchored, String what, String further) {
    out.println(
        anchored
            ? "sound: " + what + " was in the log when the checkpoint that you kept was made."
            : "sound: whoever holds the identity key says that " + what + " is in the log.");
    out.println(
        "Not proved: that what it tells is true"
            + (anchored ? "" : ", nor that it was there before that machine was last taken over")
            + further
            + ".");
  }

  private void disclosure(Disclosure disclosure, Optional<Value> value) throws CommandFailure {
    InclusionProof proof = disclosure.proof();
    DisclosedArgument argument = disclosure.argument();
    boolean anchored = isAnchored(proof);
    Optional<DisclosedArgument.Fault> fault = disclosure.fault();
    if (fault.isPresent()) {
      throw no(
          switch (fault.get()) {
            case CALL -> "the argument is of another call than that of record " + proof.n();
            case ARGUMENT ->
                "the call of record "
                    + proof.n()
                    + " had no such argument: its name, its commitment or its path is another";
            case VALUE ->
                "the call of record "
                    + proof.n()
                    + " had another value in this argument, or its r is another";
          });
    }
    if (value.isEmpty() && argument.text().isEmpty()) {
      throw CommandFailure.cannotJudge(
          "it tells of an argument of record "
              + proof.n()
              + ", and no value: none was kept unmasked",
          "gatekeeper audit verify --proof FILE --value FILE, with the value that is claimed");
    }
    String compared = value.isPresent() ? compared(value.get(), disclosure) : "";
    if (json) {
      JsonWriter object = object(proof, anchored).put("argument", argument.name());
      argument.text().ifPresent(text -> object.put("value", text));
      print(object.put("compared", value.isPresent()));
      return;
    }
    out.println("argument  \"" + Console.printable(argument.name()) + "\"");
    out.println("value     " + argument.text().map(Console::printable).orElse(compared));
    out.println("of        " + proof.record().map(ProofVerdict::call).orElse(""));
    print(proof, anchored);
    conclude(
        anchored,
        "the record, which commits to this value,",
        ", nor that the call had no other argument of this name");
  }

  private static String compared(Value value, Disclosure disclosure) throws CommandFailure {
    OptionalInt sent = disclosure.argument().sentOf(value.bytes);
    if (sent.isEmpty()) {
      throw no(
          "the call of record "
              + disclosure.proof().n()
              + " had another value in this argument than that of "
              + Console.printable(value.name));
    }
    return "the " + sent.getAsInt() + " bytes of " + Console.printable(value.name);
  }

  /** A call that was denied had arguments, too. */
  private static String call(AuditRecord record) {
    List<Field> said = List.of(Field.EVENT, Field.SERVER, Field.TOOL, Field.TIME);
    return said.stream()
        .flatMap(field -> record.get(field).stream())
        .map(Console::printable)
        .collect(Collectors.joining(" "));
  }

  private static boolean isOf(InclusionProof proof, Head head) {
    return head.note().origin().equals(proof.checkpoint().origin())
        && head.note().size() == proof.checkpoint().size()
        && Arrays.equals(head.note().root(), proof.checkpoint().root());
  }

  private void growth(GrowthProof proof) throws CommandFailure {
    if (head.isEmpty()) {
      throw CommandFailure.usage(
          "a proof of growth needs the older checkpoint",
          "gatekeeper audit verify --proof FILE --checkpoint OLDER");
    }
    if (!proof.holdsSince(head.get().note())) {
      throw no("the newer checkpoint is not of a log that goes on from the older one");
    }
    if (json) {
      print(
          Json.object()
              .put("sound", true)
              .put("log", proof.checkpoint().origin())
              .put("old", proof.old())
              .put("records", proof.checkpoint().size()));
      return;
    }
    out.println(
        "sound: the "
            + proof.old()
            + " records of the checkpoint that you kept are the first of "
            + proof.checkpoint().size()
            + ".");
    out.println("Not proved: who signed the newer checkpoint.");
  }

  private static CommandFailure no(String what) {
    return CommandFailure.no("the proof does not hold: " + what, "ask whoever made it for another");
  }
}
