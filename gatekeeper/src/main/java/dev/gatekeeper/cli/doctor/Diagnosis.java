package dev.gatekeeper.cli.doctor;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.broker.SecretFiles;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.vault.OpenUntil;
import dev.gatekeeper.cli.vault.team.TeamStanding;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.fingerprint.Fingerprints;
import dev.gatekeeper.fingerprint.Place;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.sandbox.Bubblewrap;
import dev.gatekeeper.sandbox.UnconfinedException;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether this place is fit for a session: a handful of looks, each of which changes nothing. */
final class Diagnosis {
  private static final int JAVA = 25;

  /** What in the home nobody else may read or write. */
  private static final List<String> OWN =
      List.of("vault", "sources.json", "age-identity", "audit", "trust", "run");

  /**
   * One look.
   *
   * @param whole whether nothing is lacking, be it needed for a session or not
   */
  private record Check(String name, boolean fit, boolean whole, String text) {
    String word() {
      return whole ? "ok" : fit ? "note" : "fault";
    }
  }

  private final List<Check> checks = new ArrayList<>();

  private Diagnosis() {}

  static Diagnosis of(Console console) throws IOException {
    Diagnosis diagnosis = new Diagnosis();
    int java = Runtime.version().feature();
    diagnosis.add("java", java >= JAVA, Runtime.version() + ", " + JAVA + " is needed");
    try {
      Home home = Home.locate(console.environment());
      diagnosis.add("home", true, home.path().toString());
      SecretFiles.sweep(home, console.environment());
      diagnosis.files(home);
      diagnosis.vault(home, console);
      Project project = Project.find(console.environment(), console.directory());
      TeamStanding.of(home, project.directory())
          .ifPresent(team -> diagnosis.add("team", team.counts(), team.text()));
      InForce inForce = new Trust(home).inForce(project);
      diagnosis.add("list", inForce instanceof InForce.Trusted, inForce.text());
      if (inForce instanceof InForce.Trusted trusted) {
        diagnosis.sandbox(trusted.list());
      }
    } catch (IOException e) {
      diagnosis.add("home", false, String.valueOf(e.getMessage()));
    }
    return diagnosis;
  }

  /** Where some server asks for one; the others serve without. */
  private void sandbox(AllowList list) {
    List<String> confined =
        list.servers().values().stream()
            .filter(server -> server instanceof StdioServer it && it.sandbox().isPresent())
            .map(Server::name)
            .toList();
    if (confined.isEmpty()) {
      return;
    }
    String whom = ", for " + String.join(", ", confined);
    try {
      Bubblewrap.ofSystem().demand();
      add("sandbox", true, "can be made by bubblewrap" + whom);
    } catch (UnconfinedException e) {
      add("sandbox", false, e.getMessage() + whom);
    }
  }

  private void files(Home home) {
    for (String name : OWN) {
      Path file = home.resolve(name);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        try {
          OwnerOnly.check(file);
        } catch (IOException e) {
          add("files", false, String.valueOf(e.getMessage()));
        }
      }
    }
    if (checks.stream().allMatch(Check::fit)) {
      add("files", true, "of the home: nobody else can read or write them");
    }
  }

  private void vault(Home home, Console console) throws IOException {
    SeenVaults seen = new SeenVaults(home.resolve("audit"));
    VaultStanding standing = VaultStanding.of(home, seen);
    add(
        "vault",
        standing.header().isPresent(),
        standing
            .header()
            .map(
                header ->
                    "opened by: "
                        + String.join(", ", header.slots())
                        + "; "
                        + OpenUntil.text(home, header))
            .orElse(standing.fault()));
    if (standing.header().isPresent()) {
      prints(home, seen, Place.of(Project.find(console.directory()).directory()));
    }
  }

  /** A session does without them; a hook cannot judge then. */
  private void prints(Home home, SeenVaults seen, Place place) {
    try {
      Fingerprints.Kept kept = Fingerprints.in(home).current(place, VaultFile.in(home), seen);
      kept.key().close();
      add(
          "scan",
          true,
          "looks for %d values of the vault; %d have no fingerprint"
              .formatted(kept.list().present(), kept.list().weak().all()));
    } catch (VaultException e) {
      String hint = e.hint().map(remedy -> ": " + remedy).orElse("");
      checks.add(new Check("scan", true, false, "cannot judge: " + e.getMessage() + hint));
    } catch (CannotJudge e) {
      checks.add(new Check("scan", true, false, "cannot judge: " + e.text()));
    }
  }

  private void add(String name, boolean fit, String text) {
    checks.add(new Check(name, fit, fit, text));
  }

  boolean isFit() {
    return checks.stream().allMatch(Check::fit);
  }

  void print(Console console) {
    for (Check check : checks) {
      console
          .out()
          .println(
              "%-6s %-6s ".formatted(check.word(), check.name) + Console.printable(check.text));
    }
  }

  void json(Console console) {
    console.print(
        Json.object()
            .put("fit", isFit())
            .array(
                "checks",
                array ->
                    checks.forEach(
                        check ->
                            array.object(
                                it ->
                                    it.put("name", check.name)
                                        .put("fit", check.fit)
                                        .put("word", check.word())
                                        .put("text", check.text)))));
  }
}
