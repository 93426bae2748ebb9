package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.proof.Disclosure;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.Finding;
import dev.gatekeeper.audit.verify.Head;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.Progress;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit verify}: 0 sound, 1 tampered or lost, 3 cannot judge. */
@Command(
    name = "verify",
    description = {
      "Check the chain: 0 sound, 1 tampered or lost, 3 cannot judge.",
      "Needs no key, writes nothing, works while records are written."
    })
public final class AuditVerifyCommand implements Callable<Integer> {
  /** Bytes of a value: what a message to a server may have (wire.WireLimits). */
  private static final int MAX_VALUE = 64 << 20;

  private final Console console;

  @Mixin private MacKeyOptions keys = new MacKeyOptions();

  @Option(
      names = "--identity",
      paramLabel = "KEY",
      description = "Refuse a log of another identity than this one, noted elsewhere before.")
  private @Nullable String identity;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description =
          "Refuse a log that does not go on from this checkpoint, kept elsewhere; - to paste it.")
  private @Nullable Path checkpoint;

  @Option(
      names = "--proof",
      paramLabel = "FILE",
      description = {
        "Check a proof of audit prove, or a disclosure of audit open --argument, instead of a log;",
        "needs no log. With --identity and --checkpoint, also whose it is. - to read it from"
            + " standard input."
      })
  private @Nullable Path proof;

  @Option(
      names = "--value",
      paramLabel = "FILE",
      description = {
        "With --proof and a disclosure: the value that is claimed, byte for byte as the agent sent"
            + " it",
        "(a string with its quotes); for one that was masked or not kept."
      })
  private @Nullable Path value;

  @Option(
      names = "--anchors",
      paramLabel = "REF",
      description = {
        "Refuse a log that contradicts this branch of audit anchor; by default it is compared with",
        "the branches of its own that the git repository around has."
      })
  private @Nullable String anchors;

  @Option(
      names = "--accepted-loss",
      paramLabel = "COMMIT",
      description = "With --anchors: this commit may give up anchored records; can be repeated.")
  private List<String> accepted = List.of();

  @Parameters(
      arity = "0..*",
      paramLabel = "DIR|BUNDLE",
      description = "Logs, or bundles of them; by default the log of the home.")
  private List<Path> directories = List.of();

  AuditVerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, VaultException, CommandFailure {
    long pasted = Stream.of(checkpoint, proof, value).filter(NamedLog::isPasted).count();
    if (pasted > 1 || (value != null && proof == null)) {
      throw CommandFailure.usage(
          "--value goes with --proof, and one of both and --checkpoint can be standard input",
          "gatekeeper audit verify --proof FILE --value FILE");
    }
    requireFitting();
    Optional<Head> head = head();
    if (proof != null) {
      byte[] bytes = NamedLog.read(console, proof, Disclosure.MAX_BYTES);
      return new ProofVerdict(console.out(), json, Optional.ofNullable(identity), head)
          .judge(Console.printable(proof.toString()), bytes, value());
    }
    AuditVerifier verifier = AuditVerifier.withoutKey();
    if (identity != null) {
      verifier = verifier.identity(identity);
    }
    if (directories.size() < 2) {
      Path log = NamedLog.directory(console, directories.isEmpty() ? null : directories.getFirst());
      List<Head> heads = new ArrayList<>(head.stream().toList());
      heads.addAll(
          anchors == null ? witnesses().anchors(log) : witnesses().anchors(log, anchors, accepted));
      judge(verifier, log, directories.isEmpty() ? log : directories.getFirst(), heads);
      return 0;
    }
    if (anchors != null) {
      throw CommandFailure.usage(
          "--anchors is of one log", "gatekeeper audit verify --anchors REF DIR");
    }
    return judgeAll(verifier, head);
  }

  /** An option that could do nothing is refused: who typed it takes it for done. */
  private void requireFitting() throws CommandFailure {
    keys.requireOne();
    if (identity != null && !identity.matches("[A-Za-z0-9_-]{43}")) {
      throw CommandFailure.usage(
          "--identity is 43 characters of base64url, as verify prints it",
          "gatekeeper audit verify --identity KEY");
    }
    if (proof != null && (keys.isAny() || anchors != null || !directories.isEmpty())) {
      throw CommandFailure.usage(
          "--proof is checked without a log, and so without keys and --anchors",
          "gatekeeper audit verify --proof FILE --identity KEY --checkpoint FILE");
    }
    if (!accepted.isEmpty() && anchors == null) {
      throw CommandFailure.usage(
          "--accepted-loss is for --anchors",
          "gatekeeper audit verify --anchors REF --accepted-loss COMMIT");
    }
  }

  /** Each by itself, all of them: one that was altered outweighs one that cannot be judged. */
  private int judgeAll(AuditVerifier verifier, Optional<Head> head)
      throws IOException, VaultException {
    int worst = 0;
    Map<Path, Path> logs = new LinkedHashMap<>();
    for (Path directory : directories) {
      logs.put(directory, NamedLog.directory(console, directory));
    }
    for (Map.Entry<Path, Path> one : logs.entrySet()) {
      Path directory = one.getKey();
      List<Head> heads = new ArrayList<>(head.stream().toList());
      heads.addAll(witnesses().anchors(one.getValue()));
      logs.forEach(
          (name, log) -> heads.addAll(witnesses().seen(log, name.toString(), one.getValue())));
      if (!json) {
        console.out().println(Console.printable(directory.toString()));
      }
      try {
        judge(verifier, one.getValue(), directory, heads);
      } catch (CommandFailure e) {
        console
            .err()
            .println("gatekeeper: " + Console.printable(directory.toString()) + ": " + e.what());
        worst = worst == CommandFailure.NO ? worst : e.exit();
      }
    }
    return worst;
  }

  private Optional<Head> head() throws IOException, CommandFailure {
    if (checkpoint == null) {
      return Optional.empty();
    }
    return Optional.of(new Head(NamedLog.checkpoint(console, checkpoint), checkpoint.toString()));
  }

  private Optional<ProofVerdict.Value> value() throws IOException {
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(
        new ProofVerdict.Value(value.toString(), NamedLog.read(console, value, MAX_VALUE)));
  }

  private Witnesses witnesses() {
    return new Witnesses(console);
  }

  /**
   * @param named by the person: a bundle is unpacked for as long as this runs
   */
  private void judge(AuditVerifier withoutHeads, Path log, Path named, List<Head> heads)
      throws IOException, VaultException, CommandFailure {
    AuditReport report;
    try (Progress progress = console.progress("verifying")) {
      AuditVerifier verifier =
          withoutHeads.heads(heads).watcher((bytes, all) -> progress.at(bytes, all, "bytes"));
      report = keys.verify(console, verifier, log);
    } catch (CannotJudge e) {
      throw NamedLog.cannotJudge(e.text());
    }
    if (json) {
      console.out().println(VerdictText.json(report, Head.of(heads, report.anchored())));
    } else {
      new VerdictText(console.out()).print(report, Head.of(heads, report.anchored()));
    }
    if (!report.sound()) {
      // Where a record was altered, the reading ended there: how many there are nobody knows.
      boolean lost = report.finding().orElseThrow().kind() == Finding.Kind.LOST;
      throw CommandFailure.no(
          "the log was altered or has lost records: "
              + VerdictText.place(report.finding().orElseThrow())
              + heads.stream()
                  .filter(it -> lost && it.note().size() > report.records())
                  .findFirst()
                  .map(it -> ", but " + it.note().size() + " were there: " + it.name())
                  .map(Console::printable)
                  .orElse(""),
          "keep a copy of "
              + Console.printable(named.toString())
              + " before anything else is written to it");
    }
    if (keys.isAny() && report.macs().checked() == 0 && report.records() > report.pruned()) {
      throw keys.nothingOpened();
    }
  }
}
