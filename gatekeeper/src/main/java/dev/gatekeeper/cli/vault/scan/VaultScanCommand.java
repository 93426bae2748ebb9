package dev.gatekeeper.cli.vault.scan;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.fingerprint.Fingerprints;
import dev.gatekeeper.fingerprint.Place;
import dev.gatekeeper.fingerprint.WeakValues;
import dev.gatekeeper.fingerprint.print.PrintKey;
import dev.gatekeeper.fingerprint.scan.Scan;
import dev.gatekeeper.fingerprint.scan.Walk;
import dev.gatekeeper.fingerprint.scan.Watch;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper vault scan}. */
@Command(
    name = "scan",
    description = {
      "Look for values of the vault, while it is locked, in files, folders, or standard input (-).",
      "Looks for strong values by fingerprints, in plain and encoded, and says how many it cannot"
          + " look for. Without a path it reads the current directory. Before a commit:"
          + " gatekeeper vault scan --staged",
      "Exit status 0 where nothing is found, 1 where something is, 3 where that cannot be judged:"
          + " fingerprints that are missing, damaged or of an older vault, and what cannot be read."
    })
public final class VaultScanCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  private final Console console;

  @Parameters(arity = "0..*", paramLabel = "PATH", description = "A file, a folder, or -.")
  private List<String> paths = List.of();

  @Option(
      names = "--staged",
      description = "Read what the next commit changes, as git has it: binary files, too.")
  private boolean staged;

  @Option(
      names = "--open",
      description = "Ask for the passphrase, make fingerprints anew, and look for weak values too.")
  private boolean open;

  @Option(names = "--json", description = "As a JSON object.")
  private boolean json;

  VaultScanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (paths.stream().filter(STANDARD_INPUT::equals).count() > 1) {
      throw CommandFailure.usage("standard input is read once", "gatekeeper vault scan --help");
    }
    if (staged && !paths.isEmpty()) {
      throw CommandFailure.usage("--staged takes no path", "gatekeeper vault scan --staged");
    }
    PersonalVault personal = PersonalVault.of(console);
    Place place = personal.prints().place();
    Optional<WeakValues> weak = open ? Optional.of(weak(personal, place)) : Optional.empty();
    try {
      Fingerprints.Kept kept =
          Fingerprints.in(personal.home()).current(place, personal.file(), personal.seenVaults());
      try (PrintKey key = kept.key()) {
        List<Watch> watches = new ArrayList<>();
        watches.add(new Watch(kept.list().prints(), key, false));
        weak.map(WeakValues::watch).ifPresent(watches::add);
        Walk walk = new Walk(new Scan(watches));
        ScanReport report =
            staged
                ? new ScanReport(place, kept.list(), weak, Optional.of(staged(walk)), walk)
                : new ScanReport(place, kept.list(), weak, Optional.empty(), read(walk));
        if (json) {
          report.printJson(console);
        } else {
          report.print(console);
        }
        return report.exit();
      }
    } catch (CannotJudge e) {
      throw CommandFailure.cannotJudge(
          "which vault is the present one cannot be judged: " + e.text(),
          "gatekeeper audit verify");
    } finally {
      weak.ifPresent(WeakValues::close);
    }
  }

  private static WeakValues weak(PersonalVault personal, Place place)
      throws CommandFailure, VaultException {
    try {
      personal.refuseAgents("vault scan --open");
    } catch (CommandFailure e) {
      throw new CommandFailure(
          CommandFailure.CANNOT_JUDGE, String.valueOf(e.getMessage()), e.hint());
    }
    try (OpenVault vault = personal.open()) {
      return WeakValues.of(personal.home(), place, vault);
    }
  }

  private Staged staged(Walk walk) throws CommandFailure, IOException {
    Staged index = Staged.of(console.directory(), console.environment());
    index.read(walk);
    return index;
  }

  private Walk read(Walk walk) throws CommandFailure, IOException {
    for (String path : paths.isEmpty() ? List.of(".") : paths) {
      if (path.equals(STANDARD_INPUT)) {
        walk.read(console.in(), STANDARD_INPUT);
      } else {
        walk.read(resolved(path), path);
      }
    }
    return walk;
  }

  private Path resolved(String path) throws CommandFailure {
    try {
      return console.directory().resolve(path);
    } catch (InvalidPathException e) {
      throw CommandFailure.usage("that is no path", "gatekeeper vault scan --help");
    }
  }
}
