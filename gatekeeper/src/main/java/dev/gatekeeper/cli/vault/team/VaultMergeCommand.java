package dev.gatekeeper.cli.vault.team;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.team.TeamMerge;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper vault merge}. */
@Command(
    name = "merge",
    description = {
      "Merge two sides of the team vault, secret by secret.",
      "Git calls it with three files once --install was typed in the clone. Without files it takes"
          + " the three of a merge that git has stopped in. Where both sides changed a secret it"
          + " names it and leaves the file unmerged: choose by --ours or --theirs (in a rebase,"
          + " ours is the branch that you rebase onto)."
    })
public final class VaultMergeCommand implements Callable<Integer> {
  /** More than a vault may have: the merge says so in its own words. */
  private static final int MAX_BYTES = 8 << 20;

  private final Console console;

  @Parameters(
      arity = "0..4",
      paramLabel = "FILE",
      description = "Ancestor, ours, theirs, as git's %%O %%A %%B; ours is written. Then the path.")
  private List<Path> files = List.of();

  @Option(names = "--ours", paramLabel = "NAME", description = "Keep ours of this secret.")
  private List<String> ours = List.of();

  @Option(names = "--theirs", paramLabel = "NAME", description = "Take theirs of this secret.")
  private List<String> theirs = List.of();

  @Option(
      names = "--install",
      description =
          "Have git call this command: writes .gatekeeper/.gitattributes, to be committed, and the"
              + " configuration of this clone.")
  private boolean install;

  @Option(
      names = "--ancestor",
      hidden = true,
      description = "For git's inner merges: what both sides changed is taken from ours.")
  private boolean ancestral;

  VaultMergeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (install) {
      return install();
    }
    if (!files.isEmpty() && files.size() < 3) {
      throw CommandFailure.usage(
          "a merge has three files: ancestor, ours, theirs", "gatekeeper vault merge --help");
    }
    return files.isEmpty() ? stopped() : ofGit();
  }

  private int install() throws CommandFailure, IOException {
    Path attributes = MergeDriver.of(TeamSession.place(console)).install();
    console.out().println("Git merges the team vault by: " + MergeDriver.COMMAND);
    console
        .out()
        .println(
            "Commit " + Console.printable(attributes.toString()) + "; each clone types this once.");
    return 0;
  }

  /** As the driver of git, in the root of the work tree. */
  private int ofGit() throws CommandFailure, VaultException, IOException {
    Path target = console.directory().resolve(files.get(1));
    byte[] ancestor = read(files.get(0));
    byte[] mine = read(files.get(1));
    byte[] other = read(files.get(2));
    return merge(place(), ancestor, mine, other, target);
  }

  private TeamPlace place() throws IOException {
    if (files.size() < 4) {
      return TeamSession.place(console);
    }
    Path path = console.directory().toRealPath().resolve(files.get(3)).normalize();
    Path folder = path.getParent();
    Path directory = folder == null ? null : folder.getParent();
    if (directory == null) {
      throw new IOException("that is no path of a team vault");
    }
    return TeamPlace.of(directory);
  }

  private byte[] read(Path file) throws IOException {
    return DurableFile.readBounded(console.directory().resolve(file), MAX_BYTES);
  }

  /** By hand, after git has stopped. */
  private int stopped() throws CommandFailure, VaultException, IOException {
    TeamPlace place = TeamSession.place(console);
    MergeDriver driver = MergeDriver.of(place);
    CommandFailure none =
        CommandFailure.no(
            "git has stopped in no merge of the team vault here", "git status; git merge BRANCH");
    byte[] mine = driver.stage(2).orElseThrow(() -> none);
    byte[] other = driver.stage(3).orElseThrow(() -> none);
    int exit = merge(place, driver.stage(1).orElse(new byte[0]), mine, other, place.file());
    if (exit == 0) {
      console.out().println("Merged. Next: git add " + TeamPlace.FILE + ", and go on as git says.");
      if (!driver.isInstalled()) {
        console.out().println("So that git does this by itself: gatekeeper vault merge --install");
      }
    }
    return exit;
  }

  private int merge(TeamPlace place, byte[] ancestor, byte[] mine, byte[] other, Path target)
      throws CommandFailure, VaultException, IOException {
    PersonalVault vaults = PersonalVault.of(console);
    vaults.refuseAgents("vault merge");
    try (OpenVault personal = open(vaults);
        AuditLog log = vaults.log();
        TeamIdentity identity = TeamSession.identity(personal)) {
      TeamMerge merge = new TeamMerge(vaults.home(), place, identity);
      if (ancestral) {
        DurableFile.replace(target, merge.ancestor(ancestor, mine, other).bytes());
        return 0;
      }
      TeamMerge.Result result = merge.merge(ancestor, mine, other, choices());
      result.notes().forEach(note -> console.err().println("gatekeeper: note: " + note));
      if (result.merged().isEmpty()) {
        throw conflict(result.conflicts());
      }
      TeamMerge.Merged merged = result.merged().get();
      TeamSession.record(log, new Change("merge", List.of(), merged.generation(), merged.digest()));
      DurableFile.replace(target, merged.bytes());
      vaults.prints().renew(personal); // of git's own merge, which writes elsewhere, later
      return 0;
    }
  }

  private static OpenVault open(PersonalVault vaults) throws CommandFailure {
    try {
      return vaults.open();
    } catch (CommandFailure e) {
      throw notOpened(e.what());
    } catch (VaultException e) {
      throw notOpened(String.valueOf(e.getMessage()));
    }
  }

  /** Git shows this: whatever lacks is said, and mended, where a person types the same. */
  private static CommandFailure notOpened(String why) {
    return CommandFailure.cannotJudge(
        "the team vault cannot be merged: " + why,
        "in a terminal, once git has stopped: gatekeeper vault merge");
  }

  private static CommandFailure conflict(List<String> names) {
    return CommandFailure.no(
        "both sides changed " + String.join(", ", names),
        "gatekeeper vault merge "
            + String.join(" ", names.stream().map(name -> "--ours " + name).toList())
            + "  (or --theirs, each)");
  }

  private Map<String, TeamMerge.Side> choices() throws CommandFailure {
    Map<String, TeamMerge.Side> choices = new TreeMap<>();
    ours.forEach(name -> choices.put(name, TeamMerge.Side.OURS));
    for (String name : theirs) {
      if (choices.put(name, TeamMerge.Side.THEIRS) != null) {
        throw CommandFailure.usage("a secret is chosen twice", "gatekeeper vault merge --help");
      }
    }
    return choices;
  }
}
