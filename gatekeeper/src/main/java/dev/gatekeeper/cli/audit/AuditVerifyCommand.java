package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.Finding;
import dev.gatekeeper.audit.verify.MacKeyOpener;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.Passphrase;
import dev.gatekeeper.vault.VaultException;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.wire.Json;
import dev.gatekeeper.wire.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit verify}: 0 sound, 1 tampered or lost, 3 cannot judge. */
@Command(
    name = "verify",
    description = {
      "Check the chain: 0 sound, 1 tampered or lost, 3 cannot judge.",
      "Needs no key, writes nothing, works while records are written."
    })
final class AuditVerifyCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--key", description = "Open the vault and check the MACs as well.")
  private boolean key;

  @Option(
      names = "--identity",
      paramLabel = "KEY",
      description = "Refuse a log of another identity than this one, noted elsewhere before.")
  private @Nullable String identity;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "A log; by default the one of the home.")
  private @Nullable Path directory;

  AuditVerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, VaultException, CommandFailure {
    Path log = AuditCommand.directory(console, directory);
    AuditVerifier verifier = AuditVerifier.withoutKey();
    if (identity != null) {
      verifier = verifier.identity(identity);
    }
    AuditReport report;
    try {
      report = key ? withKey(verifier, log) : verifier.verify(log);
    } catch (CannotJudge e) {
      throw AuditCommand.cannotJudge(e.text());
    }
    if (json) {
      console.out().println(json(report));
    } else {
      print(report);
    }
    if (report.sound()) {
      return 0;
    }
    if (json) {
      return CommandFailure.NO;
    }
    Finding found = report.finding().orElseThrow();
    throw CommandFailure.no(
        "the log was altered or has lost records: " + place(found),
        "keep a copy of " + log + " before anything else is written to it");
  }

  private AuditReport withKey(AuditVerifier verifier, Path log)
      throws IOException, VaultException, CannotJudge, CommandFailure {
    VaultFile vault = VaultFile.in(Home.locate(console.environment()));
    Optional<Passphrase> asked = console.passphrases().ask("passphrase of the vault", false);
    if (asked.isEmpty()) {
      throw CommandFailure.cannotJudge(
          "--key needs the passphrase of the vault",
          "gatekeeper audit verify checks without a key");
    }
    try (Passphrase passphrase = asked.get();
        OpenVault open = vault.open(passphrase)) {
      SealKeyPair keys = open.auditKeys();
      try {
        return verifier.opener(MacKeyOpener.holding(keys)).verify(log);
      } finally {
        keys.wipe();
      }
    }
  }

  private void print(AuditReport report) {
    row("log", report.logId());
    row(
        "identity",
        report.identity()
            + (report.pinned()
                ? " (the one that was asked for)"
                : " (unpinned: compared with nothing)"));
    row("records", Long.toString(report.records()));
    row("signed", range(0, report.signed()) + keys(report.epochs()));
    if (report.signed() < report.records()) {
      row("chained", range(report.signed(), report.records()) + ", not signed yet");
    }
    row("macs", macs(report.macs()));
    if (report.openIntentCount() > 0) {
      row("in flight", report.openIntentCount() + " calls without an outcome: " + list(report));
    }
    count("set aside", report.recoveries(), "torn ends after a crash, acknowledged to nobody");
    count("refused", report.faults(), "times the log took no records");
    count("clock", report.clockSteps(), "times it was set");
    if (report.tornBytes() > 0) {
      row("torn end", "a line is being written, or was cut short; acknowledged to nobody");
    }
    if (report.closedByFault()) {
      row("closed", "a sync failed; the log takes no more records");
    }
    if (!report.hasState()) {
      row("copy", "no state beside it: a cut within the last epoch cannot be seen");
    }
    if (report.sound()) {
      console.out().println("sound: no record below the end was changed, removed or added.");
      console
          .out()
          .println(
              "Not proved: that this is the newest state of the log, nor who made the calls. A copy"
                  + " of the whole directory put back, or a new log, is seen only by a checkpoint"
                  + " or identity kept elsewhere.");
    }
  }

  private static String keys(long epochs) {
    return epochs == 1 ? ", by 1 key" : ", by " + epochs + " keys, each signed by the one before";
  }

  private static String macs(AuditReport.Macs macs) {
    if (!macs.asked()) {
      return "not checked (--key)";
    }
    return macs.checked()
        + " hold"
        + (macs.unchecked() == 0
            ? ""
            : ", " + macs.unchecked() + " not checked: their key was not sealed to this vault");
  }

  private static String list(AuditReport report) {
    return report.openIntents().stream()
            .limit(10)
            .map(n -> "n " + n)
            .collect(Collectors.joining(", "))
        + (report.openIntentCount() > 10 ? ", …" : "");
  }

  private static String range(long from, long to) {
    return to <= from ? "none" : "n " + from + " to " + (to - 1);
  }

  private void count(String name, long value, String what) {
    if (value > 0) {
      row(name, value + " " + what);
    }
  }

  private void row(String name, String value) {
    console.out().println(name + " ".repeat(10 - name.length()) + value);
  }

  private static String place(Finding found) {
    return found.text()
        + " ("
        + found.kind().name().toLowerCase(Locale.ROOT)
        + ", n "
        + found.n()
        + ", "
        + found.file()
        + " byte "
        + found.offset()
        + ")";
  }

  private static String json(AuditReport report) {
    JsonWriter object =
        Json.object()
            .put("sound", report.sound())
            .put("log", report.logId())
            .put("identity", report.identity())
            .put("pinned", report.pinned())
            .put("records", report.records())
            .put("signed", report.signed())
            .put("epochs", report.epochs())
            .object(
                "macs",
                macs ->
                    macs.put("asked", report.macs().asked())
                        .put("checked", report.macs().checked())
                        .put("unchecked", report.macs().unchecked()))
            .put("inFlight", report.openIntentCount())
            .array("inFlightFirst", all -> numbers(all, report.openIntents()))
            .put("recoveries", report.recoveries())
            .put("faults", report.faults())
            .put("clockSteps", report.clockSteps())
            .put("tornBytes", report.tornBytes())
            .put("closedByFault", report.closedByFault())
            .put("hasState", report.hasState());
    report
        .finding()
        .ifPresent(
            found ->
                object.object(
                    "finding",
                    it ->
                        it.put("kind", found.kind().name().toLowerCase(Locale.ROOT))
                            .put("n", found.n())
                            .put("file", found.file())
                            .put("offset", found.offset())
                            .put("text", found.text())));
    return new String(object.toBytes(), StandardCharsets.UTF_8);
  }

  private static void numbers(JsonWriter.Elements all, List<Long> numbers) {
    numbers.forEach(n -> all.raw(n.toString().getBytes(StandardCharsets.US_ASCII)));
  }
}
