package dev.gatekeeper.cli.vault;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.holder.HolderClient;
import dev.gatekeeper.holder.HolderProcess;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.holder.Term;
import dev.gatekeeper.kernel.BootClock;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.passphrase.Pinentry;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper vault open}. */
@Command(
    name = "open",
    description = {
      "Open the vault for a while, for sessions that have no terminal.",
      "Leaves a small process behind that gives single values to entries of trusted lists."
          + " It never gives presence: trusting a list still asks for the passphrase."
    })
final class VaultOpenCommand implements Callable<Integer> {
  /** Somebody else who opens or closes needs a few seconds at most. */
  private static final Duration OTHERS = Duration.ofSeconds(30);

  private static final Pattern LENGTH = Pattern.compile("([0-9]{1,4})(m|h|d)");

  private final Console console;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "For how long: 30m, 8h (the default), 7d at most; a suspended machine counts.")
  private String length = "8h";

  VaultOpenCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Duration duration = parse(length);
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault open");
    try (OpenVault vault = open(personal);
        LockFile _ = LockFile.acquire(personal.home().resolve("holder.lock"), OTHERS);
        AuditLog log = personal.log()) {
      record(log, vault, "open " + length);
      HolderClient.find(personal.home(), vault.header()).ifPresent(VaultOpenCommand::end);
      KillSwitch.in(personal.home()).open();
      HolderClient holder =
          HolderProcess.start(
              personal.home(),
              vault,
              new Term(duration, console.clock(), BootClock::now),
              HolderMain.command(),
              console.environment());
      console.out().println("The vault is open until " + OpenUntil.text(holder.until()) + ".");
      console.out().println("gatekeeper vault close ends it, and every server that has a secret.");
    }
    return 0;
  }

  private OpenVault open(PersonalVault personal) throws CommandFailure, VaultException {
    String what =
        "gatekeeper vault open: opens the vault in " + personal.home().path() + " for " + length;
    PassphraseSource sources =
        PassphraseSource.firstOf(
            List.of(console.passphrases(), new Pinentry(console.environment(), what)));
    return personal.open(sources);
  }

  /** Waits until it is gone: what it cleans up is not to be what the next one announces. */
  private static void end(HolderClient former) {
    if (former.end()) {
      try {
        ProcessHandle.of(former.pid())
            .map(ProcessHandle::onExit)
            .ifPresent(gone -> gone.completeOnTimeout(null, 5, TimeUnit.SECONDS).join());
      } catch (CompletionException e) {
        return; // it has ended, or ends by the switch
      }
    }
  }

  private static Duration parse(String text) throws CommandFailure {
    Matcher matcher = LENGTH.matcher(text);
    if (matcher.matches()) {
      long count = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          };
      if (duration.compareTo(Term.LEAST) >= 0 && duration.compareTo(Term.MOST) <= 0) {
        return duration;
      }
    }
    throw CommandFailure.usage(
        "--for takes 1m to 7d: a number and m, h or d", "gatekeeper vault open --for 8h");
  }

  private static void record(AuditLog log, OpenVault vault, String what)
      throws VaultException, IOException {
    try {
      long _ =
          log.append(
              Entry.of(Event.VAULT_CHANGE)
                  .with(Field.REASON, what)
                  .with(Field.GENERATION, vault.header().generation())
                  .with(Field.APPROVER, "passphrase"));
    } catch (AuditException e) {
      throw new VaultException("nothing is opened without a record: " + e.fault().text());
    }
  }
}
